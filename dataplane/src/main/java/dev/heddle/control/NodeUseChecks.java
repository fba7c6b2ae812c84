package dev.heddle.control;

import dev.heddle.compile.TableCompiler;
import dev.heddle.model.Network;
import dev.heddle.model.NextHop;
import dev.heddle.model.Node;
import dev.heddle.model.Uplink;

/**
 * Checks that nodes which routes lead to stay reachable, once the compiler has taken in the routes
 * of a draft. Routes of the draft itself have been checked when they were read.
 */
final class NodeUseChecks {
  private final Draft draft;
  private final TableCompiler compiler;

  NodeUseChecks(Draft draft, TableCompiler compiler) {
    this.draft = draft;
    this.compiler = compiler;
  }

  /** Notes all mistakes. */
  void run() {
    boolean anywhere = draft.nodes().any() || draft.uplinks().any();
    for (Network network :
        anywhere ? draft.networks().allAfter() : draft.networks().upserts().values()) {
      boolean itself =
          draft.networks().field(network.name()) != null
              || draft.uplinks().field(network.physicalNetwork()) != null;
      for (String node : compiler.underlay().nodesInUse(network.name())) {
        if (itself || draft.nodes().field(node) != null) {
          check(network, node);
        }
      }
    }
  }

  private void check(Network network, String nodeName) {
    Node node = draft.nodes().after(nodeName);
    if (node == null) {
      draft
          .nodes()
          .field(nodeName)
          .failedPrecondition(
              "name",
              nodeName,
              "routes of network "
                  + network.name()
                  + " lead to it, such as "
                  + example(network.name(), nodeName)
                  + "; delete them too or give them other next hops");
      return;
    }
    Uplink uplink = draft.uplinkOf(network);
    String obstacle = UnderlayChecks.obstacle(network, uplink, node);
    if (obstacle != null) {
      report(network, node, obstacle);
    }
  }

  /** The node, the uplink or the network changed; each of them may be at fault. */
  private void report(Network network, Node node, String obstacle) {
    String remedy =
        obstacle
            + ", but routes of network "
            + network.name()
            + " lead to node "
            + node.name()
            + ", such as "
            + example(network.name(), node.name())
            + "; delete them too or give them other next hops";
    String physicalNetwork = network.physicalNetwork();
    String shown = Names.orDefault(physicalNetwork);
    if (draft.nodes().upserts().containsKey(node.name())) {
      draft
          .nodes()
          .field(node.name())
          .failedPrecondition("vteps", node.vteps().size() + " of them", remedy);
    } else if (draft.uplinks().field(physicalNetwork) != null) {
      draft.uplinks().field(physicalNetwork).failedPrecondition("name", shown, remedy);
    } else {
      draft
          .networks()
          .field(network.name())
          .failedPrecondition("physical_network_name", shown, remedy);
    }
  }

  private String example(String network, String node) {
    return FirstRoute.to(new NextHop.ToNode(node), network, compiler);
  }
}
