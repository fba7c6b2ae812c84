package dev.heddle.demo;

import java.nio.file.Path;

/**
 * Where a test reaches in behind the demonstration's back, to see whether it notices. Nothing is
 * changed unless a method is overridden.
 */
interface Seam {
  /** The network that the pod's endpoint is created in. */
  default String networkOf(Pod pod) {
    return pod.network();
  }

  /** The VXLAN network identifier that the node gets for the network. */
  default int vniOf(Node node, Network network) {
    return network.vni();
  }

  /** The port that the demonstration's policy allows. */
  default int allowedPort() {
    return TcpTransfer.PORT;
  }

  /** Called when everything is set up and before the first packet goes. */
  default void beforeTraffic(Underlay underlay) {}

  /** Called for each node when all packets came to rest and before anything is counted. */
  default void beforeCounting(Node node, Path countersFile) {}
}
