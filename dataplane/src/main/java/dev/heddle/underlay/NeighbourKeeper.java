package dev.heddle.underlay;

import dev.heddle.observe.EventCounter;
import dev.heddle.observe.NeighbourEvent;
import dev.heddle.table.Neighbours;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
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
  private final Map<NeighbourAddress, Neighbour> byAddress = new HashMap<>();
  private final Map<Integer, Neighbour> byIndex = new HashMap<>();
  private final TreeSet<Neighbour> byDue = new TreeSet<>();

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
    Set<Wanted> next = new HashSet<>(wanted);
    for (Neighbour old : List.copyOf(byIndex.values())) {
      if (!next.remove(old.wanted)) {
        forget(old);
      }
    }
    for (Wanted added : next) {
      Neighbour neighbour = new Neighbour(added, nowNs, nowNs - RETRANSMIT_NS);
      byAddress.put(added.address(), neighbour);
      byIndex.put(added.index(), neighbour);
      byDue.add(neighbour);
    }
  }

  private void forget(Neighbour neighbour) {
    int index = neighbour.wanted.index();
    byAddress.remove(neighbour.address());
    byIndex.remove(index);
    byDue.remove(neighbour);
    table.set(index, 0);
    output.drop(index);
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
      output.release();
    }
  }

  private void believe(Neighbour neighbour, boolean confirmed, long nowNs) {
    if (confirmed) {
      neighbour.enter(NeighbourState.REACHABLE, nowNs);
      schedule(neighbour, nowNs + (long) (REACHABLE_NS * random.nextDouble(0.5, 1.5)));
    } else {
      neighbour.enter(NeighbourState.PROBE, nowNs);
      schedule(neighbour, earliest(neighbour, nowNs));
    }
  }

  /** A packet waits for a neighbour, so that it is worth asking again. */
  public void needed(int index, long nowNs) {
    Neighbour neighbour = byIndex.get(index);
    if (neighbour != null && neighbour.mac == 0) {
      long earliestNs = earliest(neighbour, nowNs);
      if (earliestNs - neighbour.dueNs < 0) {
        schedule(neighbour, earliestNs);
      }
    }
  }

  /** An uplink came up: its neighbours may be others than before, or have missed requests. */
  public void linkUp(int interfaceIndex, long nowNs) {
    for (Neighbour neighbour : byAddress.values()) {
      if (neighbour.address().interfaceIndex() == interfaceIndex) {
        neighbour.enter(
            neighbour.mac == 0 ? NeighbourState.INCOMPLETE : NeighbourState.PROBE, nowNs);
        schedule(neighbour, nowNs);
      }
    }
  }

  /**
   * Does what is due.
   *
   * @return when the next thing is due; far away if there is nothing
   */
  public long turn(long nowNs) {
    while (!byDue.isEmpty() && byDue.first().dueNs - nowNs <= 0) {
      if (!rate.tryTake(nowNs)) {
        return rate.nextNs();
      }
      act(byDue.first(), nowNs);
    }
    return byDue.isEmpty() ? nowNs + REACHABLE_NS : byDue.first().dueNs;
  }

  private void schedule(Neighbour neighbour, long dueNs) {
    byDue.remove(neighbour);
    neighbour.dueNs = dueNs;
    byDue.add(neighbour);
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
    schedule(neighbour, nowNs + untilNextRequestNs(neighbour));
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
