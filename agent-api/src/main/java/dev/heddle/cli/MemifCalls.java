package dev.heddle.cli;

import com.google.gson.stream.JsonWriter;
import dev.heddle.api.HeddleClient;
import dev.heddle.api.v1.Memif;
import dev.heddle.api.v1.MemifRing;
import dev.heddle.api.v1.MemifStatus;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;

/**
 * What {@code heddle show memif} asks the daemon. Apart from it, so that gRPC loads only if asked.
 */
final class MemifCalls {
  private static final long BYTES_PER_KIB = 1024;

  private MemifCalls() {}

  /**
   * Shows interfaces.
   *
   * @param name of the only one; null: all
   */
  static void show(SocketOption socket, String name, Output output) {
    List<MemifStatus> memifs =
        Daemon.ask(socket, HeddleClient::memifs).stream()
            .filter(each -> name == null || interfaceName(each).equals(name))
            .toList();
    if (memifs.isEmpty() && name != null) {
      throw new CommandException(
          "there is no memif interface '" + name + "': heddle show memif lists all");
    }
    output.write(out -> print(memifs, out), json -> writeJson(memifs, json));
  }

  /** As its counters are called. */
  private static String interfaceName(MemifStatus memif) {
    return memif.hasUplink() ? UplinkCalls.interfaceName(memif.getUplink()) : memif.getEndpoint();
  }

  private static void print(List<MemifStatus> memifs, PrintWriter out) {
    TextTable table =
        new TextTable()
            .flexible("Interface")
            .text("Role")
            .text("Mode")
            .number("Id")
            .text("State")
            .number("KiB")
            .flexible("Socket")
            .flexible("Peer or reason");
    TextTable rings =
        new TextTable()
            .flexible("Interface")
            .text("Ring")
            .number("Size")
            .number("Head")
            .number("Tail")
            .number("Free")
            .number("Waiting")
            .number("Buffer")
            .text("Receiver");
    for (MemifStatus status : memifs) {
      Memif memif = status.getMemif();
      table.row(
          interfaceName(status),
          EndpointCalls.role(memif),
          EndpointCalls.mode(memif),
          Integer.toUnsignedString(memif.getId()),
          status.getConnected() ? "up" : "down",
          status.getRegionBytesList().stream().mapToLong(Long::longValue).sum() / BYTES_PER_KIB,
          memif.getSocket(),
          peerOrReason(status));
      status.getRingsList().forEach(ring -> addRing(interfaceName(status), ring, rings));
    }
    table.print(out, Output.widthCharacters());
    if (!rings.isEmpty()) {
      out.println();
      rings.print(out, Output.widthCharacters());
    }
  }

  private static String peerOrReason(MemifStatus status) {
    if (!status.getConnected()) {
      return status.getLastReason().isEmpty() ? "nobody came yet" : status.getLastReason();
    }
    return status.getPeerInterface().isEmpty()
        ? status.getPeer()
        : status.getPeer() + ", " + status.getPeerInterface();
  }

  private static void addRing(String interfaceName, MemifRing ring, TextTable table) {
    table.row(
        interfaceName,
        direction(ring) + " " + ring.getQueue(),
        ring.getSize(),
        ring.getHead(),
        ring.getTail(),
        ring.getFree(),
        ring.hasWaiting() ? ring.getWaiting() : "",
        ring.getBufferBytes() == 0 ? "" : ring.getBufferBytes(),
        receiver(ring));
  }

  private static String direction(MemifRing ring) {
    return ring.getReceive() ? "rx" : "tx";
  }

  private static String receiver(MemifRing ring) {
    return ring.getInterrupts() ? "interrupt" : "polling";
  }

  private static void writeJson(List<MemifStatus> memifs, JsonWriter json) throws IOException {
    json.beginArray();
    for (MemifStatus status : memifs) {
      json.beginObject();
      json.name("interface").value(interfaceName(status));
      json.name("index").value(status.getInterfaceIndex());
      EndpointCalls.writeMemif(status.getMemif(), json);
      json.name("connected").value(status.getConnected());
      json.name("peer").value(status.getPeer());
      json.name("peerInterface").value(status.getPeerInterface());
      json.name("lastReason").value(status.getLastReason());
      json.name("connects").value(status.getConnects());
      json.name("disconnects").value(status.getDisconnects());
      json.name("regionBytes").beginArray();
      for (long bytes : status.getRegionBytesList()) {
        json.value(bytes);
      }
      json.endArray();
      json.name("rings").beginArray();
      for (MemifRing ring : status.getRingsList()) {
        writeRing(ring, json);
      }
      json.endArray();
      json.endObject();
    }
    json.endArray();
  }

  private static void writeRing(MemifRing ring, JsonWriter json) throws IOException {
    json.beginObject();
    json.name("direction").value(direction(ring));
    json.name("queue").value(ring.getQueue());
    json.name("size").value(ring.getSize());
    json.name("head").value(ring.getHead());
    json.name("tail").value(ring.getTail());
    json.name("free").value(ring.getFree());
    json.name("waiting").value(ring.hasWaiting() ? ring.getWaiting() : null);
    json.name("bufferBytes").value(ring.getBufferBytes());
    json.name("receiver").value(receiver(ring));
    json.endObject();
  }
}
