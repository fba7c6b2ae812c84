package dev.heddle.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.memory.Memory;
import dev.heddle.observe.WorkerCounter;
import dev.heddle.observe.WorkerCounters;
import dev.heddle.port.loopback.LoopbackLink;
import dev.heddle.port.memif.MemifPort;
import dev.heddle.stage.AllocatedBytes;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A worker allocates nothing, whatever its packets are. */
class WorkerAllocationIT {
  private static final long PACKETS = 100_000_000;
  private static final int PARTS = 20;
  private static final long WARM_UP_PACKETS = 1_000_000;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldAllocateNothingWhenHundredMillionPacketsPass(boolean withPolicies) {
    Training.once();
    SplittableRandom random = new SplittableRandom(3);
    try (Arena arena = Arena.ofConfined();
        TrainingTables tables = new TrainingTables(random);
        RouteCounters routeCounters = new RouteCounters();
        LoopbackLink link = new LoopbackLink(arena, 0, false, 8, 2048)) {
      WorkerCounters counters = WorkerCounters.scratch(arena, TrainingTables.INTERFACES);
      Publication publication = new Publication();
      publication.set(tables.next(withPolicies));
      Worker worker =
          new Worker(
              "allocation",
              -1,
              publication,
              arena,
              TrainingTables.INTERFACES,
              counters,
              routeCounters,
              TestFlows.TABLE);
      worker.attach(new MemifPort(link), 0, 1);
      fill(link, new TrainingFrames(arena, tables, random, 0));
      turn(worker, link, counters, WARM_UP_PACKETS);
      Runnable part = () -> turn(worker, link, counters, PACKETS / PARTS);
      assertThat(AllocatedBytes.median(PARTS, part)).isZero();
      worker.onClose();
    }
  }

  /** Plain packets in most slots; in some, those that the router answers or refuses. */
  private static void fill(LoopbackLink link, TrainingFrames frames) {
    List<TrainingFrames.Frame> rare =
        frames.rare().stream().filter(frame -> frame.bytes() <= link.bufferBytes()).toList();
    for (int i = 0; link.room() > 0; i++) {
      TrainingFrames.Frame frame =
          i % 32 == 31 ? rare.get(i * 7 % rare.size()) : frames.plain().get(0);
      Memory.copy(frame.address(), link.nextBuffer(), frame.bytes());
      link.send(frame.bytes());
    }
  }

  private static void turn(
      Worker worker, LoopbackLink link, WorkerCounters counters, long packets) {
    long end = counters.get(WorkerCounter.PACKETS) + packets;
    while (counters.get(WorkerCounter.PACKETS) < end) {
      worker.doWork();
      link.collectAll();
      link.resend();
    }
  }
}
