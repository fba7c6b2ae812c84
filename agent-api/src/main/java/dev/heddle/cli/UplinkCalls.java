package dev.heddle.cli;

import com.google.gson.stream.JsonWriter;
import com.google.protobuf.ByteString;
import dev.heddle.api.Addresses;
import dev.heddle.api.HeddleClient;
import dev.heddle.api.Operations;
import dev.heddle.api.v1.DeviceStatistic;
import dev.heddle.api.v1.Dpdk;
import dev.heddle.api.v1.Memif;
import dev.heddle.api.v1.Prefix;
import dev.heddle.api.v1.Uplink;
import dev.heddle.api.v1.UplinkStatus;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What {@code heddle uplink} asks the daemon. Apart from it, so that gRPC loads only if asked. */
final class UplinkCalls {
  private static final int IPV4_BYTES = 4;

  private UplinkCalls() {}

  static void add(SocketOption socket, UplinkOptions options) {
    Uplink.Builder uplink =
        Uplink.newBuilder().setName(options.name).setNetwork(options.network).setMtu(options.mtu);
    for (Prefix address :
        Parsing.parseAll("--address", options.addresses, Addresses::parsePrefix)) {
      boolean ipv4 = address.getAddress().size() == IPV4_BYTES;
      if (!(ipv4 ? uplink.getAddress4() : uplink.getAddress6()).isEmpty()) {
        throw new UsageException(
            "Invalid value for --address: an uplink has one address of each family");
      }
      if (ipv4) {
        uplink.setAddress4(address.getAddress()).setPrefixLength4(address.getLength());
      } else {
        uplink.setAddress6(address.getAddress()).setPrefixLength6(address.getLength());
      }
    }
    for (ByteString gateway : Parsing.parseAll("--gateway", options.gateways, Addresses::parse)) {
      if (gateway.size() == IPV4_BYTES) {
        uplink.setGateway4(gateway);
      } else {
        uplink.setGateway6(gateway);
      }
    }
    if (options.mac != null) {
      uplink.setMac(Parsing.parse("--mac", options.mac, Addresses::parseMac));
    }
    if (options.attachment.dpdk == null) {
      uplink.setMemif(memif(options));
    } else {
      uplink.setDpdk(
          Dpdk.newBuilder()
              .setDevargs(options.attachment.dpdk)
              .setQueues(options.queues)
              .setPromiscuous(options.promiscuous));
    }
    Daemon.apply(socket, List.of(Operations.upsert(uplink.build())));
  }

  private static Memif memif(UplinkOptions options) {
    return Memif.newBuilder()
        .setRole(
            switch (options.role) {
              case SERVER -> Memif.Role.ROLE_SERVER;
              case CLIENT -> Memif.Role.ROLE_CLIENT;
            })
        .setSocket(options.attachment.memifSocket)
        .setNetns(options.netns)
        .setId(options.id)
        .setQueues(options.queues)
        .setLog2RingSize(options.log2RingSize)
        .build();
  }

  static void delete(SocketOption socket, List<String> names) {
    Daemon.apply(socket, names.stream().map(Operations::deleteUplink).toList());
  }

  static void list(SocketOption socket, Output output) {
    List<UplinkStatus> uplinks = Daemon.ask(socket, HeddleClient::uplinks);
    output.write(out -> print(uplinks, out), json -> writeJson(uplinks, json));
  }

  /**
   * What the daemon knows of the ports of its uplinks, by interface index.
   *
   * @param pid of the daemon that is meant; another one's uplinks are of no interest
   * @throws CommandException if it does not answer soon
   */
  static Map<Integer, PortState> ports(SocketOption socket, long pid) {
    Map<Integer, PortState> ports = new HashMap<>();
    List<UplinkStatus> uplinks = Daemon.askIf(pid, socket, HeddleClient::uplinks);
    for (UplinkStatus status : uplinks) {
      ports.put(
          status.getInterfaceIndex(),
          new PortState(
              lines(status),
              json -> {
                json.beginObject();
                writePort(status, json);
                json.endObject();
              }));
    }
    return ports;
  }

