package dev.heddle.cli;

import com.google.gson.stream.JsonWriter;
import dev.heddle.api.HeddleClient;
import dev.heddle.api.v1.CaptureStatus;
import dev.heddle.api.v1.StartCaptureRequest;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** What {@code heddle capture} asks the daemon. Apart from it, so that gRPC loads only if asked. */
final class CaptureCalls {
  private CaptureCalls() {}

  static void start(
      SocketOption socket,
      String interfaceName,
      CaptureCommand.Direction direction,
      String filter,
      Path file,
      long maxPackets,
      int maxSeconds,
      int snapBytes) {
    StartCaptureRequest request =
        StartCaptureRequest.newBuilder()
            .setInterface(interfaceName)
            .setDirection(
                switch (direction) {
                  case IN -> StartCaptureRequest.Direction.DIRECTION_IN;
                  case OUT -> StartCaptureRequest.Direction.DIRECTION_OUT;
                  case DROP -> StartCaptureRequest.Direction.DIRECTION_DROP;
                  case BOTH -> StartCaptureRequest.Direction.DIRECTION_BOTH;
                })
            .setFilter(filter)
            .setFile(file.toAbsolutePath().toString())
            .setMaxPackets(maxPackets)
            .setMaxSeconds(maxSeconds)
            .setSnapBytes(snapBytes)
            .build();
    CaptureStatus started = Daemon.ask(socket, client -> client.startCapture(request));
    socket.out().println("capture " + started.getNumber());
  }

  static void stop(SocketOption socket, List<Integer> numbers) {
    for (int number : numbers) {
      CaptureStatus status = Daemon.ask(socket, client -> client.stopCapture(number));
      socket
          .out()
          .printf(
              "capture %d: %d packets in %s, %d lost, %s%n",
              status.getNumber(),
              status.getPackets(),
              status.getRequest().getFile(),
              status.getLost(),
              status.getEnded());
    }
  }

  static void list(SocketOption socket, Output output) {
    List<CaptureStatus> captures = Daemon.ask(socket, HeddleClient::captures);
    output.write(out -> print(captures, out), json -> writeJson(captures, json));
  }

  private static void print(List<CaptureStatus> captures, PrintWriter out) {
    TextTable table =
        new TextTable()
            .number("Capture")
            .flexible("Interface")
            .text("Direction")
            .flexible("Filter")
            .number("Packets")
            .number("Lost")
            .flexible("State")
            .flexible("File");
    for (CaptureStatus capture : captures) {
      table.row(
          Integer.toString(capture.getNumber()),
          capture.getRequest().getInterface(),
          text(capture.getRequest().getDirection()),
          capture.getRequest().getFilter(),
          Long.toString(capture.getPackets()),
          Long.toString(capture.getLost()),
          state(capture),
          capture.getRequest().getFile());
    }
    table.print(out, Output.widthCharacters());
  }

  private static String text(StartCaptureRequest.Direction direction) {
    return direction.name().substring("DIRECTION_".length()).toLowerCase(Locale.ROOT);
  }

  private static String state(CaptureStatus capture) {
    return capture.getRunning() ? "running" : capture.getEnded();
  }

  private static void writeJson(List<CaptureStatus> captures, JsonWriter json) throws IOException {
    json.beginArray();
    for (CaptureStatus capture : captures) {
      json.beginObject();
      json.name("number").value(capture.getNumber());
      json.name("interface").value(capture.getRequest().getInterface());
      json.name("direction").value(text(capture.getRequest().getDirection()));
      json.name("filter").value(capture.getRequest().getFilter());
      json.name("file").value(capture.getRequest().getFile());
      json.name("packets").value(capture.getPackets());
      json.name("lost").value(capture.getLost());
      json.name("running").value(capture.getRunning());
      json.name("ended").value(capture.getEnded());
      json.endObject();
    }
    json.endArray();
  }
}
