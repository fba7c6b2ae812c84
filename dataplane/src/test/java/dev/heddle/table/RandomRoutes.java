package dev.heddle.table;

import java.util.List;
import java.util.Random;

/** Random histories of routes, for a table and its oracle alike. */
final class RandomRoutes {
  /** A prefix, whose bits beyond the length are zero. */
  record Route(long high, long low, int length) {}

  private final Random random;

  RandomRoutes(Random random) {
    this.random = random;
  }

  /**
   * Puts and removes a few routes.
   *
   * @param known every route that was ever put
   * @param spread leading bits that fresh prefixes have in common
   */
  void change(RouteTable table, RouteOracle oracle, List<Route> known, int spread) {
    for (int i = random.nextInt(12); i >= 0; i--) {
      if (!known.isEmpty() && random.nextInt(3) == 0) {
        Route route = known.get(random.nextInt(known.size()));
        table.remove(route.high, route.low, route.length);
        oracle.remove(route.high, route.low, route.length);
      } else {
        Route route = next(table.addressBits(), spread, known);
        known.add(route);
        int value = value();
        table.put(route.high, route.low, route.length, value);
        oracle.put(route.high, route.low, route.length, value);
      }
    }
  }

  /** New prefixes crowd in the last bits of the spread, or are cut from or extend known ones. */
  Route next(int addressBits, int spread, List<Route> known) {
    int length = random.nextInt(addressBits + 1);
    long high = random.nextLong();
    long low = random.nextLong();
    if (!known.isEmpty() && random.nextBoolean()) {
      Route relative = known.get(random.nextInt(known.size()));
      high = relative.high;
      low = relative.low;
      if (random.nextBoolean()) {
        int flipped = random.nextInt(addressBits);
        high ^= flipped < 64 ? 1L << 63 - flipped : 0;
        low ^= flipped < 64 ? 0 : 1L << 127 - flipped;
      }
    } else {
      long keepHigh = spread >= 64 ? 0 : -1L >>> spread;
      high &= keepHigh;
    }
    if (addressBits == 32) {
      high &= -1L << 32;
      low = 0;
    }
    return new Route(Prefixes.maskHigh(high, length), Prefixes.maskLow(low, length), length);
  }

  private int value() {
    return switch (random.nextInt(4)) {
      case 0 -> NextHops.COUNTED_ROUTE | random.nextInt(1 << 30);
      case 1 -> random.nextInt(1 << 30);
      case 2 -> random.nextInt(1 << 16);
      default -> random.nextInt(4);
    };
  }
}
