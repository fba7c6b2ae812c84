package dev.heddle.compile;

import dev.heddle.model.IpAddress;
import dev.heddle.model.IpPrefix;
import dev.heddle.table.NextHops;
import dev.heddle.table.RouteStore;
import dev.heddle.table.RouteTable;
import java.util.List;

/**
 * The routes of one network: prefix to next hop index.
 *
 * <p>Addresses are as in {@link IpAddress}: an IPv4 address is in the low 32 bits of the low long.
 * What is missing has {@link NextHops#NO_ROUTE}.
 */
final class VrfRoutes {
  private static final boolean[] FAMILIES = {false, true};

  private final RouteStore store;

  private final RouteTable table4;
  private final RouteTable table6;

  /** Null where routes do not count. */
  private final CountedRoutes counted;

  VrfRoutes(RouteStore store, CountedRoutes counted) {
    this.store = store;
    this.counted = counted;
    table4 = store.create4();
    table6 = store.create6();
  }

  /** Creates or changes a route and returns the next hop it had. */
  int put(boolean ipv6, long high, long low, int length, int hop) {
    RouteTable table = table(ipv6);
    long tableHigh = tableHigh(ipv6, high, low);
    long tableLow = ipv6 ? low : 0;
    if (counted == null) {
      int before = table.put(tableHigh, tableLow, length, hop);
      return before == RouteTable.ABSENT ? NextHops.NO_ROUTE : before;
    }
    int value = table.get(tableHigh, tableLow, length);
    int before = hopOf(value);
    if (before != hop) {
      leave(value);
      table.put(tableHigh, tableLow, length, counted.take(hop));
    }
    return before;
  }

  /** Removes a route and returns the next hop it had. */
  int remove(boolean ipv6, long high, long low, int length) {
    int value = table(ipv6).remove(tableHigh(ipv6, high, low), ipv6 ? low : 0, length);
    int before = hopOf(value);
    leave(value);
    return before;
  }

  private void leave(int value) {
    if (counted != null && value != RouteTable.ABSENT) {
      counted.leave(value);
    }
  }

  /** The next hop of the longest prefix that covers an address. */
  int longestMatch(IpAddress address) {
    return hopOf(
        table(address.ipv6())
            .longestMatch(
                tableHigh(address.ipv6(), address.high(), address.low()),
                address.ipv6() ? address.low() : 0));
  }

  /**
   * Shows routes of one family in the order of their prefixes, from one on that need not be there.
   */
  void forEachFrom(IpPrefix from, int limit, RouteVisitor visitor) {
    IpAddress address = from.address();
    boolean ipv6 = from.ipv6();
    table(ipv6)
        .forEachFrom(
            tableHigh(ipv6, address.high(), address.low()),
            ipv6 ? address.low() : 0,
            from.length(),
            limit,
            (high, low, length, value) ->
                visitor.route(
                    ipv6 ? IpAddress.v6(high, low) : IpAddress.v4((int) (high >>> 32)),
                    length,
                    hopOf(value),
                    value < 0 ? CountedRoutes.id(value) : -1));
  }

  /** Is shown a route, its next hop and the id under which it counts, -1 if it does not. */
  interface RouteVisitor {
    void route(IpAddress address, int length, int hop, int routeId);
  }

  /** Adds the routes of both families as they are now. */
  void share(String network, List<RouteVersion.Part> parts) {
    for (boolean ipv6 : FAMILIES) {
      if (table(ipv6).size() > 0) {
        parts.add(new RouteVersion.Part(network, ipv6, table(ipv6).share()));
      }
    }
  }

  private int hopOf(int value) {
    if (value == RouteTable.ABSENT) {
      return NextHops.NO_ROUTE;
    }
    return value < 0 ? counted.hopOf(value) : value;
  }

  /** Gives the tables up with this update. */
  void drop() {
    store.drop(table4);
    store.drop(table6);
  }

  /** Bytes of what workers look up in, of both families. */
  long trieBytes() {
    return table4.trieBytes() + table6.trieBytes();
  }

  /** Handles that workers look up from; they include this update after its preparation. */
  long root4() {
    return table4.root();
  }

  long root6() {
    return table6.root();
  }

  private RouteTable table(boolean ipv6) {
    return ipv6 ? table6 : table4;
  }

  private static long tableHigh(boolean ipv6, long high, long low) {
    return ipv6 ? high : RouteTable.high4((int) low);
  }
}
