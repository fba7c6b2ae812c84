package dev.heddle.worker;

import dev.heddle.observe.CapturePoint;
import dev.heddle.observe.CaptureRing;
import dev.heddle.observe.CaptureScope;
import dev.heddle.observe.TracePoint;
import dev.heddle.observe.TraceScope;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;

/** Somebody who captures what the worker that is trained does, every now and then. */
final class TrainingWatch {
  private static final int ETHERNET_BYTES = 14;
  private static final int SNAP_BYTES = 96;
  private static final int TRACED_PACKETS = 64;

  private final Worker worker;
  private final SplittableRandom random;
  private final boolean asksPolicy;
  private final CaptureRing ring;
  private final List<CapturePoint> points = new ArrayList<>();

  TrainingWatch(Arena arena, Worker worker, SplittableRandom random, boolean asksPolicy) {
    this.asksPolicy = asksPolicy;
    this.worker = worker;
    this.random = random;
    this.ring = CaptureRing.inMemory(arena);
  }

  /** Starts to capture at a few interfaces, and to trace. */
  void start() {
    AtomicInteger left = new AtomicInteger(TRACED_PACKETS);
    TraceScope scope = new TraceScope(TraceScope.ANY, null, null, left, asksPolicy);
    worker.watch().trace(random.nextBoolean() ? new TracePoint(scope, ring, 0) : null);
    startCaptures();
  }

  private void startCaptures() {
    for (int i = 0; i < 4; i++) {
      int interfaceIndex = random.nextInt(TrainingTables.INTERFACES);
      boolean isWithout =
          interfaceIndex < TrainingTables.SENDERS && TrainingTables.ipMode(interfaceIndex);
      int skippedBytes = isWithout ? ETHERNET_BYTES : 0;
      CaptureScope scope =
          new CaptureScope(
              interfaceIndex,
              random.nextBoolean(),
              random.nextBoolean(),
              skippedBytes,
              SNAP_BYTES,
              null);
      CapturePoint point = new CapturePoint(scope, ring, 0);
      points.add(point);
      worker.watch().add(point);
    }
  }

  /** Reads what was captured and ends. */
  void stop() {
    worker.watch().trace(null);
    points.forEach(worker.watch()::remove);
    points.clear();
    while (ring.read(
            (timeNs, direction, reason, packet, offset, presentBytes, packetBytes) -> {},
            Integer.MAX_VALUE)
        > 0) {
      // Until nothing is left.
    }
  }
}
