package dev.heddle.benchmarks.loopback;

import dev.heddle.benchmarks.endtoend.Scenario;
import dev.heddle.benchmarks.machine.Cores;
import dev.heddle.ffi.linux.Cpu;
import dev.heddle.worker.LoopbackWorker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;

/**
 * Main class: one worker and two workers in turn, each over loopback rings of its own, in the JVM
 * options that the daemon has. Prints a line a run: "one,two" in millions of packets a second.
 */
public final class WorkerScaling {
  private static final int RUNS = 7;
  private static final long WARM_UP_NS = 3_000_000_000L;
  private static final long MEASURED_NS = 1_000_000_000L;
  private static final int TURNS_PER_CLOCK_READ = 64;

  private final LoopbackWorker worker;
  private final int core;
  private double mpps;

  private WorkerScaling(Path directory, int core) throws IOException {
    this.core = core;
    worker =
        new LoopbackWorker(
            Files.createDirectories(directory.resolve("worker" + core)), Scenario.SMALL);
  }

  /** The argument is a directory for counters files. */
  public static void main(String[] arguments) throws Exception {
    Path directory = Path.of(arguments[0]);
    WorkerScaling first = new WorkerScaling(directory, Cores.TESTED);
    WorkerScaling second = new WorkerScaling(directory, Cores.HARNESS);
    together(WARM_UP_NS, first, second);
    for (int run = 0; run < RUNS; run++) {
      together(MEASURED_NS, first);
      double one = first.mpps;
      together(MEASURED_NS, first, second);
      System.out.println(one + "," + (first.mpps + second.mpps));
    }
  }

  private static void together(long durationNs, WorkerScaling... workers) throws Exception {
    CyclicBarrier start = new CyclicBarrier(workers.length);
    Thread[] threads = new Thread[workers.length];
    for (int i = 0; i < workers.length; i++) {
      WorkerScaling each = workers[i];
      threads[i] = Thread.ofPlatform().start(() -> each.run(start, durationNs));
    }
    for (Thread thread : threads) {
      thread.join();
    }
  }

  private void run(CyclicBarrier start, long durationNs) {
    Cpu.pinTo(core);
    try {
      start.await();
    } catch (InterruptedException | BrokenBarrierException e) {
      throw new IllegalStateException(e);
    }
    mpps = turn(durationNs);
  }

  private double turn(long durationNs) {
    long receivedBefore = worker.received();
    long begin = System.nanoTime();
    long elapsed = 0;
    while (elapsed < durationNs) {
      for (int i = 0; i < TURNS_PER_CLOCK_READ; i++) {
        worker.turn();
      }
      elapsed = System.nanoTime() - begin;
    }
    return (worker.received() - receivedBefore) * 1e3 / elapsed;
  }
}
