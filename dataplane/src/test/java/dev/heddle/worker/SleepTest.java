package dev.heddle.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.ffi.linux.EventFd;
import dev.heddle.ffi.linux.FileDescriptors;
import dev.heddle.observe.WorkerCounter;
import dev.heddle.observe.WorkerCounters;
import dev.heddle.packet.Batch;
import dev.heddle.port.RxQueue;
import dev.heddle.port.loopback.LoopbackLink;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Workers that sleep when nothing comes, and what wakes them. */
class SleepTest {
  private static final int LOG2_SLOTS = 4;
  private static final int PACKETS = 3_000;
  private static final long QUIET_NS = 50_000_000;

  @TempDir private Path directory;

  @Test
  void shouldForwardAtOnceWhenEachPacketFindsTheWorkersAsleep() throws Exception {
    try (Pods pods = new Pods(directory, LOG2_SLOTS)) {
      for (int i = 0; i < PACKETS; i++) {
        awaitAsleep(pods);
        int from = i % 2;
        pods.fill(from, 2);
        pods.publish(from);
        Pods.await(() -> {
          pods.drain(2, false);
          return pods.received() == pods.sent();
        });
      }

      pods.awaitBalance();
      long sleeps = pods.worker(0, WorkerCounter.SLEEPS) + pods.worker(1, WorkerCounter.SLEEPS);
      assertThat(sleeps).isGreaterThanOrEqualTo(PACKETS);
    }
  }

  @Test
  void shouldTakeNoProcessorTimeWhenNothingComes() throws Exception {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    try (Pods pods = new Pods(directory, LOG2_SLOTS)) {
      awaitAsleep(pods);
      long[] workers =
          Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
              .filter(thread -> thread != null && thread.getThreadName().startsWith("worker-"))
              .mapToLong(thread -> thread.getThreadId())
              .toArray();
      assertThat(workers).hasSize(Pods.WORKERS);
      // What is left of the way into the system call may still be under way.
      Pods.await(() -> cpuNs(threads, workers) == afterQuiet(threads, workers));

      long before = cpuNs(threads, workers);

      assertThat(afterQuiet(threads, workers)).isEqualTo(before);
      assertThat(isAsleep(pods, 0) && isAsleep(pods, 1)).isTrue();
    }
  }

  @Test
  void shouldStayAwakeWhenPeersIndexIsSeenLate() {
    int eventFd = EventFd.create();
    // Else a worker that falls asleep would never wake up.
    EventFd.signal(eventFd);
    try (Arena arena = Arena.ofConfined();
        RouteCounters routes = new RouteCounters()) {
      WorkerCounters counters = WorkerCounters.scratch(arena, 1);
      Worker worker =
          new Worker("worker", -1, new Publication(), arena, 1, counters, routes, TestFlows.TABLE);
      worker.addQueue(new LateQueue(eventFd));

      worker.sleep();

      assertThat(counters.get(WorkerCounter.SLEEPS)).isZero();
      worker.onClose();
    } finally {
      FileDescriptors.close(eventFd);
    }
  }

  /** Whose peer's index comes into sight after the interrupt was asked for. */
  private static final class LateQueue implements RxQueue {
    private final int eventFd;
    private int asked;

    LateQueue(int eventFd) {
      this.eventFd = eventFd;
    }

    @Override
    public int interfaceIndex() {
      return 0;
    }

    @Override
    public boolean ipMode() {
      return false;
    }

    @Override
    public int receive(Batch batch, long countersRow) {
      return 0;
    }

    @Override
    public void release() {}

    @Override
    public boolean check() {
      return true;
    }

    @Override
    public boolean enableInterrupt(boolean enabled) {
      return enabled && ++asked > 1;
    }

    @Override
    public int eventFd() {
      return eventFd;
    }
  }

  @Test
  void shouldRunNewTablesWhenTheyArePublishedToSleepingWorkers() throws Exception {
    try (Pods pods = new Pods(directory, LOG2_SLOTS)) {
      for (int i = 0; i < 200; i++) {
        awaitAsleep(pods);
        long before = pods.worker(0, WorkerCounter.REVISION);

        pods.group().publish(pods.tables().next());

        assertThat(pods.worker(0, WorkerCounter.REVISION)).isEqualTo(before + 1);
        assertThat(pods.worker(1, WorkerCounter.REVISION)).isEqualTo(before + 1);
      }
    }
  }

  @Test
  void shouldPollNewPeersWhenTheyConnectToSleepingWorkers() throws Exception {
    try (Pods pods = new Pods(directory, LOG2_SLOTS);
        Arena arena = Arena.ofShared()) {
      for (int i = 0; i < 100; i++) {
        awaitAsleep(pods);
        LoopbackLink link = new LoopbackLink(arena, TrainingTables.STUCK, false, LOG2_SLOTS, 256);
        pods.group().linkUp(link);
        awaitAsleep(pods);
        link.send(60);
        Pods.await(() -> link.room() == 1 << LOG2_SLOTS);
        awaitAsleep(pods);
        pods.group().linkDown(link);
        link.close();
      }
    }
  }

  private static long afterQuiet(ThreadMXBean threads, long[] workers) {
    long endNs = System.nanoTime() + QUIET_NS;
    while (System.nanoTime() < endNs) {
      LockSupport.parkNanos(QUIET_NS);
    }
    return cpuNs(threads, workers);
  }

  private static long cpuNs(ThreadMXBean threads, long[] workers) {
    return Arrays.stream(workers).map(threads::getThreadCpuTime).sum();
  }

  private static void awaitAsleep(Pods pods) {
    Pods.await(() -> isAsleep(pods, 0) && isAsleep(pods, 1));
  }

  private static boolean isAsleep(Pods pods, int worker) {
    return pods.worker(worker, WorkerCounter.SLEEPS)
        == pods.worker(worker, WorkerCounter.WAKEUPS) + 1;
  }
}
