package dev.heddle.port.tap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.ffi.linux.Tun;
import dev.heddle.observe.InterfaceCounter;
import dev.heddle.observe.WorkerCounter;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** As many taps as a node has pods at most; needs root. */
class ThousandTapsIT {
  private static final int TAPS = 1000;
  private static final int A = 0;
  private static final int B = TAPS - 1;
  private static final int WORKERS = 2;
  private static final int PINGS = 500;
  private static final int PING_BYTES = 56;
  private static final long QUIET_NS = 50_000_000;

  @TempDir private Path directory;

  @Test
  void shouldForwardBetweenTwoOfAThousandAndTakeNoTimeForTheOthers() throws Exception {
    PodNamespace a = new PodNamespace();
    PodNamespace b = new PodNamespace();
    PodNamespace idle = new PodNamespace();
    List<Tun> taps = new ArrayList<>();
    try (TapWorld world = new TapWorld(directory, WORKERS, TAPS)) {
      taps.add(a.createTap(PodNamespace.DEVICE, 1));
      addIdle(idle, taps);
      taps.add(b.createTap(PodNamespace.DEVICE, 1));
      a.configure(PodNamespace.DEVICE, A);
      b.configure(PodNamespace.DEVICE, B);
      for (int i = 0; i < TAPS; i++) {
        world.attach(i, taps.get(i));
      }
      awaitQuiet(world);
      a.ping(TapWorld.address4(B), PINGS, PING_BYTES);
      b.ping(TapWorld.address4(A), PINGS, PING_BYTES);
      TapWorld.await(() -> passed(world, A) == 2 * PINGS && passed(world, B) == 2 * PINGS);
      awaitQuiet(world);
      world.awaitBalance();
      for (int i = 1; i < B; i++) {
        assertThat(world.count(i, InterfaceCounter.RX_PACKETS)).isZero();
      }
    } finally {
      taps.forEach(Tun::close);
      a.remove();
      b.remove();
      idle.remove();
    }
  }

  private void addIdle(PodNamespace pod, List<Tun> taps) throws Exception {
    pod.silence("default");
    List<String> up = new ArrayList<>();
    for (int i = 1; i < B; i++) {
      String device = "idle" + i;
      Tun tap = pod.createTap(device, 1);
      // The namespace's end takes them all at once, which is much faster.
      tap.keep(true);
      taps.add(tap);
      up.add("link set " + device + " up");
    }
    Path file = directory.resolve("up");
    Files.write(file, up);
    pod.ip("-batch", file.toString());
  }

  private static long passed(TapWorld world, int endpoint) {
    return world.count(endpoint, InterfaceCounter.TX_PACKETS)
        - world.count(endpoint, InterfaceCounter.ORIGINATED);
  }

  /** Waits until all workers sleep, and take no processor time at all for a while. */
  private static void awaitQuiet(TapWorld world) {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long[] workers =
        Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
            .filter(thread -> thread != null && thread.getThreadName().startsWith("worker-"))
            .mapToLong(thread -> thread.getThreadId())
            .toArray();
    assertThat(workers).hasSize(WORKERS);
    TapWorld.await(() -> cpuNs(threads, workers) == afterQuiet(threads, workers));
    for (int i = 0; i < WORKERS; i++) {
      assertThat(world.worker(i, WorkerCounter.SLEEPS)).isPositive();
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
}
