package dev.heddle.cli;

import com.google.gson.stream.JsonWriter;
import com.google.protobuf.ByteString;
import dev.heddle.api.Addresses;
import dev.heddle.api.HeddleClient;
import dev.heddle.api.Operations;
import dev.heddle.api.v1.Network;
import dev.heddle.api.v1.NetworkStatus;
import dev.heddle.api.v1.Prefix;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** What {@code heddle network} asks the daemon. Apart from it, so that gRPC loads only if asked. */
final class NetworkCalls {
  private static final int IPV4_BYTES = 4;

  private NetworkCalls() {}

  static void add(
      SocketOption socket,
      String name,
      int vni,
      List<String> ranges,
      List<String> gateways,
      int mtu,
      String physicalNetwork,
      boolean countRoutes) {
    Network.Builder network =
        Network.newBuilder()
            .setName(name)
            .setVni(vni)
            .setMtu(mtu)
            .setPhysicalNetworkName(physicalNetwork)
            .setCountRoutes(countRoutes);
    for (Prefix range : Parsing.parseAll("--range", ranges, Addresses::parsePrefix)) {
      boolean ipv4 = range.getAddress().size() == IPV4_BYTES;
      if (ipv4 ? network.hasRange4() : network.hasRange6()) {
        throw new UsageException(
            "Invalid value for --range: a network has one range of each family; add routes for"
                + " others");
      }
      if (ipv4) {
        network.setRange4(range);
      } else {
        network.setRange6(range);
      }
    }
    for (ByteString gateway : Parsing.parseAll("--gateway", gateways, Addresses::parse)) {
      if (gateway.size() == IPV4_BYTES) {
        network.setGateway4(gateway);
      } else {
        network.setGateway6(gateway);
      }
    }
    Daemon.apply(socket, List.of(Operations.upsert(network.build())));
  }

  static void delete(SocketOption socket, List<String> names) {
    Daemon.apply(socket, names.stream().map(Operations::deleteNetwork).toList());
  }

  static void list(SocketOption socket, Output output) {
    List<NetworkStatus> networks = Daemon.ask(socket, HeddleClient::networks);
    output.write(out -> print(networks, out), json -> writeJson(networks, json));
  }

  private static void print(List<NetworkStatus> networks, PrintWriter out) {
    TextTable table =
        new TextTable()
            .flexible("Network")
            .number("VNI")
            .number("MTU")
            .number("Endpoints")
            .number("Routes")
            .flexible("Ranges");
    for (NetworkStatus status : networks) {
      Network network = status.getNetwork();
      table.row(
          network.getName(),
          network.getVni(),
          status.getMtu(),
          status.getEndpointCount(),
          status.getRouteCount(),
          String.join(" ", ranges(network)));
    }
    table.print(out, Output.widthCharacters());
  }

  /** Writes an array. */
  static void writeJson(List<NetworkStatus> networks, JsonWriter json) throws IOException {
    json.beginArray();
    for (NetworkStatus status : networks) {
      Network network = status.getNetwork();
      json.beginObject();
      json.name("name").value(network.getName());
      json.name("vni").value(network.getVni());
      Output.writeTexts(json, "ranges", ranges(network));
      Output.writeTexts(json, "gateways", gateways(network));
      json.name("mtu").value(status.getMtu());
      json.name("physicalNetwork").value(network.getPhysicalNetworkName());
      json.name("countRoutes").value(network.getCountRoutes());
      json.name("vrfIndex").value(status.getVrfIndex());
      json.name("endpoints").value(status.getEndpointCount());
      json.name("routes").value(status.getRouteCount());
      json.name("tableBytes").value(status.getTableBytes());
      json.endObject();
    }
    json.endArray();
  }

  private static List<String> ranges(Network network) {
    List<String> ranges = new ArrayList<>();
    if (network.hasRange4()) {
      ranges.add(Addresses.format(network.getRange4()));
    }
    if (network.hasRange6()) {
      ranges.add(Addresses.format(network.getRange6()));
    }
    return ranges;
  }

  private static List<String> gateways(Network network) {
    List<String> gateways = new ArrayList<>();
    for (ByteString gateway : List.of(network.getGateway4(), network.getGateway6())) {
      if (!gateway.isEmpty()) {
        gateways.add(Addresses.format(gateway));
      }
    }
    return gateways;
  }
}
