package dev.heddle.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code heddle show neighbor}: whom tunnel packets are sent to. */
@Command(
    name = "neighbor",
    aliases = {"neighbors", "neighbour", "neighbours", "neigh"},
    description = {
      "Shows whom tunnel packets are sent to on the physical networks: the Ethernet address of",
      "each, whether it answers, and for how long. It asks the daemon."
    },
    footer = "heddle show neighbor")
final class ShowNeighborCommand implements Runnable {
  @Mixin private SocketOption socket;
  @Mixin private Output output;

  @Override
  public void run() {
    NeighbourCalls.show(socket, output);
  }
}
