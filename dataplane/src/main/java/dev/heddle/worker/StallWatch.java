package dev.heddle.worker;

import java.util.List;

/**
 * Sees which workers stand still: those that neither take turns nor sleep, because something holds
 * them in the middle of one, or the machine runs something else on their processor.
 *
 * <p>It reads what workers write anyway. {@link #look} is one thread's; any thread may ask.
 */
public final class StallWatch {
  private final List<WorkerThread> threads;
  private final long[] turns;
  private final boolean[] wasAwake;
  private volatile boolean[] stalled;

  StallWatch(List<WorkerThread> threads) {
    this.threads = List.copyOf(threads);
    turns = new long[threads.size()];
    wasAwake = new boolean[threads.size()];
    stalled = new boolean[threads.size()];
  }

  /**
   * Looks at all workers. One that has not moved since the last look is stalled, so the time
   * between two looks is how long a stall must last to be seen.
   */
  public void look() {
    boolean[] now = new boolean[turns.length];
    for (int i = 0; i < turns.length; i++) {
      Worker worker = threads.get(i).worker();
      long turnsNow = worker.turns();
      boolean isAwake = !worker.isAsleep();
      now[i] = !threads.get(i).isAlive() || isAwake && wasAwake[i] && turnsNow == turns[i];
      turns[i] = turnsNow;
      wasAwake[i] = isAwake;
    }
    stalled = now;
  }

  /** How many workers there are. */
  public int workers() {
    return turns.length;
  }

  /** Whether any worker stood still at the last look. */
  public boolean anyStalled() {
    for (boolean each : stalled) {
      if (each) {
        return true;
      }
    }
    return false;
  }

  /** Whether a worker stood still at the last look. */
  public boolean isStalled(int worker) {
    return stalled[worker];
  }
}
