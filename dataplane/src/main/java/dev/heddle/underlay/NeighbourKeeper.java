package dev.heddle.underlay;

import dev.heddle.observe.EventCounter;
import dev.heddle.observe.NeighbourEvent;
import dev.heddle.table.Neighbours;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Finds out and keeps right the MAC addresses of the neighbours that tunnels lead to, in the manner
 * of RFC 4861 7.3, for IPv4 and IPv6 alike.
 *
 * <pre>
 *                  heard                    its time is over
 *   INCOMPLETE -------------> REACHABLE -----------------------> PROBE
 *      ^   \                     ^                                | |
 *      |    \ heard unasked      |           it answered          | |
 *      |     `-------------------|-------------------------> ... /  |
 *      |                         `------------------------------'   |
 *      `------------------------------------------------------------'
 *                     three requests to itself unanswered
 * </pre>
 *
 * <p>Only wanted neighbours have entries, so whatever strangers say, there are no more of them.
 * Requests are few: one a second about a neighbour, less and less often while nobody answers, and
 * {@value RequestRate#PER_SECOND} a second in all.
 *
 * <p>For one thread at a time. Time is what callers say, in nanoseconds of any monotonic clock.
 */
public final class NeighbourKeeper {
  /** RETRANS_TIMER of RFC 4861 10: between two requests about one neighbour. */
  static final long RETRANSMIT_NS = 1_000_000_000L;

  /** REACHABLE_TIME of RFC 4861 10: how long an answer holds, times a random 0.5 to 1.5. */
  static final long REACHABLE_NS = 30_000_000_000L;

  /** MAX_UNICAST_SOLICIT of RFC 4861 10. */
  static final int PROBES = 3;

  /** Requests to everybody before they become rarer. */
  static final int EAGER_REQUESTS = 3;

  /** Between two requests about a neighbour that has not answered for long. */
  static final long RAREST_NS = 32_000_000_000L;

  private final Neighbours table;
  private final NeighbourOutput output;
  private final EventCounter events;
  private final RandomGenerator random;
  private final RequestRate rate;
  private final List<Neighbour> due = new ArrayList<>();
  private Map<NeighbourAddress, Neighbour> byAddress = new HashMap<>();
  private Map<Integer, Neighbour> byIndex = new HashMap<>();

  /**
   * @param table where workers read the addresses; nobody else writes it
   * @param random keeps the requests of many neighbours, and of many nodes, apart
   */
  public NeighbourKeeper(
      Neighbours table,
      NeighbourOutput output,
      EventCounter events,
      RandomGenerator random,
      long nowNs) {
    this.table = table;
    this.output = output;
    this.events = events;
    this.random = random;
    this.rate = new RequestRate(nowNs);
  }

  /** These are the neighbours from now on; what is known of those that were so before stays. */
  public void want(Collection<Wanted> wanted, long nowNs) {
    Map<NeighbourAddress, Neighbour> nextByAddress = new HashMap<>();
    Map<Integer, Neighbour> nextByIndex = new HashMap<>();
    for (Wanted one : wanted) {
      Neighbour known = byAddress.get(one.address());
      Neighbour kept =
          known != null && known.wanted.equals(one)
              ? known
              : new Neighbour(one, nowNs, nowNs - RETRANSMIT_NS);
      nextByAddress.put(one.address(), kept);
      nextByIndex.put(one.index(), kept);
    }
    for (Neighbour old : byAddress.values()) {
      if (nextByAddress.get(old.address()) != old) {
        table.set(old.wanted.index(), 0);
        output.drop(old.wanted.index());
      }
    }
    byAddress = nextByAddress;
    byIndex = nextByIndex;
  }

  /**
   * Somebody on the link said where a neighbour is (RFC 4861 7.2.5, RFC 826). Nobody is believed to
   * have answered who was not asked.
   *
   * @param mac of a single station; 0 where the message says only that it is still there
   * @param answers whether it says that it answers us
   * @param overrides whether it counts even if another MAC address is known already
   */
  public void heard(
      NeighbourAddress address, long mac, boolean answers, boolean overrides, long nowNs) {
    Neighbour neighbour = byAddress.get(address);
    if (neighbour == null || mac == 0 && neighbour.mac == 0) {
      return;
    }
    boolean answered = answers && neighbour.unanswered > 0;
    boolean same = mac == 0 || mac == neighbour.mac;
    if (!same && (overrides || neighbour.mac == 0)) {
      learn(neighbour, mac);
      believe(neighbour, answered, nowNs);
    } else if (same && answered) {
      believe(neighbour, true, nowNs);
    } else if (!same && neighbour.state == NeighbourState.REACHABLE) {
      believe(neighbour, false, nowNs);
    }
  }

  private void learn(Neighbour neighbour, long mac) {
    boolean isNew = neighbour.mac == 0;
    neighbour.mac = mac;
    table.set(neighbour.wanted.index(), mac);
    count(neighbour, isNew ? NeighbourEvent.RESOLVED : NeighbourEvent.MOVED);
    if (isNew) {
      output.release(neighbour.wanted.index(), mac);
    }
  }

  private void believe(Neighbour neighbour, boolean confirmed, long nowNs) {
    if (confirmed) {
      neighbour.enter(NeighbourState.REACHABLE, nowNs);
      neighbour.dueNs = nowNs + (long) (REACHABLE_NS * random.nextDouble(0.5, 1.5));
    } else {
      neighbour.enter(NeighbourState.PROBE, nowNs);
      neighbour.dueNs = earliest(neighbour, nowNs);
    }
  }

  /** A packet waits for a neighbour, so that it is worth asking again. */
  public void needed(int index, long nowNs) {
    Neighbour neighbour = byIndex.get(index);
    if (neighbour != null && neighbour.mac == 0) {
      long earliestNs = earliest(neighbour, nowNs);
      if (earliestNs - neighbour.dueNs < 0) {
        neighbour.dueNs = earliestNs;
      }
    }
  }

  /** An uplink came up: its neighbours may be others than before, or have missed requests. */
  public void linkUp(int interfaceIndex, long nowNs) {
    for (Neighbour neighbour : byAddress.values()) {
      if (neighbour.address().interfaceIndex() == interfaceIndex) {
        neighbour.enter(
            neighbour.mac == 0 ? NeighbourState.INCOMPLETE : NeighbourState.PROBE, nowNs);
        neighbour.dueNs = nowNs;
      }
    }
  }

  /**
   * Does what is due.
   *
   * @return when the next thing is due; far away if there is nothing
   */
  public long turn(long nowNs) {
    for (Neighbour neighbour : byAddress.values()) {
      if (neighbour.dueNs - nowNs <= 0) {
        due.add(neighbour);
      }
    }
    due.sort(Comparator.comparingLong(neighbour -> neighbour.dueNs - nowNs));
    boolean mayAsk = true;
    for (int i = 0; i < due.size() && mayAsk; i++) {
      mayAsk = rate.tryTake(nowNs);
      if (mayAsk) {
        act(due.get(i), nowNs);
      }
    }
    due.clear();
    return mayAsk ? nextDue(nowNs) : rate.nextNs();
  }

  private long nextDue(long nowNs) {
    long next = nowNs + REACHABLE_NS;
    for (Neighbour neighbour : byAddress.values()) {
      next = neighbour.dueNs - next < 0 ? neighbour.dueNs : next;
    }
    return next;
  }

  private void act(Neighbour neighbour, long nowNs) {
    if (neighbour.state == NeighbourState.REACHABLE) {
      neighbour.enter(NeighbourState.PROBE, nowNs);
    } else if (neighbour.state == NeighbourState.PROBE && neighbour.unanswered == PROBES) {
      neighbour.enter(NeighbourState.INCOMPLETE, nowNs);
      neighbour.mac = 0;
      table.set(neighbour.wanted.index(), 0);
      count(neighbour, NeighbourEvent.LOST);
    }
    output.ask(neighbour.address(), neighbour.mac);
    neighbour.unanswered++;
    neighbour.askedNs = nowNs;
    neighbour.dueNs = nowNs + untilNextRequestNs(neighbour);
  }

  private long untilNextRequestNs(Neighbour neighbour) {
    if (neighbour.mac != 0 || neighbour.unanswered < EAGER_REQUESTS) {
      return RETRANSMIT_NS;
    }
    int doublings = Math.min(neighbour.unanswered - EAGER_REQUESTS, Integer.SIZE);
    long intervalNs = Math.min(RETRANSMIT_NS << doublings, RAREST_NS);
    return (long) (intervalNs * random.nextDouble(1, 1.25));
  }

  /** When a neighbour may be asked again. */
  private static long earliest(Neighbour neighbour, long nowNs) {
    long earliestNs = neighbour.askedNs + RETRANSMIT_NS;
    return earliestNs - nowNs > 0 ? earliestNs : nowNs;
  }

  private void count(Neighbour neighbour, NeighbourEvent change) {
    events.count(neighbour.address().interfaceIndex(), change);
  }

  /** Whether packets may be waiting for somebody. */
  public boolean isAnyIncomplete() {
    return byAddress.values().stream().anyMatch(neighbour -> neighbour.mac == 0);
  }

  /** All neighbours in the order of their indexes. */
  public List<NeighbourStatus> list(long nowNs) {
    return byAddress.values().stream()
        .map(neighbour ->
            new NeighbourStatus(
                neighbour.wanted.index(),
                neighbour.address(),
                neighbour.state,
                neighbour.mac,
                nowNs - neighbour.sinceNs))
        .sorted(Comparator.comparingInt(NeighbourStatus::index))
        .toList();
  }
}
