package dev.heddle.worker;

import dev.heddle.observe.WorkerCounter;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees which workers stand still: those that neither take turns nor sleep, because something holds
 * them in the middle of one, or the machine runs something else on their processor.
 *
 * <p>It reads what workers write anyway, counts stalls and logs them. {@link #look} is one
 * thread's; any thread may ask. There is one of them in a daemon, or each stall would count several
 * times.
 */
public final class StallWatch {
  private static final Logger LOG = LoggerFactory.getLogger(StallWatch.class);

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
      tell(worker, stalled[i], now[i]);
      turns[i] = turnsNow;
      wasAwake[i] = isAwake;
    }
    stalled = now;
  }

  /** Logs the first stall of a worker and then each doubling: a small machine has many. */
  private static void tell(Worker worker, boolean wasStalled, boolean isStalled) {
    if (isStalled && !wasStalled) {
      worker.counters().add(WorkerCounter.STALLS, 1);
      long stalls = worker.counters().get(WorkerCounter.STALLS);
      if (Long.bitCount(stalls) == 1) {
        LOG.atWarn()
            .addKeyValue("worker", worker.roleName())
            .addKeyValue("stalls", stalls)
            .log("a worker stands still");
      }
    }
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

  /** Whether the thread of any worker has ended, so that the daemon must be restarted. */
  public boolean anyEnded() {
    return threads.stream().anyMatch(thread -> !thread.isAlive());
  }

  /** Whether a worker stood still at the last look. */
  public boolean isStalled(int worker) {
    return stalled[worker];
  }
}
