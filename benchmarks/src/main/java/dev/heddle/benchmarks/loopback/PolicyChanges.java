package dev.heddle.benchmarks.loopback;

import dev.heddle.benchmarks.machine.Cores;
import dev.heddle.table.Tables;
import dev.heddle.worker.LoopbackWorker;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The control side of a worker: a thread on the other core that changes a rule ten times a second
 * until it is ended.
 */
final class PolicyChanges {
  private static final long INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(100);

  private final ManyEndpoints network;
  private final LoopbackWorker worker;
  private final Thread thread;
  private volatile boolean ends;

  /** The worker must turn until {@link #end} has returned, by whatever thread. */
  PolicyChanges(ManyEndpoints network, LoopbackWorker worker) {
    this.network = network;
    this.worker = worker;
    thread = Cores.start(Cores.HARNESS, "policy-changes", this::run);
  }

  private void run() {
    long next = System.nanoTime();
    while (!ends) {
      Tables changed = network.changeRule();
      worker.publish(changed);
      while (worker.revision() != changed.revision()) {
        LockSupport.parkNanos(1);
      }
      network.settle();
      next += INTERVAL_NS;
      LockSupport.parkNanos(next - System.nanoTime());
    }
  }

  /** Ends it, and turns the worker while the last change is waiting for that. */
  void end() {
    ends = true;
    LockSupport.unpark(thread);
    while (thread.isAlive()) {
      worker.turn();
    }
  }
}
