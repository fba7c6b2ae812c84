package dev.heddle.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code heddle show tunnel}: the tunnels to other nodes. */
@Command(
    name = "tunnel",
    aliases = {"tunnels", "vxlan"},
    description = {
      "Shows the tunnels to other nodes: their ends, the largest packet of a network that fits in,",
      "and the Ethernet address that their packets are sent to. It asks the daemon."
    },
    footer = "heddle show tunnel node-2")
final class ShowTunnelCommand implements Runnable {
  @Mixin private SocketOption socket;
  @Mixin private Output output;

  @Parameters(
      arity = "0..1",
      defaultValue = "",
      paramLabel = "NODE",
      description = "Only those to this node.")
  private String name;

  @Override
  public void run() {
    TunnelCalls.show(socket, name, output);
  }
}
