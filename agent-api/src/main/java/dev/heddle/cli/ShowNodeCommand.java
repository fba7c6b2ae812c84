package dev.heddle.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code heddle show node}: other nodes and whether tunnels to them are ready. */
@Command(
    name = "node",
    aliases = "nodes",
    description = {
      "Shows the other nodes, and how many of the tunnels to each are ready, which means that their",
      "next hop's Ethernet address is known. It asks the daemon."
    },
    footer = "heddle show node")
final class ShowNodeCommand implements Runnable {
  @Mixin private SocketOption socket;
  @Mixin private Output output;

  @Parameters(
      arity = "0..1",
      defaultValue = "",
      paramLabel = "NODE",
      description = "Only this node.")
  private String name;

  @Override
  public void run() {
    NodeCalls.show(socket, name, output);
  }
}
