package dev.heddle.underlay;

import dev.heddle.observe.EventCounter;
import dev.heddle.packet.NeighbourReports;
import dev.heddle.table.Neighbours;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a {@link NeighbourKeeper} on a thread of its own, which sleeps until something is due or a
 * worker hears something. Any thread may call.
 */
public final class NeighbourService implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NeighbourService.class);

  /** How often packets that wait are looked at. */
  private static final long EXPIRE_INTERVAL_NS = 500_000_000L;

  private final NeighbourOutput output;
  private final List<NeighbourReports> reports;
  private final NeighbourKeeper keeper;
  private final NeighbourReports.Reader reader = new ReportReader();
  private final Thread thread = new Thread(this::run, "neighbours");
  private long nowNs;
  private long expiredNs;
  private long errors;
  private volatile boolean ended;

  private NeighbourService(
      Neighbours table,
      NeighbourOutput output,
      List<NeighbourReports> reports,
      EventCounter events) {
    this.output = output;
    this.reports = List.copyOf(reports);
    nowNs = System.nanoTime();
    expiredNs = nowNs;
    keeper = new NeighbourKeeper(table, output, events, new SplittableRandom(), nowNs);
  }

  /**
   * Starts with no neighbours.
   *
   * @param table nobody else writes it
   * @param reports nobody else reads them
   * @param events counts {@link dev.heddle.observe.NeighbourEvent}; an uplink has its slot as long
   *     as neighbours on it are wanted
   */
  public static NeighbourService start(
      Neighbours table,
      NeighbourOutput output,
      List<NeighbourReports> reports,
      EventCounter events) {
    NeighbourService service = new NeighbourService(table, output, reports, events);
    service.thread.setDaemon(true);
    service.thread.start();
    return service;
  }

  /**
   * These are the neighbours from now on. Call it when all workers run the tables that lead to
   * them, and before the interfaces of uplinks that are gone lose their counters.
   */
  public void want(List<Wanted> wanted) {
    synchronized (this) {
      keeper.want(wanted, System.nanoTime());
    }
    LockSupport.unpark(thread);
  }

  /** An interface came up; nothing happens unless it is an uplink. */
  public void linkUp(int interfaceIndex) {
    synchronized (this) {
      keeper.linkUp(interfaceIndex, System.nanoTime());
    }
    LockSupport.unpark(thread);
  }

  /** All neighbours in the order of their indexes. */
  public synchronized List<NeighbourStatus> list() {
    return keeper.list(System.nanoTime());
  }

  private void run() {
    while (!ended) {
      long waitNs = EXPIRE_INTERVAL_NS;
      try {
        waitNs = turn();
      } catch (RuntimeException e) {
        tell(e);
      }
      await(waitNs);
    }
  }

  private void tell(RuntimeException error) {
    if (Long.bitCount(++errors) == 1) {
      LOG.atError()
          .setCause(error)
          .addKeyValue("errors", errors)
          .log("keeping neighbours goes on after an error");
    }
  }

  /** Returns how long there is nothing to do unless a worker hears something. */
  private synchronized long turn() {
    nowNs = System.nanoTime();
    for (NeighbourReports one : reports) {
      one.read(reader);
    }
    long waitNs = keeper.turn(nowNs) - nowNs;
    if (!keeper.isAnyIncomplete()) {
      return waitNs;
    }
    if (nowNs - expiredNs >= EXPIRE_INTERVAL_NS) {
      output.expire();
      expiredNs = nowNs;
    }
    return Math.min(waitNs, EXPIRE_INTERVAL_NS);
  }

  private void await(long waitNs) {
    boolean nothing = true;
    for (NeighbourReports one : reports) {
      nothing &= one.announceWaiting(thread);
    }
    if (nothing && !ended) {
      LockSupport.parkNanos(this, waitNs);
    }
    for (NeighbourReports one : reports) {
      one.announceWaiting(null);
    }
  }

  /** Ends the thread; what is known stays in the table. */
  @Override
  public void close() {
    ended = true;
    LockSupport.unpark(thread);
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private final class ReportReader implements NeighbourReports.Reader {
    @Override
    public void heard(
        int interfaceIndex,
        boolean ipv6,
        long high,
        long low,
        long mac,
        boolean answers,
        boolean overrides) {
      NeighbourAddress address = new NeighbourAddress(interfaceIndex, ipv6, high, low);
      keeper.heard(address, mac, answers, overrides, nowNs);
    }

    @Override
    public void needed(int neighbour) {
      keeper.needed(neighbour, nowNs);
    }
  }
}
