package dev.heddle.demo;

import java.util.List;

/**
 * One of the networks.
 *
 * @param vni VXLAN network identifier
 * @param range4 its IPv4 range as a prefix's text
 * @param range6 its IPv6 range
 * @param routes what it has besides its endpoints' own addresses
 */
record Network(String name, int vni, String range4, String range6, List<Route> routes) {
  /**
   * A route.
   *
   * @param gateway the address it leads to; null if packets are to be dropped
   */
  record Route(String prefix, String gateway) {}
}
