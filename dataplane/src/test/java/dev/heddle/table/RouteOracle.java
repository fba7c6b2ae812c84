package dev.heddle.table;

import java.util.HashMap;
import java.util.Map;

/** Longest prefix match by trying every length: obviously right and slow. */
final class RouteOracle {
  private record Prefix(long high, long low, int length) {}

  private final int addressBits;
  private final Map<Prefix, Integer> routes = new HashMap<>();

  RouteOracle(int addressBits) {
    this.addressBits = addressBits;
  }

  RouteOracle copy() {
    RouteOracle copy = new RouteOracle(addressBits);
    copy.routes.putAll(routes);
    return copy;
  }

  void put(long high, long low, int length, int value) {
    routes.put(new Prefix(high, low, length), value);
  }

  void remove(long high, long low, int length) {
    routes.remove(new Prefix(high, low, length));
  }

  int size() {
    return routes.size();
  }

  int lookup(long high, long low) {
    for (int length = addressBits; length >= 0; length--) {
      Integer value =
          routes.get(
              new Prefix(
                  mask(high, Math.min(64, length)), mask(low, Math.max(0, length - 64)), length));
      if (value != null) {
        return value;
      }
    }
    return NextHops.NO_ROUTE;
  }

  private static long mask(long bits, int length) {
    return length == 0 ? 0 : bits >>> 64 - length << 64 - length;
  }
}
