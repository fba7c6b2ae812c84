package dev.heddle.cli;

import com.google.gson.stream.JsonWriter;
import dev.heddle.api.HeddleClient;
import dev.heddle.api.v1.EndpointStatus;
import dev.heddle.api.v1.NetworkStatus;
import dev.heddle.api.v1.TunnelStatus;
import dev.heddle.api.v1.Uplink;
import dev.heddle.api.v1.UplinkStatus;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The largest packets of networks, and what limits them. */
final class MtuView {
  /**
   * Ways on which the same is the largest packet.
   *
   * @param kind of what they lead to: node, uplink or endpoint
   * @param names of those
   */
  private record Path(String kind, List<String> names, int mtu, String limit) {}

  private final List<NetworkStatus> networks;
  private final List<EndpointStatus> endpoints;
  private final List<UplinkStatus> uplinks;
  private final List<TunnelStatus> tunnels;

  /** Whether each way has a line of its own, and not only how many of a kind there are. */
  private final boolean tellsNames;

  private MtuView(HeddleClient client, String network) {
    networks = client.networks(network);
    endpoints = client.endpoints();
    uplinks = client.uplinks();
    tunnels = client.tunnels("");
    tellsNames = !network.isEmpty();
  }

  /**
   * Shows networks.
   *
   * @param network the only one; empty: all
   */
  static void show(SocketOption socket, String network, Output output) {
    MtuView view = Daemon.ask(socket, client -> new MtuView(client, network));
    output.write(view::print, view::writeJson);
  }

  private void print(PrintWriter out) {
    TextTable table =
        new TextTable().flexible("Network").flexible("Towards").number("MTU").text("Limited by");
    for (NetworkStatus status : networks) {
      table.row(status.getNetwork().getName(), "all", status.getMtu(), limit(status));
      for (Path path : tellsNames ? paths(status) : grouped(paths(status))) {
        table.row("", towards(path), path.mtu(), path.limit());
      }
    }
    table.print(out, Output.widthCharacters());
  }

  private static String towards(Path path) {
    int count = path.names().size();
    return count == 1
        ? path.kind() + " " + path.names().getFirst()
        : count + " " + path.kind() + "s";
  }

  private void writeJson(JsonWriter json) throws IOException {
    json.beginArray();
    for (NetworkStatus status : networks) {
      json.beginObject();
      json.name("network").value(status.getNetwork().getName());
      json.name("mtu").value(status.getMtu());
      json.name("limitedBy").value(limit(status));
      json.name("paths").beginArray();
      for (Path path : grouped(paths(status))) {
        json.beginObject();
        json.name("kind").value(path.kind());
        Output.writeTexts(json, "names", path.names());
        json.name("mtu").value(path.mtu());
        json.name("limitedBy").value(path.limit());
        json.endObject();
      }
      json.endArray();
      json.endObject();
    }
    json.endArray();
  }

  private String limit(NetworkStatus status) {
    if (status.getNetwork().getMtu() != 0) {
      return "mtu of the network";
    }
    String physicalNetwork = status.getNetwork().getPhysicalNetworkName();
    return uplinks.stream()
        .filter(each -> each.getUplink().getName().equals(physicalNetwork))
        .findFirst()
        .map(uplink -> limit(uplink, status.getMtu()))
        .orElse("default, no uplink");
  }

  /** As "uplink fast, 9000 - 70". */
  private static String limit(UplinkStatus uplink, int mtu) {
    int overhead = uplink.getMtu() - mtu;
    return "uplink %s, %d%s"
        .formatted(
            UplinkCalls.shown(uplink.getUplink().getName()),
            uplink.getMtu(),
            overhead == 0 ? "" : " - " + overhead);
  }

  private List<Path> paths(NetworkStatus status) {
    List<Path> paths = new ArrayList<>();
    for (TunnelStatus tunnel : tunnels) {
      if (tunnel.getUplink().equals(status.getNetwork().getPhysicalNetworkName())) {
        paths.add(path(status, tunnel));
      }
    }
    for (UplinkStatus each : uplinks) {
      Uplink uplink = each.getUplink();
      if (uplink.getNetwork().equals(status.getNetwork().getName())) {
        paths.add(
            new Path(
                "uplink", List.of(uplink.getName()), each.getMtu(), limit(each, each.getMtu())));
      }
    }
    for (EndpointStatus endpoint : endpoints) {
      if (endpoint.getEndpoint().getNetwork().equals(status.getNetwork().getName())) {
        paths.add(path(status, endpoint));
      }
    }
    return paths;
  }

  private Path path(NetworkStatus status, TunnelStatus tunnel) {
    if (status.getMtu() <= tunnel.getMtu()) {
      return new Path("node", List.of(tunnel.getNode()), status.getMtu(), limit(status));
    }
    UplinkStatus uplink =
        uplinks.stream()
            .filter(each -> each.getUplink().getName().equals(tunnel.getUplink()))
            .findFirst()
            .orElse(UplinkStatus.getDefaultInstance());
    return new Path(
        "node", List.of(tunnel.getNode()), tunnel.getMtu(), limit(uplink, tunnel.getMtu()));
  }

  private Path path(NetworkStatus status, EndpointStatus endpoint) {
    boolean isOwn = endpoint.getMtu() < status.getMtu();
    return new Path(
        "endpoint",
        List.of(endpoint.getEndpoint().getName()),
        endpoint.getMtu(),
        isOwn ? "mtu of the endpoint" : limit(status));
  }

  private static List<Path> grouped(List<Path> paths) {
    Map<Path, List<String>> names = new LinkedHashMap<>();
    for (Path path : paths) {
      Path group = new Path(path.kind(), List.of(), path.mtu(), path.limit());
      names.computeIfAbsent(group, first -> new ArrayList<>()).addAll(path.names());
    }
    List<Path> grouped = new ArrayList<>();
    names.forEach((group, members) ->
        grouped.add(new Path(group.kind(), members, group.mtu(), group.limit())));
    return grouped;
  }
}
