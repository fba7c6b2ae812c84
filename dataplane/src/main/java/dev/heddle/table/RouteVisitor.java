package dev.heddle.table;

/** Is shown the routes of a {@link RouteTable} in order. */
@FunctionalInterface
public interface RouteVisitor {
  /**
   * Sees one route.
   *
   * @param high first 64 bits of the prefix, host byte order; IPv4 in the upper half
   * @param low last 64 bits; 0 for IPv4
   * @param length prefix length in bits
   * @param value next hop index or counted route
   */
  void route(long high, long low, int length, int value);
}
