package dev.heddle.cli;

import java.util.List;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code heddle route}: the routes of a network, besides those that its endpoints imply. */
@Command(
    name = "route",
    description = "Creates, lists and deletes routes.",
    subcommands = {
      RouteCommand.Set.class,
      RouteCommand.ListAll.class,
      RouteCommand.Delete.class,
    })
final class RouteCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing what to do: set, list or delete");
  }

  @Command(name = "set", description = "Creates a route or replaces its next hops.")
  static final class Set implements Runnable {
    @Mixin private DaemonAccess daemon;

    @Parameters(index = "0", paramLabel = "NETWORK", description = "The network's name.")
    private String network;

    @Parameters(index = "1", paramLabel = "PREFIX", description = "The destinations.")
    private String prefix;

    @ArgGroup(multiplicity = "1")
    private Via via;

    /** Where the route leads: several gateways share the flows. */
    static final class Via {
      @Option(
          names = "--gateway",
          paramLabel = "ADDRESS",
          description = "A router in the network; may be repeated, then flows are spread.")
      private List<String> gateways = List.of();

      @Option(
          names = "--endpoint",
          paramLabel = "NAME",
          description = "An endpoint of the network; may be repeated, then flows are spread.")
      private List<String> endpoints = List.of();

      @Option(names = "--drop", description = "Nowhere: packets are dropped and counted.")
      private boolean drop;
    }

    @Override
    public void run() {
      RouteCalls.set(daemon, network, prefix, via.gateways, via.endpoints);
    }
  }

  @Command(name = "list", description = "Lists the routes of a network.")
  static final class ListAll implements Runnable {
    @Mixin private DaemonAccess daemon;
    @Mixin private Output output;

    @Parameters(paramLabel = "NETWORK", description = "The network's name.")
    private String network;

    @Override
    public void run() {
      RouteCalls.list(daemon, output, network);
    }
  }

  @Command(name = "delete", description = "Deletes a route.")
  static final class Delete implements Runnable {
    @Mixin private DaemonAccess daemon;

    @Parameters(index = "0", paramLabel = "NETWORK", description = "The network's name.")
    private String network;

    @Parameters(index = "1", paramLabel = "PREFIX", description = "The destinations.")
    private String prefix;

    @Override
    public void run() {
      RouteCalls.delete(daemon, network, prefix);
    }
  }
}
