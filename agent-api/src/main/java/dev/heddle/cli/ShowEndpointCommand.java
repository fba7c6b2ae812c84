package dev.heddle.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code heddle show endpoint}: what there is to know of endpoints. */
@Command(
    name = "endpoint",
    aliases = {"endpoints", "ep"},
    description = {
      "Shows whether each endpoint's pod is there, and what it sent, received and lost; of one that is",
      "named, everything there is to know. It asks the daemon."
    },
    footer = {"heddle show endpoint", "heddle show endpoint a -o json"})
final class ShowEndpointCommand implements Runnable {
  @Mixin private SocketOption socket;
  @Mixin private Output output;

  @Parameters(
      arity = "0..1",
      defaultValue = "",
      paramLabel = "NAME",
      description = "Only this endpoint, and everything of it.")
  private String name;

  @Override
  public void run() {
    EndpointView.show(socket, name, output);
  }
}
