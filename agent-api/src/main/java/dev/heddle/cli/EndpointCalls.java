package dev.heddle.cli;

import com.google.gson.stream.JsonWriter;
import dev.heddle.api.Addresses;
import dev.heddle.api.HeddleClient;
import dev.heddle.api.Operations;
import dev.heddle.api.v1.Endpoint;
import dev.heddle.api.v1.EndpointStatus;
import dev.heddle.api.v1.Memif;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;

/** What {@code heddle endpoint} asks of the daemon. */
final class EndpointCalls {
  private EndpointCalls() {}

  static void set(
      DaemonAccess access,
      String name,
      String network,
      List<String> addresses,
      String mac,
      String memifSocket,
      int memifId) {
    Endpoint.Builder endpoint =
        Endpoint.newBuilder()
            .setName(name)
            .setNetwork(network)
            .setMac(access.read(Addresses::parseMac, mac))
            .setMemif(
                Memif.newBuilder()
                    .setRole(Memif.Role.ROLE_SERVER)
                    .setSocket(memifSocket)
                    .setId(memifId));
    for (String address : addresses) {
      endpoint.addAddresses(access.read(Addresses::parse, address));
    }
    Daemon.apply(access, Operations.upsert(endpoint.build()));
  }

  static void list(DaemonAccess access, Output output) {
    List<EndpointStatus> endpoints = Daemon.ask(access, HeddleClient::endpoints);
    output.write(out -> print(endpoints, out), json -> write(endpoints, json));
  }

  static void delete(DaemonAccess access, String name) {
    Daemon.apply(access, Operations.deleteEndpoint(name));
  }

  private static void print(List<EndpointStatus> endpoints, PrintWriter out) {
    TextTable table =
        new TextTable()
            .flexible("endpoint")
            .flexible("network")
            .text("mac")
            .flexible("memif")
            .flexible("addresses");
    for (EndpointStatus each : endpoints) {
      Endpoint endpoint = each.getEndpoint();
      table.row(
          endpoint.getName(),
          endpoint.getNetwork(),
          Addresses.formatMac(endpoint.getMac()),
          endpoint.getMemif().getSocket() + " " + endpoint.getMemif().getId(),
          String.join(" ", addresses(endpoint)));
    }
    table.print(out, Output.widthCharacters());
  }

  private static void write(List<EndpointStatus> endpoints, JsonWriter json) throws IOException {
    json.beginArray();
    for (EndpointStatus each : endpoints) {
      Endpoint endpoint = each.getEndpoint();
      json.beginObject().name("name").value(endpoint.getName());
      json.name("network").value(endpoint.getNetwork());
      json.name("mac").value(Addresses.formatMac(endpoint.getMac()));
      json.name("memif_socket").value(endpoint.getMemif().getSocket());
      json.name("memif_id").value(endpoint.getMemif().getId());
      json.name("addresses").beginArray();
      for (String address : addresses(endpoint)) {
        json.value(address);
      }
      json.endArray();
      json.name("interface_index").value(each.getInterfaceIndex()).endObject();
    }
    json.endArray();
  }

  private static List<String> addresses(Endpoint endpoint) {
    return endpoint.getAddressesList().stream().map(Addresses::format).toList();
  }
}
