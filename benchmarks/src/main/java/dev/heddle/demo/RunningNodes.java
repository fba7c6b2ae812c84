package dev.heddle.demo;

import java.util.ArrayList;
import java.util.List;

/** All nodes while they run. */
record RunningNodes(List<RunningNode> nodes) {
  /** The one of that node. */
  RunningNode of(Node node) {
    return nodes.stream().filter(each -> each.node().equals(node)).findFirst().orElseThrow();
  }

  /** Remembers their counters as they are now, when nothing is under way between them. */
  void begin() {
    quietLedgers();
    nodes.forEach(RunningNode::begin);
  }

  /** Their counters, one after the other. */
  Ledgers ledgers() {
    return new Ledgers(nodes.stream().map(RunningNode::ledger).toList());
  }

  /**
   * Their counters at one time: none of them sends, since they are the same twice. What a daemon
   * asks a neighbour now and then is therefore counted by both or by none.
   */
  Ledgers quietLedgers() {
    List<Ledgers> read = new ArrayList<>(List.of(ledgers()));
    Commands.await(() -> {
      read.add(ledgers());
      return read.getLast().uplinks().equals(read.get(read.size() - 2).uplinks());
    });
    return read.getLast();
  }
}
