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
import java.util.function.Function;
import java.util.stream.Collectors;

/** What {@code heddle route} asks the daemon. Apart from it, so that gRPC loads only if asked. */
final class RouteCalls {
  private RouteCalls() {}

  static void add(
      SocketOption socket, String network, List<String> prefixes, RouteCommand.NextHops nextHops) {
    List<NextHop> hops = new ArrayList<>();
    for (String endpoint : nextHops.endpoints) {
      hops.add(weighted("--endpoint", endpoint, Operations::toEndpoint));
    }
    for (String gateway : nextHops.gateways) {
      hops.add(weighted("--gateway", gateway, Operations::toGateway));
    }
    for (String node : nextHops.nodes) {
      hops.add(weighted("--node", node, Operations::toNode));
    }
    if (nextHops.drop) {
      hops.add(Operations.drop());
    }
    Routes routes =
        Routes.newBuilder()
            .setNetwork(network)
            .addAllPrefixes(Parsing.parseAll("PREFIX", prefixes, Addresses::parsePrefix))
            .addAllNextHops(hops)
            .build();
    Daemon.apply(socket, List.of(Operations.upsert(routes)));
  }

  static void delete(SocketOption socket, String network, List<String> prefixes) {
    List<Prefix> parsed = Parsing.parseAll("PREFIX", prefixes, Addresses::parsePrefix);
    Daemon.apply(socket, List.of(Operations.deleteRoutes(network, parsed)));
  }

  /** Writes routes as they come, since there may be millions. */
  static void list(SocketOption socket, String network, Output output) {
    Daemon.ask(
        socket,
        client -> {
          Iterator<Routes> routes = client.routes(network);
          output.write(out -> print(routes, out), json -> writeJson(routes, json));
          return null;
        });
  }

  private static NextHop weighted(String option, String text, Function<String, NextHop> toNextHop) {
    int at = text.lastIndexOf('@');
    if (at < 0) {
      return Parsing.parse(option, text, toNextHop);
    }
    NextHop nextHop = Parsing.parse(option, text.substring(0, at), toNextHop);
    return Operations.weighted(
        nextHop, Parsing.parse(option, text.substring(at + 1), RouteCalls::parseWeight));
  }

  private static int parseWeight(String text) {
    if (!text.matches("[0-9]{1,3}")) {
      throw new IllegalArgumentException("'" + text + "' is no weight: write 1 to 256 after the @");
    }
    return Integer.parseInt(text);
  }

  private static void print(Iterator<Routes> all, PrintWriter out) {
    while (all.hasNext()) {
      Routes routes = all.next();
      String hops = text(routes.getNextHopsList());
      for (int i = 0; i < routes.getPrefixesCount(); i++) {
        String prefix = Addresses.format(routes.getPrefixes(i));
        out.println(routes.getNetwork() + " " + prefix + " via " + hops + counted(routes, i));
      }
    }
  }

  /** What took a route, where its network counts that. */
  private static String counted(Routes routes, int index) {
    return isCounted(routes)
        ? ": %d packets, %d bytes".formatted(routes.getPackets(index), routes.getBytes(index))
        : "";
  }

  private static boolean isCounted(Routes routes) {
    return routes.getPacketsCount() > 0;
  }

  /** Next hops in one line. */
  static String text(List<NextHop> nextHops) {
    return nextHops.stream().map(RouteCalls::text).collect(Collectors.joining(", "));
  }

  private static String text(NextHop nextHop) {
    String where =
        switch (nextHop.getViaCase()) {
          case ENDPOINT -> "endpoint " + nextHop.getEndpoint();
          case GATEWAY -> "gateway " + Addresses.format(nextHop.getGateway());
          case NODE -> "node " + nextHop.getNode();
          case DROP, VIA_NOT_SET -> "drop";
        };
    return nextHop.getWeight() > 1 ? where + " weight " + nextHop.getWeight() : where;
  }

  private static void writeJson(Iterator<Routes> all, JsonWriter json) throws IOException {
    json.beginArray();
    while (all.hasNext()) {
      Routes routes = all.next();
      for (int i = 0; i < routes.getPrefixesCount(); i++) {
        json.beginObject();
        json.name("network").value(routes.getNetwork());
        json.name("prefix").value(Addresses.format(routes.getPrefixes(i)));
        writeNextHops(routes.getNextHopsList(), json);
        if (isCounted(routes)) {
          json.name("packets").value(routes.getPackets(i));
          json.name("bytes").value(routes.getBytes(i));
        }
        json.endObject();
      }
    }
    json.endArray();
  }

  /** Writes the member "nextHops" of an object. */
  static void writeNextHops(List<NextHop> nextHops, JsonWriter json) throws IOException {
    json.name("nextHops").beginArray();
    for (NextHop nextHop : nextHops) {
      writeNextHop(nextHop, json);
    }
    json.endArray();
  }

  private static void writeNextHop(NextHop nextHop, JsonWriter json) throws IOException {
    json.beginObject();
    switch (nextHop.getViaCase()) {
      case ENDPOINT -> json.name("endpoint").value(nextHop.getEndpoint());
      case GATEWAY -> json.name("gateway").value(Addresses.format(nextHop.getGateway()));
      case NODE -> json.name("node").value(nextHop.getNode());
      case DROP, VIA_NOT_SET -> json.name("drop").value(true);
    }
    json.name("weight").value(Math.max(1, nextHop.getWeight()));
    json.endObject();
  }
}
