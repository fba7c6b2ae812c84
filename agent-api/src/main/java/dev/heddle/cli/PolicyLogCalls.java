package dev.heddle.cli;

import com.google.gson.stream.JsonWriter;
import dev.heddle.api.Addresses;
import dev.heddle.api.v1.PolicyLogEntry;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;

/**
 * What {@code heddle policy log} asks the daemon, apart from it, so that gRPC loads only if asked.
 */
final class PolicyLogCalls {
  private PolicyLogCalls() {}

  static void show(SocketOption socket, Output output, String endpoint) {
    List<PolicyLogEntry> entries = Daemon.ask(socket, client -> client.policyLog(endpoint));
    output.write(out -> print(entries, out), json -> writeJson(entries, json));
  }

  private static void print(List<PolicyLogEntry> entries, PrintWriter out) {
    TextTable table =
        new TextTable()
            .text("Time")
            .flexible("Endpoint")
            .text("Direction")
            .flexible("Policy or profile")
            .number("Rule")
            .text("Then")
            .number("Protocol")
            .flexible("From")
            .flexible("To");
    for (PolicyLogEntry each : entries) {
      table.row(
          Instant.ofEpochMilli(each.getTimeMs()),
          each.getEndpoint(),
          direction(each),
          each.getPolicy() + each.getProfile(),
          each.getRule(),
          each.getAllowed() ? "allow" : "deny",
          each.getProtocol(),
          Addresses.format(each.getSource()) + " " + each.getSourcePort(),
          Addresses.format(each.getDestination()) + " " + each.getDestinationPort());
    }
    table.print(out, Output.widthCharacters());
  }

  private static String direction(PolicyLogEntry entry) {
    return entry.getIngress() ? "ingress" : "egress";
  }

  private static void writeJson(List<PolicyLogEntry> entries, JsonWriter json) throws IOException {
    json.beginArray();
    for (PolicyLogEntry each : entries) {
      json.beginObject();
      json.name("time").value(Instant.ofEpochMilli(each.getTimeMs()).toString());
      json.name("worker").value(each.getWorker());
      json.name("endpoint").value(each.getEndpoint());
      json.name("direction").value(direction(each));
      json.name("tier").value(each.getTier());
      json.name("policy").value(each.getPolicy());
      json.name("profile").value(each.getProfile());
      json.name("rule").value(each.getRule());
      json.name("allowed").value(each.getAllowed());
      json.name("protocol").value(each.getProtocol());
      json.name("source").value(Addresses.format(each.getSource()));
      json.name("sourcePort").value(each.getSourcePort());
      json.name("destination").value(Addresses.format(each.getDestination()));
      json.name("destinationPort").value(each.getDestinationPort());
      json.endObject();
    }
    json.endArray();
  }
}
