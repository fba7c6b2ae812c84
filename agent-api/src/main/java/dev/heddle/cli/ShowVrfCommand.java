package dev.heddle.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code heddle show vrf}: the routing table of each network. */
@Command(
    name = "vrf",
    aliases = {"vrfs", "network", "networks"},
    description = {
      "Shows the routing table of each network: its endpoints and routes, and the memory of the tables",
      "that these are looked up in. It asks the daemon."
    },
    footer = "heddle show vrf blue")
final class ShowVrfCommand implements Runnable {
  @Mixin private SocketOption socket;
  @Mixin private Output output;

  @Parameters(
      arity = "0..1",
      defaultValue = "",
      paramLabel = "NETWORK",
      description = "Only the one of this network.")
  private String name;

  @Override
  public void run() {
    VrfCalls.show(socket, name, output);
  }
}
