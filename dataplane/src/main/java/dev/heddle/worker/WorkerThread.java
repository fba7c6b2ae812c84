package dev.heddle.worker;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.agrona.concurrent.IdleStrategy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns a worker on a thread of its own until it is stopped, whatever happens to it.
 *
 * <p>The JVM tells of a fault in a peer's memory some time after it: at the next jump, return or
 * system call, which may lie in the idle strategy, in the recovery from another error, or in the
 * very loop that turns the worker. A runner that ends its thread then, as Agrona's does, would end
 * the traffic of all pods for what one of them did.
 */
final class WorkerThread implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WorkerThread.class);

  private final Worker worker;
  private final IdleStrategy idle;
  private final Thread thread;
  private final CompletableFuture<KernelThread> started = new CompletableFuture<>();

  /** What the worker has not recovered from yet, or null. */
  private Throwable error;

  private WorkerThread(Worker worker, IdleStrategy idle) {
    this.worker = worker;
    this.idle = idle;
    this.thread = new Thread(this::run, worker.roleName());
  }

  /**
   * Starts a worker.
   *
   * @throws RuntimeException where it cannot be pinned to its processor; the thread has ended then
   */
  static WorkerThread start(Worker worker, IdleStrategy idle) {
    WorkerThread runner = new WorkerThread(worker, idle);
    runner.thread.start();
    try {
      runner.started.join();
    } catch (CompletionException e) {
      runner.close();
      throw new IllegalStateException(
          worker.roleName() + " cannot start: " + e.getCause().getMessage(), e.getCause());
    }
    return runner;
  }

  Worker worker() {
    return worker;
  }

  boolean isAlive() {
    return thread.isAlive();
  }

  /**
   * Whether the worker sleeps with nothing to do, and not only because it is held where it slept.
   * One thread at a time may ask.
   */
  boolean rests() {
    return worker.mayRest() && started.join().sleeps();
  }

  /**
   * Refuses to wait for a worker that will not come.
   *
   * @throws IllegalStateException where the thread has ended
   */
  void requireAlive() {
    if (!thread.isAlive()) {
      throw new IllegalStateException(
          worker.roleName() + " has ended, see the log; the daemon must be restarted");
    }
  }

  /**
   * Gives the worker something to do between two batches, as soon as there is room for it.
   *
   * @throws IllegalStateException where the thread has ended
   */
  void submit(Runnable command) {
    while (!worker.submit(command)) {
      requireAlive();
      Thread.onSpinWait();
    }
  }

  private void run() {
    try {
      worker.onStart();
      started.complete(KernelThread.current());
      while (!worker.isStopping()) {
        try {
          turn();
        } catch (Throwable e) {
          // Told at the inner loop's own jump. Nothing has touched a peer's memory since, so that
          // none comes at this loop's.
          error = e;
        }
      }
    } catch (Throwable e) {
      if (!started.completeExceptionally(e)) {
        LOG.atError()
            .setCause(e)
            .addKeyValue("worker", worker.roleName())
            .log("a worker has ended");
      }
    } finally {
      worker.onClose();
    }
  }

  private void turn() {
    while (!worker.isStopping()) {
      try {
        if (error != null) {
          worker.recover(error);
          error = null;
        }
        idle.idle(worker.doWork());
      } catch (Throwable e) {
        error = e;
      }
    }
  }

  /** Stops the worker after its present turn and waits for its end. */
  @Override
  public void close() {
    worker.prepareStop();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (!started.isCompletedExceptionally()) {
      started.join().close();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
