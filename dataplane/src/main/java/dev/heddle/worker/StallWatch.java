package dev.heddle.worker;

import dev.heddle.observe.WorkerCounter;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees which workers stand still: those that neither take turns nor sleep, because something holds
 * them, or the machine runs something else on their processor, and those that were woken and sleep
 * on.
 *
 * <p>It reads what workers write anyway, counts stalls and logs them. {@link #look} is one
 * thread's; any thread may ask. There is one of them in a daemon, or each stall would count several
 * times.
 */
public final class StallWatch {
  private static final Logger LOG = LoggerFactory.getLogger(StallWatch.class);
  private static final long NS_PER_MS = 1_000_000;

  /** A worker that stands still for so long is stalled. */
  static final long STALL_NS = 100 * NS_PER_MS;

  /** How long a stall is told at least, so that those who ask each 100 ms are told of all. */
  static final long TOLD_NS = 250 * NS_PER_MS;

  /**
   * How often to look. A stall that is longer than the two times together is always seen, and none
   * is that is shorter than {@link #STALL_NS}.
   */
  public static final long LOOK_MS = 25;

  /** What is known of one worker. Only {@link #isTold} is read by other threads. */
  private static final class Watched {
    private final WorkerThread thread;
    private long turns = -1;

    /** When it was seen to have taken its last turn, or to rest. */
    private long movedNs;

    private boolean isStalled;
    private long stalledNs;
    private volatile boolean isTold;

    Watched(WorkerThread thread) {
      this.thread = thread;
    }
  }

  private final List<Watched> workers;
  private final LongSupplier clockNs;

  StallWatch(List<WorkerThread> threads, LongSupplier clockNs) {
    workers = threads.stream().map(Watched::new).toList();
    this.clockNs = clockNs;
  }

  /** Looks at all workers. */
  public void look() {
    workers.forEach(this::look);
  }

  private void look(Watched each) {
    Worker worker = each.thread.worker();
    long nowNs = clockNs.getAsLong();
    long turns = worker.turns();
    if (turns != each.turns || each.thread.rests()) {
      each.turns = turns;
      // Later than the look at the turns: this look may itself be held up.
      each.movedNs = clockNs.getAsLong();
    }
    boolean isStalled = !each.thread.isAlive() || nowNs - each.movedNs >= STALL_NS;
    if (isStalled) {
      tell(worker, each.isStalled);
      each.stalledNs = nowNs;
    }
    each.isStalled = isStalled;
    each.isTold = isStalled || each.isTold && nowNs - each.stalledNs < TOLD_NS;
  }

  /** Logs the first stall of a worker and then each doubling: a small machine has many. */
  private static void tell(Worker worker, boolean isToldAlready) {
    if (!isToldAlready) {
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
    return workers.size();
  }

  /** The names of workers that stand still, or did a moment ago. */
  public List<String> stalled() {
    return names(each -> each.isTold);
  }

  /** The names of workers whose threads have ended, so that the daemon must be restarted. */
  public List<String> ended() {
    return names(each -> !each.thread.isAlive());
  }

  private List<String> names(Predicate<Watched> which) {
    return workers.stream().filter(which).map(each -> each.thread.worker().roleName()).toList();
  }

  /** Whether a worker stands still, or did a moment ago. */
  public boolean isStalled(int worker) {
    return workers.get(worker).isTold;
  }
}
