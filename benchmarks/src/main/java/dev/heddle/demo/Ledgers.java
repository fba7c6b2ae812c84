package dev.heddle.demo;

import java.util.List;

/** The counters of all nodes. */
record Ledgers(List<Ledger> all) {
  /** Those of one node. */
  Ledger of(Node node) {
    return all.stream().filter(each -> each.node().equals(node)).findFirst().orElseThrow();
  }

  /** Those of the node that the pod runs on. */
  Ledger of(Pod pod) {
    return of(pod.node());
  }

  /** Whether no packet is under way in any daemon, nor between two of them. */
  boolean balanced() {
    return all.stream().allMatch(Ledger::balanced)
        && all.stream()
            .allMatch(each ->
                each.uplink().transmittedPackets()
                    == of(Topology.other(each.node())).uplink().receivedPackets());
  }

  /** What each node counted at its uplink. */
  List<PortStatistics> uplinks() {
    return all.stream().map(Ledger::uplink).toList();
  }
}
