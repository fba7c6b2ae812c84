package dev.heddle.demo;

import dev.heddle.api.Operations;
import dev.heddle.api.v1.NextHop;
import java.util.List;

/**
 * One of the networks.
 *
 * @param vni VXLAN network identifier
 * @param range4 its IPv4 range as a prefix's text
 * @param range6 its IPv6 range
 * @param routes what it has besides its pods' own addresses
 */
record Network(String name, int vni, String range4, String range6, List<Route> routes) {
  /**
   * A route.
   *
   * @param owner the node that the packets end on, which needs no such route itself; null if every
   *     node has it
   */
  record Route(String prefix, NextHop nextHop, Node owner) {
    /** One that every node has, to an address in the network. */
    static Route via(String prefix, String gateway) {
      return new Route(prefix, Operations.toGateway(gateway), null);
    }

    /** One that every node has and that drops. */
    static Route drop(String prefix) {
      return new Route(prefix, Operations.drop(), null);
    }

    /** One that all nodes but the one have that it leads to. */
    static Route onNode(String prefix, Node owner) {
      return new Route(prefix, Operations.toNode(owner.name()), owner);
    }
  }
}
