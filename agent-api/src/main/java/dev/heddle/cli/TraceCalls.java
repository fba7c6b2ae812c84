package dev.heddle.cli;

import com.google.gson.stream.JsonWriter;
import dev.heddle.api.HeddleClient;
import dev.heddle.api.v1.AddTraceRequest;
import dev.heddle.api.v1.TraceStatus;
import dev.heddle.api.v1.TracedPacket;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;

/** What {@code heddle trace} asks the daemon. Apart from it, so that gRPC loads only if asked. */
final class TraceCalls {
  private static final long NS_PER_SECOND = 1_000_000_000;

  private TraceCalls() {}

  static void add(SocketOption socket, int packets, String filter, String interfaceName) {
    AddTraceRequest request =
        AddTraceRequest.newBuilder()
            .setPackets(packets)
            .setFilter(filter)
            .setInterface(interfaceName)
            .build();
    TraceStatus status = Daemon.ask(socket, client -> client.addTrace(request));
    socket.out().println("the next packets are traced: " + status.getAwaited());
  }

  static void show(SocketOption socket, Output output) {
    List<TracedPacket> packets = Daemon.ask(socket, HeddleClient::trace);
    output.write(out -> print(packets, out), json -> writeJson(packets, json));
  }

  static void clear(SocketOption socket) {
    Daemon.ask(socket, HeddleClient::clearTrace);
    socket.out().println("no packets are traced");
  }

  private static void print(List<TracedPacket> packets, PrintWriter out) {
    int number = 0;
    for (TracedPacket packet : packets) {
      out.printf(
          "packet %d, worker %d, %s%n", ++number, packet.getWorker(), time(packet.getTimeNs()));
      packet.getSentencesList().forEach(sentence -> out.println("  " + sentence));
    }
  }

  private static Instant time(long ns) {
    return Instant.ofEpochSecond(ns / NS_PER_SECOND, ns % NS_PER_SECOND);
  }

  private static void writeJson(List<TracedPacket> packets, JsonWriter json) throws IOException {
    json.beginArray();
    for (TracedPacket packet : packets) {
      json.beginObject();
      json.name("time").value(time(packet.getTimeNs()).toString());
      json.name("worker").value(packet.getWorker());
      Output.writeTexts(json, "sentences", packet.getSentencesList());
      json.endObject();
    }
    json.endArray();
  }
}
