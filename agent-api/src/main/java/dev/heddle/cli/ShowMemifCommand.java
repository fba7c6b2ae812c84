package dev.heddle.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code heddle show memif}: memif connections and their rings. */
@Command(
    name = "memif",
    aliases = "memifs",
    description = {
      "Shows memif interfaces, of endpoints and uplinks: who is connected or why nobody is, and each",
      "ring with its indexes, the packets that wait in it, and whether its receiver polls. It asks the",
      "daemon."
    },
    footer = "heddle show memif a")
final class ShowMemifCommand implements Runnable {
  @Mixin private SocketOption socket;
  @Mixin private Output output;

  @Parameters(
      arity = "0..1",
      paramLabel = "NAME",
      description = "Only the interface of this endpoint or uplink.")
  private String name;

  @Override
  public void run() {
    MemifCalls.show(socket, name, output);
  }
}
