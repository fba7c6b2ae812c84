package dev.heddle.cli;

import com.google.gson.stream.JsonWriter;
import com.google.protobuf.ByteString;
import dev.heddle.api.Addresses;
import dev.heddle.api.v1.LookUpRouteRequest;
import dev.heddle.api.v1.RouteLookup;
import dev.heddle.api.v1.Way;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;

/**
 * What {@code heddle show route} asks the daemon about one address. Apart from it, so that gRPC
 * loads only if asked.
 */
final class LookupCalls {
  private final String network;
  private final String address;
  private final RouteLookup lookup;

  private LookupCalls(String network, String address, RouteLookup lookup) {
    this.network = network;
    this.address = address;
    this.lookup = lookup;
  }

  static void show(SocketOption socket, String network, String address, Output output) {
    ByteString bytes = Parsing.parse("ADDRESS", address, Addresses::parse);
    LookUpRouteRequest request =
        LookUpRouteRequest.newBuilder().setNetwork(network).setAddress(bytes).build();
    RouteLookup found = Daemon.ask(socket, client -> client.lookUpRoute(request));
    LookupCalls view = new LookupCalls(network, Addresses.format(bytes), found);
    output.write(view::print, view::writeJson);
  }

  private void print(PrintWriter out) {
    TextTable route = new TextTable().text("Address").flexible(address);
    route.row("network", network);
    route.row("revision", lookup.getRevision());
    route.row("prefix", lookup.hasPrefix() ? Addresses.format(lookup.getPrefix()) : "none");
    if (lookup.hasPrefix()) {
      route.row("origin", origin());
    }
    if (lookup.getNextHopsCount() > 0) {
      route.row("next hops", RouteCalls.text(lookup.getNextHopsList()));
    }
    if (lookup.getCounted()) {
      route.row("packets", lookup.getPackets());
      route.row("bytes", lookup.getBytes());
    }
    route.print(out, Output.widthCharacters());
    out.println();
    printWays(out);
  }

  private void printWays(PrintWriter out) {
    TextTable table =
        new TextTable()
            .number("Share %")
            .text("Way")
            .flexible("To")
            .flexible("Interface")
            .number("MTU")
            .text("MAC");
    int shares = lookup.getWaysList().stream().mapToInt(Way::getShare).sum();
    for (Way way : lookup.getWaysList()) {
      table.row(
          String.format(Locale.ROOT, "%.1f", 100.0 * way.getShare() / shares),
          kind(way),
          to(way),
          interfaceName(way),
          way.getMtu() == 0 ? "" : way.getMtu(),
          way.getMac().isEmpty() ? "" : Addresses.formatMac(way.getMac()));
    }
    table.print(out, Output.widthCharacters());
  }

  private String origin() {
    return switch (lookup.getOrigin()) {
      case ORIGIN_API -> "api";
      case ORIGIN_ENDPOINT -> "endpoint";
      case ORIGIN_ROUTER -> "router";
      case ORIGIN_UNSPECIFIED, UNRECOGNIZED -> "unknown";
    };
  }

  /** A way in words, such as {@code endpoint b, MTU 1500}. */
  static String text(Way way) {
    String to = to(way);
    String whither = to.isEmpty() ? kind(way) : kind(way) + " " + to;
    return way.getMtu() == 0 ? whither : whither + ", MTU " + way.getMtu();
  }

  private static String kind(Way way) {
    return switch (way.getKind()) {
      case KIND_ENDPOINT -> "endpoint";
      case KIND_TUNNEL -> "tunnel";
      case KIND_OUTSIDE -> "outside";
      case KIND_ROUTER -> "router";
      case KIND_DROP -> "drop";
      case KIND_UNRESOLVED -> "unresolved";
      case KIND_NO_ROUTE -> "no-route";
      case KIND_UNSPECIFIED, UNRECOGNIZED -> "unknown";
    };
  }

  private static String to(Way way) {
    return switch (way.getKind()) {
      case KIND_ENDPOINT -> way.getEndpoint();
      case KIND_TUNNEL ->
          way.getTunnel().getNode() + " at " + Addresses.format(way.getTunnel().getRemoteAddress());
      case KIND_OUTSIDE -> Addresses.format(way.getGateway());
      default -> "";
    };
  }

  /** As its counters are called. */
  private static String interfaceName(Way way) {
    return switch (way.getKind()) {
      case KIND_ENDPOINT -> way.getEndpoint();
      case KIND_TUNNEL -> UplinkCalls.interfaceName(way.getTunnel().getUplink());
      case KIND_OUTSIDE -> UplinkCalls.interfaceName(way.getUplink());
      default -> "";
    };
  }

  private void writeJson(JsonWriter json) throws IOException {
    json.beginObject();
    json.name("network").value(network);
    json.name("address").value(address);
    json.name("revision").value(lookup.getRevision());
    json.name("prefix").value(lookup.hasPrefix() ? Addresses.format(lookup.getPrefix()) : null);
    json.name("origin").value(lookup.hasPrefix() ? origin() : null);
    RouteCalls.writeNextHops(lookup.getNextHopsList(), json);
    if (lookup.getCounted()) {
      json.name("packets").value(lookup.getPackets());
      json.name("bytes").value(lookup.getBytes());
    }
    json.name("ways").beginArray();
    for (Way way : lookup.getWaysList()) {
      writeWay(way, json);
    }
    json.endArray();
    json.endObject();
  }

  static void writeWay(Way way, JsonWriter json) throws IOException {
    json.beginObject();
    json.name("kind").value(kind(way));
    json.name("share").value(way.getShare());
    switch (way.getKind()) {
      case KIND_ENDPOINT -> json.name("endpoint").value(way.getEndpoint());
      case KIND_TUNNEL -> {
        json.name("tunnel");
        TunnelCalls.writeJson(way.getTunnel(), json);
      }
      case KIND_OUTSIDE -> json.name("gateway").value(Addresses.format(way.getGateway()));
      default -> {}
    }
    if (way.hasInterfaceIndex()) {
      json.name("interface").value(interfaceName(way));
      json.name("index").value(way.getInterfaceIndex());
      json.name("mac").value(way.getMac().isEmpty() ? null : Addresses.formatMac(way.getMac()));
      json.name("mtu").value(way.getMtu());
    }
    json.endObject();
  }
}
