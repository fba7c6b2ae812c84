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

/** What {@code heddle route} asks of the daemon. */
final class RouteCalls {
  private RouteCalls() {}

  /** One line of the list. */
  private record Line(String prefix, List<String> nextHops) {}

  /** Without gateways and endpoints, the route drops. */
  static void set(
      DaemonAccess access,
      String network,
      String prefix,
      List<String> gateways,
      List<String> endpoints) {
    Routes.Builder routes =
        Routes.newBuilder()
            .setNetwork(network)
            .addPrefixes(access.read(Addresses::parsePrefix, prefix));
    for (String text : gateways) {
      routes.addNextHops(Operations.toGateway(access.read(Addresses::parse, text)));
    }
    for (String name : endpoints) {
      routes.addNextHops(Operations.toEndpoint(name));
    }
    if (routes.getNextHopsCount() == 0) {
      routes.addNextHops(Operations.drop());
    }
    Daemon.apply(access, Operations.upsert(routes.build()));
  }

  static void list(DaemonAccess access, Output output, String network) {
    List<Line> lines = Daemon.ask(access, client -> lines(client.routes(network)));
    output.write(out -> print(lines, out), json -> write(lines, json));
  }

  static void delete(DaemonAccess access, String network, String prefix) {
    Prefix parsed = access.read(Addresses::parsePrefix, prefix);
    Daemon.apply(access, Operations.deleteRoutes(network, List.of(parsed)));
  }

  private static List<Line> lines(Iterator<Routes> stream) {
    List<Line> lines = new ArrayList<>();
    while (stream.hasNext()) {
      Routes routes = stream.next();
      List<String> nextHops = routes.getNextHopsList().stream().map(RouteCalls::describe).toList();
      for (Prefix prefix : routes.getPrefixesList()) {
        lines.add(new Line(Addresses.format(prefix), nextHops));
      }
    }
    return lines;
  }

  private static void print(List<Line> lines, PrintWriter out) {
    TextTable table = new TextTable().text("prefix").flexible("next hops");
    lines.forEach(line -> table.row(line.prefix(), String.join(", ", line.nextHops())));
    table.print(out, Output.widthCharacters());
  }

  private static void write(List<Line> lines, JsonWriter json) throws IOException {
    json.beginArray();
    for (Line line : lines) {
      json.beginObject().name("prefix").value(line.prefix());
      json.name("next_hops").beginArray();
      for (String nextHop : line.nextHops()) {
        json.value(nextHop);
      }
      json.endArray().endObject();
    }
    json.endArray();
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
