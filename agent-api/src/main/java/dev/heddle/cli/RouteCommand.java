package dev.heddle.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code heddle route}: adds, deletes and lists routes. */
@Command(
    name = "route",
    addMethodSubcommands = false,
    description = "Adds, deletes or lists routes.")
final class RouteCommand implements Runnable {
  @Spec private CommandSpec spec;

  /** Where a route leads. */
  static final class NextHops {
    @Option(
        names = "--endpoint",
        paramLabel = "NAME[@WEIGHT]",
        description = "To this endpoint; may be repeated to share the flows by weight.")
    List<String> endpoints = new ArrayList<>();

    @Option(
        names = "--gateway",
        paramLabel = "ADDRESS[@WEIGHT]",
        description =
            "To the endpoint or node that this address leads to; may be repeated likewise.")
    List<String> gateways = new ArrayList<>();

    @Option(
        names = "--node",
        paramLabel = "NAME[@WEIGHT]",
        description = "To this other node, through a tunnel; may be repeated likewise.")
    List<String> nodes = new ArrayList<>();

    @Option(names = "--drop", description = "Nowhere: drop.")
    boolean drop;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing what to do: add, delete or list");
  }

  @Command(
      name = "add",
      description = "Adds routes, or replaces where they lead.",
      footer = {
        "heddle route add blue 10.0.0.0/8 --endpoint a",
        "heddle route add blue 10.0.0.0/8 --gateway 172.19.0.10@2 --gateway 172.19.0.20"
      })
  void add(
      @Parameters(index = "0", paramLabel = "NETWORK", description = "Their network.")
          String network,
      @Parameters(
              index = "1..*",
              arity = "1..*",
              paramLabel = "PREFIX",
              description = "Their destinations.")
          List<String> prefixes,
      @ArgGroup(exclusive = false, multiplicity = "1") NextHops nextHops,
      @Mixin SocketOption socket) {
    RouteCalls.add(socket, network, prefixes, nextHops);
  }

  @Command(
      name = "delete",
      description = "Deletes routes, all or none of those named.",
      footer = "heddle route delete blue 10.0.0.0/8")
  void delete(
      @Parameters(index = "0", paramLabel = "NETWORK", description = "Their network.")
          String network,
      @Parameters(
              index = "1..*",
              arity = "1..*",
              paramLabel = "PREFIX",
              description = "Their destinations.")
          List<String> prefixes,
      @Mixin SocketOption socket) {
    RouteCalls.delete(socket, network, prefixes);
  }

  @Command(
      name = "list",
      description = {
        "Lists the routes that were added.",
        "Where their network counts routes, with the packets and bytes that took each."
      },
      footer = "heddle route list blue")
  void list(
      @Parameters(
              arity = "0..1",
              paramLabel = "NETWORK",
              defaultValue = "",
              description = "Only those of this network.")
          String network,
      @Mixin SocketOption socket,
      @Mixin Output output) {
    RouteCalls.list(socket, network, output);
  }
}
