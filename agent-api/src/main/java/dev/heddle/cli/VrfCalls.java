package dev.heddle.cli;

import dev.heddle.api.v1.Network;
import dev.heddle.api.v1.NetworkStatus;
import java.io.PrintWriter;
import java.util.List;

/**
 * What {@code heddle show vrf} asks the daemon. Apart from it, so that gRPC loads only if asked.
 */
final class VrfCalls {
  private static final long BYTES_PER_KIB = 1024;

  private VrfCalls() {}

  static void show(SocketOption socket, String network, Output output) {
    List<NetworkStatus> vrfs = Daemon.ask(socket, client -> client.networks(network));
    output.write(out -> print(vrfs, out), json -> NetworkCalls.writeJson(vrfs, json));
  }

  private static void print(List<NetworkStatus> vrfs, PrintWriter out) {
    TextTable table =
        new TextTable()
            .flexible("Network")
            .number("VRF")
            .number("VNI")
            .number("MTU")
            .number("Endpoints")
            .number("Routes")
            .number("Tables KiB")
            .flexible("Uplink");
    for (NetworkStatus vrf : vrfs) {
      Network network = vrf.getNetwork();
      table.row(
          network.getName(),
          vrf.getVrfIndex(),
          network.getVni(),
          vrf.getMtu(),
          vrf.getEndpointCount(),
          vrf.getRouteCount(),
          (vrf.getTableBytes() + BYTES_PER_KIB - 1) / BYTES_PER_KIB,
          UplinkCalls.shown(network.getPhysicalNetworkName()));
    }
    table.print(out, Output.widthCharacters());
  }
}
