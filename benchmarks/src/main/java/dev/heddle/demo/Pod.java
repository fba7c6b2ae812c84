package dev.heddle.demo;

/**
 * A pod: a foreign program at the other end of a memif connection, or a kernel's interface.
 *
 * @param node the node it runs on
 * @param network the network it belongs to
 * @param mac its Ethernet address as text
 */
record Pod(
    String name,
    Node node,
    String network,
    Kind kind,
    String mac,
    String address4,
    String address6) {
  /** What feeds the pod's memif port in testpmd. */
  enum Kind {
    /** Packets come from a capture file, and what arrives is written to another one. */
    CAPTURE,
    /** A tap leads to a network namespace of its own, so the pod has a kernel's IP stack. */
    KERNEL,
    /** No memif: Heddle makes an ordinary interface in a network namespace of the pod's own. */
    INTERFACE
  }
}
