package dev.heddle.worker;

import dev.heddle.observe.WorkerCounter;
import dev.heddle.observe.WorkerCounters;

/**
 * Counts a worker's turns and the time that they take. The clock is read only when the worker turns
 * from busy to idle or back, so the counters lack the time since then; {@link #busyNs} and {@link
 * #idleNs} do not.
 *
 * <p>Threading: the worker's, but for those two.
 */
final class TurnClock {
  private final WorkerCounters counters;

  /** When the first turn began. Both counters together reach from there to the last change. */
  private long startNs;

  private long lastNs;
  private boolean wasBusy;

  TurnClock(WorkerCounters counters) {
    this.counters = counters;
  }

  /** Before the first turn, and before anybody asks. */
  void start(long nowNs) {
    startNs = nowNs;
    lastNs = nowNs;
  }

  /** After each turn. */
  void count(boolean busy) {
    counters.add(busy ? WorkerCounter.WORK_CYCLES : WorkerCounter.IDLE_CYCLES, 1);
    if (busy != wasBusy) {
      change(busy, System.nanoTime());
    }
  }

  void change(boolean busy, long nowNs) {
    counters.add(wasBusy ? WorkerCounter.BUSY_NS : WorkerCounter.IDLE_NS, nowNs - lastNs);
    lastNs = nowNs;
    wasBusy = busy;
  }

  /** Time in turns that found something to do, the present one included. Any thread may ask. */
  long busyNs(long nowNs) {
    return read(nowNs, true);
  }

  /** Time in turns that found nothing, and asleep, until now. Any thread may ask. */
  long idleNs(long nowNs) {
    return read(nowNs, false);
  }

  private long read(long nowNs, boolean ofBusy) {
    while (true) {
      long busyNs = counters.get(WorkerCounter.BUSY_NS);
      long idleNs = counters.get(WorkerCounter.IDLE_NS);
      boolean isBusy = wasBusy;
      if (busyNs == counters.get(WorkerCounter.BUSY_NS)
          && idleNs == counters.get(WorkerCounter.IDLE_NS)) {
        long restNs = Math.max(0, nowNs - startNs - busyNs - idleNs);
        return (ofBusy ? busyNs : idleNs) + (isBusy == ofBusy ? restNs : 0);
      }
    }
  }
}
