package dev.heddle.cli;

import com.google.gson.stream.JsonWriter;
import dev.heddle.api.Addresses;
import dev.heddle.api.HeddleClient;
import dev.heddle.api.Operations;
import dev.heddle.api.v1.Endpoint;
import dev.heddle.api.v1.EndpointStatus;
import dev.heddle.api.v1.KernelInterface;
import dev.heddle.api.v1.Memif;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What {@code heddle endpoint} asks the daemon. Apart from it, so that gRPC loads only if asked.
 */
final class EndpointCalls {
  private EndpointCalls() {}

  static void add(SocketOption socket, EndpointOptions options) {
    Endpoint.Builder endpoint =
        Endpoint.newBuilder()
            .setName(options.name)
            .setNetwork(options.network)
            .addAllAddresses(Parsing.parseAll("--address", options.addresses, Addresses::parse))
            .setMtu(options.mtu)
            .addAllAllowedSourcePrefixes(
                Parsing.parseAll("--allow-source", options.allowedSources, Addresses::parsePrefix));
    if (options.attachment.kernel == null) {
      endpoint.setMemif(memif(options));
    } else {
      endpoint.setKernel(kernel(options));
    }
    if (options.mac != null) {
      endpoint.setMac(Parsing.parse("--mac", options.mac, Addresses::parseMac));
    }
    Daemon.apply(socket, List.of(Operations.upsert(endpoint.build())));
  }

  static void delete(SocketOption socket, List<String> names) {
    Daemon.apply(socket, names.stream().map(Operations::deleteEndpoint).toList());
  }

  static void list(SocketOption socket, String network, Output output) {
    List<EndpointStatus> endpoints =
        Daemon.ask(socket, HeddleClient::endpoints).stream()
            .filter(each -> network == null || each.getEndpoint().getNetwork().equals(network))
            .toList();
    output.write(out -> print(endpoints, out), json -> writeJson(endpoints, json));
  }

  private static Memif memif(EndpointOptions options) {
    return Memif.newBuilder()
        .setRole(
            switch (options.role) {
              case SERVER -> Memif.Role.ROLE_SERVER;
              case CLIENT -> Memif.Role.ROLE_CLIENT;
            })
        .setMode(
            switch (options.mode) {
              case ETHERNET -> Memif.Mode.MODE_ETHERNET;
              case IP -> Memif.Mode.MODE_IP;
            })
        .setSocket(options.attachment.memifSocket)
        .setNetns(options.netns)
        .setId(options.id)
        .setQueues(options.queues)
        .setLog2RingSize(options.log2RingSize)
        .build();
  }

  private static KernelInterface kernel(EndpointOptions options) {
    String place = options.attachment.kernel;
    int colon = place.lastIndexOf(':');
    if (colon < 0) {
      throw new UsageException(
          "Invalid value for --kernel: '"
              + place
              + "' does not tell a name: write /run/netns/blue:eth1");
    }
    return KernelInterface.newBuilder()
        .setNetns(place.substring(0, colon))
        .setName(place.substring(colon + 1))
        .setQueues(options.queues)
        .addAllRoutes(Parsing.parseAll("--route", options.routes, Addresses::parsePrefix))
        .build();
  }

  private static void print(List<EndpointStatus> endpoints, PrintWriter out) {
    TextTable table =
        new TextTable()
            .flexible("Endpoint")
            .flexible("Network")
            .number("Index")
            .text("MAC")
            .flexible("Attachment")
            .flexible("Addresses");
    for (EndpointStatus status : endpoints) {
      Endpoint endpoint = status.getEndpoint();
      table.row(
          endpoint.getName(),
          endpoint.getNetwork(),
          status.getInterfaceIndex(),
          endpoint.getMac().isEmpty() ? "" : Addresses.formatMac(endpoint.getMac()),
          attachment(endpoint),
          String.join(" ", addresses(endpoint)));
    }
    table.print(out, Output.widthCharacters());
  }

  /** How it is connected, in one line. */
  static String attachment(Endpoint endpoint) {
    return switch (endpoint.getAttachmentCase()) {
      case MEMIF ->
          "memif "
              + endpoint.getMemif().getSocket()
              + " "
              + Integer.toUnsignedString(endpoint.getMemif().getId());
      case KERNEL ->
          "kernel " + endpoint.getKernel().getNetns() + ":" + endpoint.getKernel().getName();
      case ATTACHMENT_NOT_SET -> "";
    };
  }

  private static void writeJson(List<EndpointStatus> endpoints, JsonWriter json)
      throws IOException {
    json.beginArray();
    for (EndpointStatus status : endpoints) {
      json.beginObject();
      writeMembers(status, json);
      json.endObject();
    }
    json.endArray();
  }

  /** Writes the members of an endpoint's object that tell its definition. */
  static void writeMembers(EndpointStatus status, JsonWriter json) throws IOException {
    Endpoint endpoint = status.getEndpoint();
    json.name("name").value(endpoint.getName());
    json.name("network").value(endpoint.getNetwork());
    json.name("index").value(status.getInterfaceIndex());
    Output.writeTexts(json, "addresses", addresses(endpoint));
    json.name("mac")
        .value(endpoint.getMac().isEmpty() ? null : Addresses.formatMac(endpoint.getMac()));
    json.name("mtu").value(status.getMtu());
    json.name("namespace").value(endpoint.getNamespace());
    json.name("pod").value(endpoint.getPod());
    json.name("labels").beginObject();
    for (Map.Entry<String, String> label : new TreeMap<>(endpoint.getLabelsMap()).entrySet()) {
      json.name(label.getKey()).value(label.getValue());
    }
    json.endObject();
    Output.writeTexts(
        json,
        "allowedSources",
        endpoint.getAllowedSourcePrefixesList().stream().map(Addresses::format).toList());
    if (endpoint.hasKernel()) {
      writeKernel(endpoint.getKernel(), json);
    } else {
      writeMemif(endpoint.getMemif(), json);
    }
  }

  private static void writeKernel(KernelInterface kernel, JsonWriter json) throws IOException {
    json.name("kernel").beginObject();
    json.name("netns").value(kernel.getNetns());
    json.name("name").value(kernel.getName());
    json.name("queues").value(kernel.getQueues());
    Output.writeTexts(
        json, "routes", kernel.getRoutesList().stream().map(Addresses::format).toList());
    json.endObject();
  }

  /** Writes the member "memif" of an object. */
  static void writeMemif(Memif memif, JsonWriter json) throws IOException {
    json.name("memif").beginObject();
    json.name("role").value(role(memif));
    json.name("socket").value(memif.getSocket());
    json.name("netns").value(memif.getNetns());
    json.name("id").value(Integer.toUnsignedLong(memif.getId()));
    json.name("mode").value(mode(memif));
    json.name("queues").value(memif.getQueues());
    json.name("log2RingSize").value(memif.getLog2RingSize());
    json.name("secretSet").value(memif.getSecretSet());
    json.endObject();
  }

  /** Heddle's own role, as {@code --role} takes it. */
  static String role(Memif memif) {
    return memif.getRole() == Memif.Role.ROLE_CLIENT ? "client" : "server";
  }

  /** As {@code --mode} takes it. */
  static String mode(Memif memif) {
    return memif.getMode() == Memif.Mode.MODE_IP ? "ip" : "ethernet";
  }

  /** Its own addresses. */
  static List<String> addresses(Endpoint endpoint) {
    return endpoint.getAddressesList().stream().map(Addresses::format).toList();
  }
}
