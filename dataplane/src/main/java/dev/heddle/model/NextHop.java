package dev.heddle.model;

/** One way that a route may lead. */
public sealed interface NextHop {
  /** An endpoint of the same network, by name. */
  record ToEndpoint(String endpoint) implements NextHop {}

  /** A router in the same network, which the network's routes must lead to. */
  record ToGateway(IpAddress address) implements NextHop {}

  /** Another node, by name, through a tunnel. */
  record ToNode(String node) implements NextHop {}

  /** Nowhere: packets are dropped on purpose. */
  record Drop() implements NextHop {}
}
