package dev.heddle.worker;

import org.agrona.concurrent.IdleStrategy;

/**
 * Polls on for a while after the last packet, then lets the worker sleep on its interrupts. Where a
 * queue has none, the worker sleeps for a short time after each poll that finds nothing.
 */
final class AdaptiveIdle implements IdleStrategy {
  /** How long an empty worker goes on polling, so that a busy one never pays for a system call. */
  private static final long MAX_POLL_NS = 50_000;

  private static final int POLLS_PER_CLOCK_READ = 16;

  private final Worker worker;
  private int polls;
  private long idleSinceNs;

  /** Whether the worker slept its time and nothing has come since. */
  private boolean isDozing;

  AdaptiveIdle(Worker worker) {
    this.worker = worker;
  }

  @Override
  public void idle(int workCount) {
    if (workCount > 0) {
      reset();
    } else {
      idle();
    }
  }

  @Override
  public void idle() {
    if (isDozing) {
      isDozing = worker.sleep();
      return;
    }
    Thread.onSpinWait();
    if (polls++ % POLLS_PER_CLOCK_READ != 0) {
      return;
    }
    long nowNs = System.nanoTime();
    if (polls == 1) {
      idleSinceNs = nowNs;
    } else if (nowNs - idleSinceNs > MAX_POLL_NS) {
      polls = 0;
      isDozing = worker.sleep();
    }
  }

  @Override
  public void reset() {
    polls = 0;
    isDozing = false;
  }
}
