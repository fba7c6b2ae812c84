package dev.heddle.benchmarks.endtoend;

import dev.heddle.table.RouteStore;
import dev.heddle.table.RouteTable;

/** The bytes that lookups read, for routes to 16 next hops. */
final class RouteTableFootprint {
  private static final int NEXT_HOPS = 16;
  private static final int FIRST_NEXT_HOP = 2;
  private static final long LIMIT_BYTES = 1L << 30;

  private RouteTableFootprint() {}

  static double bytes(int routes) {
    try (RouteStore store = new RouteStore(LIMIT_BYTES)) {
      RouteTable table = store.create4();
      for (int route = 0; route < routes; route++) {
        int nextHop = FIRST_NEXT_HOP + Math.floorMod(route * 0x9E37_79B9 >>> 12, NEXT_HOPS);
        table.put(
            RouteTable.high4(BenchNetwork.routePrefix(route)),
            0,
            BenchNetwork.routeLength(route),
            nextHop);
      }
      store.prepare();
      return table.trieBytes();
    }
  }
}
