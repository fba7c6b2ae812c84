package dev.heddle.cli;

import com.google.gson.stream.JsonWriter;
import dev.heddle.api.Addresses;
import dev.heddle.api.HeddleClient;
import dev.heddle.api.v1.NeighbourStatus;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;

/**
 * What {@code heddle show neighbor} asks the daemon. Apart from it, so that gRPC loads only if
 * asked.
 */
final class NeighbourCalls {
  private static final long MS_PER_SECOND = 1000;

  private NeighbourCalls() {}

  static void show(SocketOption socket, Output output) {
    List<NeighbourStatus> neighbours = Daemon.ask(socket, HeddleClient::neighbours);
    output.write(out -> print(neighbours, out), json -> writeJson(neighbours, json));
  }

  private static void print(List<NeighbourStatus> neighbours, PrintWriter out) {
    TextTable table =
        new TextTable().flexible("Uplink").text("Address").text("MAC").text("State").number("For");
    for (NeighbourStatus neighbour : neighbours) {
      table.row(
          UplinkCalls.shown(neighbour.getUplink()),
          Addresses.format(neighbour.getAddress()),
          neighbour.getMac().isEmpty() ? "" : Addresses.formatMac(neighbour.getMac()),
          text(neighbour.getState()),
          neighbour.getAgeMs() / MS_PER_SECOND + " s");
    }
    table.print(out, Output.widthCharacters());
  }

  private static String text(NeighbourStatus.State state) {
    return switch (state) {
      case STATE_INCOMPLETE -> "incomplete";
      case STATE_REACHABLE -> "reachable";
      case STATE_PROBE -> "probe";
      case STATE_UNSPECIFIED, UNRECOGNIZED -> "unknown";
    };
  }

  private static void writeJson(List<NeighbourStatus> neighbours, JsonWriter json)
      throws IOException {
    json.beginArray();
    for (NeighbourStatus neighbour : neighbours) {
      json.beginObject();
      json.name("uplink").value(neighbour.getUplink());
      json.name("index").value(neighbour.getInterfaceIndex());
      json.name("address").value(Addresses.format(neighbour.getAddress()));
      json.name("mac")
          .value(neighbour.getMac().isEmpty() ? null : Addresses.formatMac(neighbour.getMac()));
      json.name("state").value(text(neighbour.getState()));
      json.name("ageMs").value(neighbour.getAgeMs());
      json.endObject();
    }
    json.endArray();
  }
}
