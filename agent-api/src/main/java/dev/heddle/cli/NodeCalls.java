package dev.heddle.cli;

import com.google.gson.stream.JsonWriter;
import dev.heddle.api.Addresses;
import dev.heddle.api.HeddleClient;
import dev.heddle.api.Operations;
import dev.heddle.api.v1.Node;
import dev.heddle.api.v1.TunnelStatus;
import dev.heddle.api.v1.Vtep;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What {@code heddle node} asks the daemon. Apart from it, so that gRPC loads only if asked. */
final class NodeCalls {
  private NodeCalls() {}

  static void add(
      SocketOption socket,
      String name,
      List<String> vteps,
      String routerMac,
      boolean acceptsZeroUdp6Checksum) {
    Node.Builder node =
        Node.newBuilder()
            .setName(name)
            .addAllVteps(Parsing.parseAll("--vtep", vteps, NodeCalls::parseVtep))
            .setAcceptsZeroUdp6Checksum(acceptsZeroUdp6Checksum);
    if (routerMac != null) {
      node.setRouterMac(Parsing.parse("--router-mac", routerMac, Addresses::parseMac));
    }
    Daemon.apply(socket, List.of(Operations.upsert(node.build())));
  }

  private static Vtep parseVtep(String text) {
    int at = text.indexOf('@');
    return Vtep.newBuilder()
        .setAddress(Addresses.parse(at < 0 ? text : text.substring(0, at)))
        .setPhysicalNetworkName(at < 0 ? "" : text.substring(at + 1))
        .build();
  }

  static void delete(SocketOption socket, List<String> names) {
    Daemon.apply(socket, names.stream().map(Operations::deleteNode).toList());
  }

  static void list(SocketOption socket, Output output) {
    List<Node> nodes = Daemon.ask(socket, HeddleClient::nodes);
    output.write(out -> print(nodes, out), json -> writeJson(nodes, json));
  }

  private static void print(List<Node> nodes, PrintWriter out) {
    TextTable table = new TextTable().flexible("Node").text("Router MAC").flexible("Tunnel ends");
    for (Node node : nodes) {
      table.row(node.getName(), Addresses.formatMac(node.getRouterMac()), ends(node));
    }
    table.print(out, Output.widthCharacters());
  }

  private static String ends(Node node) {
    return node.getVtepsList().stream().map(NodeCalls::text).collect(Collectors.joining(" "));
  }

  /** As {@code --vtep} takes it. */
  private static String text(Vtep vtep) {
    String address = Addresses.format(vtep.getAddress());
    String physicalNetwork = vtep.getPhysicalNetworkName();
    return physicalNetwork.isEmpty() ? address : address + "@" + physicalNetwork;
  }

  private static void writeJson(List<Node> nodes, JsonWriter json) throws IOException {
    json.beginArray();
    for (Node node : nodes) {
      json.beginObject();
      writeMembers(node, json);
      json.endObject();
    }
    json.endArray();
  }

  private static void writeMembers(Node node, JsonWriter json) throws IOException {
    json.name("name").value(node.getName());
    json.name("routerMac").value(Addresses.formatMac(node.getRouterMac()));
    json.name("vteps").beginArray();
    for (Vtep vtep : node.getVtepsList()) {
      json.beginObject();
      json.name("physicalNetwork").value(vtep.getPhysicalNetworkName());
      json.name("address").value(Addresses.format(vtep.getAddress()));
      json.endObject();
    }
    json.endArray();
    json.name("acceptsZeroUdp6Checksum").value(node.getAcceptsZeroUdp6Checksum());
  }

  /** Nodes, and the tunnels to each. */
  static void show(SocketOption socket, String name, Output output) {
    Map<String, List<TunnelStatus>> tunnels = new HashMap<>();
    List<Node> nodes =
        Daemon.ask(
            socket,
            client -> {
              List<Node> found = client.nodes(name);
              client
                  .tunnels(name)
                  .forEach(each ->
                      tunnels
                          .computeIfAbsent(each.getNode(), first -> new ArrayList<>())
                          .add(each));
              return found;
            });
    output.write(out -> show(nodes, tunnels, out), json -> writeJson(nodes, tunnels, json));
  }

  private static void show(
      List<Node> nodes, Map<String, List<TunnelStatus>> tunnels, PrintWriter out) {
    TextTable table =
        new TextTable()
            .flexible("Node")
            .text("Router MAC")
            .number("Tunnels")
            .number("Ready")
            .flexible("Tunnel ends");
    for (Node node : nodes) {
      List<TunnelStatus> there = tunnels.getOrDefault(node.getName(), List.of());
      table.row(
          node.getName(),
          Addresses.formatMac(node.getRouterMac()),
          there.size(),
          there.stream().filter(TunnelCalls::isReady).count(),
          ends(node));
    }
    table.print(out, Output.widthCharacters());
  }

  private static void writeJson(
      List<Node> nodes, Map<String, List<TunnelStatus>> tunnels, JsonWriter json)
      throws IOException {
    json.beginArray();
    for (Node node : nodes) {
      json.beginObject();
      writeMembers(node, json);
      json.name("tunnels");
      TunnelCalls.writeJson(tunnels.getOrDefault(node.getName(), List.of()), json);
      json.endObject();
    }
    json.endArray();
  }
}
