package dev.heddle.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code heddle show route}: routes, or which one an address takes. */
@Command(
    name = "route",
    aliases = {"routes", "fib"},
    description = {
      "Shows the routes that were added; or, of an address, which prefix covers it and where packets",
      "to it go, as the tables say that the workers use. It asks the daemon."
    },
    footer = {"heddle show route blue", "heddle show route blue 172.19.0.20"})
final class ShowRouteCommand implements Runnable {
  @Mixin private SocketOption socket;
  @Mixin private Output output;

  @Parameters(
      index = "0",
      arity = "0..1",
      defaultValue = "",
      paramLabel = "NETWORK",
      description = "Only routes of this network.")
  private String network;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "ADDRESS",
      description = "Look this destination up.")
  private String address;

  @Override
  public void run() {
    if (address == null) {
      RouteCalls.list(socket, network, output);
    } else {
      LookupCalls.show(socket, network, address, output);
    }
  }
}