  private static Map<String, String> lines(UplinkStatus status) {
    Map<String, String> lines = new LinkedHashMap<>();
    lines.put("link", status.getLinkUp() ? "up" : "down");
    if (status.getSpeedMbps() != 0) {
      lines.put("speed-mbps", Integer.toUnsignedString(status.getSpeedMbps()));
    }
    lines.put("mtu", Integer.toString(status.getMtu()));
    lines.put("promiscuous", status.getPromiscuous() ? "yes" : "no");
    for (DeviceStatistic statistic : status.getStatisticsList()) {
      if (statistic.getValue() != 0) {
        lines.put("port " + statistic.getName(), Long.toUnsignedString(statistic.getValue()));
      }
    }
    return lines;
  }

  private static void print(List<UplinkStatus> uplinks, PrintWriter out) {
    TextTable table =
        new TextTable()
            .flexible("Uplink")
            .number("Index")
            .text("Link")
            .number("Mbit/s")
            .number("MTU")
            .text("MAC")
            .flexible("Addresses");
    for (UplinkStatus status : uplinks) {
      table.row(
          shown(status.getUplink().getName()),
          status.getInterfaceIndex(),
          status.getLinkUp() ? "up" : "down",
          status.getSpeedMbps() == 0 ? "" : Integer.toUnsignedString(status.getSpeedMbps()),
          status.getMtu(),
          Addresses.formatMac(status.getMac()),
          String.join(" ", addresses(status.getUplink())) + outsideOf(status.getUplink()));
    }
    table.print(out, Output.widthCharacters());
  }

  private static String outsideOf(Uplink uplink) {
    return uplink.getNetwork().isEmpty() ? "" : " (outside of " + uplink.getNetwork() + ")";
  }

  /** What the counters of an uplink stand under. */
  static String interfaceName(String name) {
    return name.isEmpty() ? "uplink" : "uplink:" + name;
  }

  /** The name of a physical network for people. */
  static String shown(String name) {
    return name.isEmpty() ? "(default)" : name;
  }

  private static void writeJson(List<UplinkStatus> uplinks, JsonWriter json) throws IOException {
    json.beginArray();
    for (UplinkStatus status : uplinks) {
      Uplink uplink = status.getUplink();
      json.beginObject();
      json.name("name").value(uplink.getName());
      json.name("index").value(status.getInterfaceIndex());
      json.name("network").value(uplink.getNetwork());
      Output.writeTexts(json, "addresses", addresses(uplink));
      Output.writeTexts(json, "gateways", gateways(uplink));
      if (uplink.hasDpdk()) {
        json.name("dpdk").beginObject();
        json.name("devargs").value(uplink.getDpdk().getDevargs());
        json.name("queues").value(uplink.getDpdk().getQueues());
        json.endObject();
      } else {
        EndpointCalls.writeMemif(uplink.getMemif(), json);
      }
      writePort(status, json);
      json.endObject();
    }
    json.endArray();
  }

  /** Writes the members that tell of the port as it is now. */
  static void writePort(UplinkStatus status, JsonWriter json) throws IOException {
    json.name("mac").value(Addresses.formatMac(status.getMac()));
    json.name("linkUp").value(status.getLinkUp());
    json.name("speedMbps").value(Integer.toUnsignedLong(status.getSpeedMbps()));
    json.name("mtu").value(status.getMtu());
    json.name("promiscuous").value(status.getPromiscuous());
    json.name("statistics").beginObject();
    for (DeviceStatistic statistic : status.getStatisticsList()) {
      json.name(statistic.getName()).value(statistic.getValue());
    }
    json.endObject();
  }

  private static List<String> addresses(Uplink uplink) {
    List<String> addresses = new ArrayList<>();
    if (!uplink.getAddress4().isEmpty()) {
      addresses.add(Addresses.format(uplink.getAddress4()) + "/" + uplink.getPrefixLength4());
    }
    if (!uplink.getAddress6().isEmpty()) {
      addresses.add(Addresses.format(uplink.getAddress6()) + "/" + uplink.getPrefixLength6());
    }
    return addresses;
  }

  private static List<String> gateways(Uplink uplink) {
    List<String> gateways = new ArrayList<>();
    for (ByteString gateway : List.of(uplink.getGateway4(), uplink.getGateway6())) {
      if (!gateway.isEmpty()) {
        gateways.add(Addresses.format(gateway));
      }
    }
    return gateways;
  }
}
