package dev.heddle.cli;

import com.google.gson.stream.JsonWriter;
import dev.heddle.api.Addresses;
import dev.heddle.api.v1.TunnelStatus;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;

/**
 * What {@code heddle show tunnel} asks the daemon. Apart from it, so that gRPC loads only if asked.
 */
final class TunnelCalls {
  private TunnelCalls() {}

  static void show(SocketOption socket, String node, Output output) {
    List<TunnelStatus> tunnels = Daemon.ask(socket, client -> client.tunnels(node));
    output.write(out -> print(tunnels, out), json -> writeJson(tunnels, json));
  }

  private static void print(List<TunnelStatus> tunnels, PrintWriter out) {
    TextTable table =
        new TextTable()
            .flexible("Node")
            .flexible("Uplink")
            .text("Local")
            .text("Remote")
            .number("MTU")
            .flexible("Next hop");
    for (TunnelStatus tunnel : tunnels) {
      table.row(
          tunnel.getNode(),
          UplinkCalls.shown(tunnel.getUplink()),
          Addresses.format(tunnel.getLocalAddress()),
          Addresses.format(tunnel.getRemoteAddress()),
          tunnel.getMtu(),
          nextHop(tunnel));
    }
    table.print(out, Output.widthCharacters());
  }

  /** The Ethernet address that packets are sent to, and whose it is if not the node's. */
  private static String nextHop(TunnelStatus tunnel) {
    String mac =
        isReady(tunnel) ? Addresses.formatMac(tunnel.getNextHopMac()) : "(does not answer)";
    return tunnel.getNextHop().equals(tunnel.getRemoteAddress())
        ? mac
        : mac + " of " + Addresses.format(tunnel.getNextHop());
  }

  /** Whether packets can be sent. */
  static boolean isReady(TunnelStatus tunnel) {
    return !tunnel.getNextHopMac().isEmpty();
  }

  /** Writes an array. */
  static void writeJson(List<TunnelStatus> tunnels, JsonWriter json) throws IOException {
    json.beginArray();
    for (TunnelStatus tunnel : tunnels) {
      writeJson(tunnel, json);
    }
    json.endArray();
  }

  /** Writes an object. */
  static void writeJson(TunnelStatus tunnel, JsonWriter json) throws IOException {
    json.beginObject();
    json.name("node").value(tunnel.getNode());
    json.name("uplink").value(tunnel.getUplink());
    json.name("index").value(tunnel.getInterfaceIndex());
    json.name("local").value(Addresses.format(tunnel.getLocalAddress()));
    json.name("remote").value(Addresses.format(tunnel.getRemoteAddress()));
    json.name("nextHop").value(Addresses.format(tunnel.getNextHop()));
    json.name("nextHopMac")
        .value(isReady(tunnel) ? Addresses.formatMac(tunnel.getNextHopMac()) : null);
    json.name("mtu").value(tunnel.getMtu());
    json.name("udpChecksums").value(tunnel.getUdpChecksums());
    json.endObject();
  }
}
