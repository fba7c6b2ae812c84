package dev.heddle.cli;

import com.google.gson.stream.JsonWriter;
import dev.heddle.api.Addresses;
import dev.heddle.api.Operations;
import dev.heddle.api.v1.NextHop;
import dev.heddle.api.v1.Prefix;
import dev.heddle.api.v1.Routes;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Iterator;
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
      private List<String> gateways;

      @Option(
          names = "--endpoint",
          paramLabel = "NAME",
          description = "An endpoint of the network; may be repeated, then flows are spread.")
      private List<String> endpoints;

      @Option(names = "--drop", description = "Nowhere: packets are dropped and counted.")
      private boolean drop;
    }

    @Override
    public void run() {
      Routes.Builder routes =
          Routes.newBuilder()
              .setNetwork(network)
              .addPrefixes(daemon.read(Addresses::parsePrefix, prefix));
      if (via.gateways != null) {
        for (String text : via.gateways) {
          routes.addNextHops(Operations.toGateway(daemon.read(Addresses::parse, text)));
        }
      } else if (via.endpoints != null) {
        via.endpoints.forEach(name -> routes.addNextHops(Operations.toEndpoint(name)));
      } else {
        routes.addNextHops(Operations.drop());
      }
      daemon.apply(Operations.upsert(routes.build()));
    }
  }

  @Command(name = "list", description = "Lists the routes of a network.")
  static final class ListAll implements Runnable {
    @Mixin private DaemonAccess daemon;
    @Mixin private Output output;

    @Parameters(paramLabel = "NETWORK", description = "The network's name.")
    private String network;

    /** One line of the list. */
    private record Line(String prefix, String nextHops) {}

    @Override
    public void run() {
      List<Line> lines = daemon.ask(client -> lines(client.routes(network)));
      output.write(out -> print(lines, out), json -> write(lines, json));
    }

    private static List<Line> lines(Iterator<Routes> stream) {
      List<Line> lines = new ArrayList<>();
      while (stream.hasNext()) {
        Routes routes = stream.next();
        String nextHops =
            String.join(
                " ", routes.getNextHopsList().stream().map(RouteCommand::describe).toList());
        for (Prefix prefix : routes.getPrefixesList()) {
          lines.add(new Line(Addresses.format(prefix), nextHops));
        }
      }
      return lines;
    }

    private static void print(List<Line> lines, PrintWriter out) {
      TextTable table = new TextTable().text("prefix").flexible("next hops");
      lines.forEach(line -> table.row(line.prefix(), line.nextHops()));
      table.print(out, Output.widthCharacters());
    }

    private static void write(List<Line> lines, JsonWriter json) throws IOException {
      json.beginArray();
      for (Line line : lines) {
        json.beginObject().name("prefix").value(line.prefix());
        json.name("next_hops").value(line.nextHops()).endObject();
      }
      json.endArray();
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
      Prefix parsed = daemon.read(Addresses::parsePrefix, prefix);
      daemon.apply(Operations.deleteRoutes(network, List.of(parsed)));
    }
  }

  private static String describe(NextHop hop) {
    String via =
        switch (hop.getViaCase()) {
          case ENDPOINT -> "endpoint " + hop.getEndpoint();
          case GATEWAY -> "gateway " + Addresses.format(hop.getGateway());
          case NODE -> "node " + hop.getNode();
          case DROP -> "drop";
          case VIA_NOT_SET -> "nowhere";
        };
    return hop.getWeight() > 1 ? via + " weight " + hop.getWeight() : via;
  }
}
