package dev.heddle.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code heddle show mtu}: the largest packets, and what limits them. */
@Command(
    name = "mtu",
    description = {
      "Shows the largest IP packet of each network and on each way out of it, and what limits it: its",
      "own MTU, or what fits into tunnels through an uplink. It asks the daemon."
    },
    footer = {"heddle show mtu", "heddle show mtu blue"})
final class ShowMtuCommand implements Runnable {
  @Mixin private SocketOption socket;
  @Mixin private Output output;

  @Parameters(
      arity = "0..1",
      defaultValue = "",
      paramLabel = "NETWORK",
      description = "Only this network, and its endpoints, too.")
  private String network;

  @Override
  public void run() {
    MtuView.show(socket, network, output);
  }
}
