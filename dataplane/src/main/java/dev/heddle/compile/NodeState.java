package dev.heddle.compile;

import dev.heddle.model.Node;
import dev.heddle.model.RouterMac;

/** Another node and where workers know it. */
final class NodeState {
  final int index;
  Node node;

  NodeState(int index, Node node) {
    this.index = index;
    this.node = node;
  }

  /** The first 8 bytes of the inner Ethernet header towards it. */
  long ethernetWord0() {
    return node.routerMac() | RouterMac.ADDRESS << 48;
  }

  /** The last 4 bytes of both Ethernet addresses. */
  long ethernetWord1() {
    return RouterMac.ADDRESS >>> 16;
  }
}
