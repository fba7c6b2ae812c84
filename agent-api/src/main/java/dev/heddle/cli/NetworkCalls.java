package dev.heddle.cli;

import com.google.gson.stream.JsonWriter;
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

/** What {@code heddle network} asks of the daemon. */
final class NetworkCalls {
  private NetworkCalls() {}

  static void set(DaemonAccess access, String name, int vni, List<String> ranges, int mtu) {
    Network.Builder network = Network.newBuilder().setName(name).setVni(vni).setMtu(mtu);
    for (String text : ranges) {
      Prefix range = access.read(Addresses::parsePrefix, text);
      if (range.getAddress().size() == Integer.BYTES) {
        network.setRange4(range);
      } else {
        network.setRange6(range);
      }
    }
    Daemon.apply(access, Operations.upsert(network.build()));
  }

  static void list(DaemonAccess access, Output output) {
    List<NetworkStatus> networks = Daemon.ask(access, HeddleClient::networks);
    output.write(out -> print(networks, out), json -> write(networks, json));
  }

  static void delete(DaemonAccess access, String name) {
    Daemon.apply(access, Operations.deleteNetwork(name));
  }

  private static void print(List<NetworkStatus> networks, PrintWriter out) {
    TextTable table =
        new TextTable()
            .flexible("network")
            .number("vni")
            .number("endpoints")
            .number("routes")
            .flexible("ranges");
    for (NetworkStatus each : networks) {
      Network network = each.getNetwork();
      table.row(
          network.getName(),
          network.getVni(),
          each.getEndpointCount(),
          each.getRouteCount(),
          String.join(" ", ranges(network)));
    }
    table.print(out, Output.widthCharacters());
  }

  private static void write(List<NetworkStatus> networks, JsonWriter json) throws IOException {
    json.beginArray();
    for (NetworkStatus each : networks) {
      Network network = each.getNetwork();
      json.beginObject().name("name").value(network.getName());
      json.name("vni").value(network.getVni());
      json.name("ranges").beginArray();
      for (String range : ranges(network)) {
        json.value(range);
      }
      json.endArray();
      json.name("endpoints").value(each.getEndpointCount());
      json.name("routes").value(each.getRouteCount()).endObject();
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
}
