package dev.heddle.cli;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code heddle endpoint}: adds, deletes and lists endpoints. */
@Command(
    name = "endpoint",
    addMethodSubcommands = false,
    description = "Adds, deletes or lists endpoints, which are pods'.")
final class EndpointCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing what to do: add, delete or list");
  }

  @Command(
      name = "add",
      description = "Adds an endpoint, or replaces its definition.",
      footer = {
        "heddle endpoint add a --network blue --address 172.19.0.10 --mac 02:00:00:00:00:0a --memif /run/heddle/a.memif",
        "heddle endpoint add web --network blue --address 172.19.0.30 --mac 02:00:00:00:00:1e --kernel /run/netns/web:eth1"
      })
  void add(@Mixin EndpointOptions options, @Mixin SocketOption socket) {
    EndpointCalls.add(socket, options);
  }

  @Command(
      name = "delete",
      description = "Deletes endpoints, all or none of those named.",
      footer = "heddle endpoint delete a b")
  void delete(
      @Parameters(arity = "1..*", paramLabel = "NAME", description = "Their names.")
          List<String> names,
      @Mixin SocketOption socket) {
    EndpointCalls.delete(socket, names);
  }

  @Command(
      name = "list",
      description = "Lists the endpoints.",
      footer = "heddle endpoint list --network blue")
  void list(
      @Option(
              names = "--network",
              paramLabel = "NETWORK",
              description = "Only those of this network.")
          String network,
      @Mixin SocketOption socket,
      @Mixin Output output) {
    EndpointCalls.list(socket, network, output);
  }
}
