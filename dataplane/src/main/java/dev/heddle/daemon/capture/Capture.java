package dev.heddle.daemon.capture;

import dev.heddle.api.v1.CaptureStatus;
import dev.heddle.api.v1.StartCaptureRequest;
import dev.heddle.observe.CapturePoint;
import dev.heddle.observe.CaptureRing;
import dev.heddle.observe.PcapngFile;
import dev.heddle.worker.WorkerGroup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.agrona.DirectBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One capture under way, or what is known of it after its end. */
final class Capture {
  private static final Logger LOG = LoggerFactory.getLogger(Capture.class);
  private static final long IDLE_NS = 2_000_000;
  private static final int PACKETS_PER_TURN = 4096;
  private static final long NS_PER_SECOND = 1_000_000_000;

  private final int number;
  private final int interfaceIndex;
  private final StartCaptureRequest request;
  private final WorkerGroup workers;
  private final List<CaptureRing> rings;
  private final List<CapturePoint> points;
  private final PcapngFile file;

  /** Has the filter. */
  private final Arena arena;

  private final long epochOffsetNs;
  private final long startNs = System.nanoTime();
  private final Thread thread;

  /** Why the capture is to end; null while it is not. */
  private final AtomicReference<String> ending = new AtomicReference<>();

  private volatile long packets;

  /** Set when the file is complete. */
  private volatile boolean isOver;

  private volatile long lost;

  /** Takes over everything that is to be closed at the end, once {@link #start} returns. */
  Capture(
      int number,
      int interfaceIndex,
      StartCaptureRequest request,
      WorkerGroup workers,
      List<CaptureRing> rings,
      List<CapturePoint> points,
      PcapngFile file,
      Arena arena,
      long epochOffsetNs) {
    this.number = number;
    this.interfaceIndex = interfaceIndex;
    this.request = request;
    this.workers = workers;
    this.rings = rings;
    this.points = points;
    this.file = file;
    this.arena = arena;
    this.epochOffsetNs = epochOffsetNs;
    this.thread = Thread.ofPlatform().name("capture-" + number).daemon().unstarted(this::run);
  }

  /**
   * Begins; returns when every worker takes part.
   *
   * @throws IllegalStateException where a worker has ended
   */
  void start() {
    workers.watch(points);
    thread.start();
  }

  int interfaceIndex() {
    return interfaceIndex;
  }

  boolean isOver() {
    return isOver;
  }

  /** Ends the capture, unless it has ended, and returns when its file is complete. */
  void end(String why) {
    ending.compareAndSet(null, why);
    LockSupport.unpark(thread);
    boolean wasInterrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        wasInterrupted = true;
      }
    }
    if (wasInterrupted) {
      Thread.currentThread().interrupt();
    }
  }

  CaptureStatus status() {
    // In this order: a capture that is over has its last numbers.
    boolean over = isOver;
    return CaptureStatus.newBuilder()
        .setNumber(number)
        .setRequest(request)
        .setPackets(packets)
        .setLost(lost)
        .setRunning(!over)
        .setEnded(over ? ending.get() : "")
        .build();
  }

  private void run() {
    try {
      while (!shallEnd()) {
        if (drain() == 0) {
          file.flush();
          LockSupport.parkNanos(IDLE_NS);
        }
      }
    } catch (IOException | RuntimeException e) {
      fail(e);
    }
    try {
      finish();
    } finally {
      isOver = true;
    }
  }

  private boolean shallEnd() {
    if (isFull()) {
      ending.compareAndSet(null, "has its number of packets");
    } else if (request.getMaxSeconds() > 0
        && System.nanoTime() - startNs >= request.getMaxSeconds() * NS_PER_SECOND) {
      ending.compareAndSet(null, "its time is over");
    }
    return ending.get() != null;
  }

  private boolean isFull() {
    return request.getMaxPackets() > 0 && packets >= request.getMaxPackets();
  }

  private void fail(Exception failure) {
    Throwable cause = failure instanceof UncheckedIOException ? failure.getCause() : failure;
    LOG.atWarn()
        .addKeyValue("capture", number)
        .addKeyValue("file", request.getFile())
        .addKeyValue("reason", cause)
        .log("a capture ends early");
    ending.set("failed: " + cause.getMessage());
  }

  private int drain() throws IOException {
    int taken = 0;
    for (CaptureRing ring : rings) {
      taken += ring.read(this::store, PACKETS_PER_TURN);
    }
    lost = rings.stream().mapToLong(CaptureRing::lost).sum();
    return taken;
  }

  private void store(
      long timeNs,
      int direction,
      int reason,
      DirectBuffer packet,
      int offset,
      int presentBytes,
      int packetBytes) {
    if (isFull()) {
      return;
    }
    try {
      file.add(timeNs, direction, reason, packet, offset, presentBytes, packetBytes);
      packets = file.packets();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void finish() {
    try {
      workers.unwatch(points);
    } catch (IllegalStateException e) {
      // A worker that hangs or has ended may still look at what would be unmapped.
      LOG.atError()
          .addKeyValue("capture", number)
          .addKeyValue("reason", e.getMessage())
          .log("a capture's memory is kept");
      closeFile();
      return;
    }
    try {
      if (!ending.get().startsWith("failed")) {
        while (drain() > 0) {
          // Until nothing is left: no worker adds any more.
        }
        file.finish(System.nanoTime() + epochOffsetNs, lost);
      }
    } catch (IOException | RuntimeException e) {
      fail(e);
    } finally {
      closeFile();
      closeRings();
      arena.close();
    }
  }

  private void closeFile() {
    try {
      file.close();
    } catch (IOException e) {
      fail(e);
    }
  }

  private void closeRings() {
    for (CaptureRing ring : rings) {
      try {
        ring.close();
      } catch (IOException e) {
        LOG.atWarn()
            .addKeyValue("capture", number)
            .addKeyValue("reason", e)
            .log("a ring of a capture stays");
      }
    }
  }
}
