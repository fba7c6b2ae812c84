package dev.heddle.cli;

import com.google.gson.stream.JsonWriter;
import dev.heddle.api.Addresses;
import dev.heddle.api.stats.Column;
import dev.heddle.api.stats.CountersFileReader;
import dev.heddle.api.stats.Snapshot;
import dev.heddle.api.stats.Snapshot.InterfaceStats;
import dev.heddle.api.v1.Endpoint;
import dev.heddle.api.v1.EndpointStatus;
import dev.heddle.api.v1.Prefix;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Endpoints as the daemon knows them, each beside its counters. */
final class EndpointView {
  private final List<EndpointStatus> endpoints;
  private final Snapshot snapshot;

  private EndpointView(List<EndpointStatus> endpoints, Snapshot snapshot) {
    this.endpoints = endpoints;
    this.snapshot = snapshot;
  }

  /**
   * Shows endpoints.
   *
   * @param name of the only one; empty: all
   */
  static void show(SocketOption socket, String name, Output output) {
    EndpointView view =
        Daemon.ask(
            socket,
            client -> {
              Path counters = Path.of(client.serverInfo().getCountersFile());
              List<EndpointStatus> endpoints = client.endpoints(name);
              try (CountersFileReader reader = CountersFileReader.open(counters)) {
                return new EndpointView(endpoints, reader.snapshot());
              }
            });
    output.write(name.isEmpty() ? view::printAll : view::printOne, view::writeJson);
  }

  /** An endpoint's counters; zeros if it went while both were read. */
  private InterfaceStats stats(EndpointStatus status) {
    String name = status.getEndpoint().getName();
    return snapshot.interfaces().stream()
        .filter(each -> each.name().equals(name))
        .findFirst()
        .orElseGet(() ->
            new InterfaceStats(
                status.getInterfaceIndex(),
                0,
                name,
                status.getEndpoint().getNetwork(),
                new long[0][],
                new long[snapshot.eventColumns().size()]));
  }

  private void printAll(PrintWriter out) {
    TextTable table =
        new TextTable()
            .flexible("Endpoint")
            .flexible("Network")
            .text("State")
            .number("MTU")
            .number("Rx pkt")
            .number("Tx pkt")
            .number("Drops")
            .flexible("Addresses");
    for (EndpointStatus status : endpoints) {
      InterfaceStats stats = stats(status);
      table.row(
          status.getEndpoint().getName(),
          status.getEndpoint().getNetwork(),
          state(status),
          status.getMtu(),
          stats.total(snapshot.column("rx-packets")),
          stats.total(snapshot.column("tx-packets")),
          drops(stats),
          String.join(" ", EndpointCalls.addresses(status.getEndpoint())));
    }
    table.print(out, Output.widthCharacters());
  }

  private static String state(EndpointStatus status) {
    return status.getConnected() ? "up" : "down";
  }

  private long drops(InterfaceStats stats) {
    long drops = 0;
    for (int column = 0; column < snapshot.columns().size(); column++) {
      if (snapshot.columns().get(column).kind() == Column.Kind.DROP) {
        drops += stats.total(column);
      }
    }
    return drops;
  }

  private void printOne(PrintWriter out) {
    EndpointStatus status = endpoints.getFirst();
    Endpoint endpoint = status.getEndpoint();
    TextTable table = new TextTable().text("Endpoint").flexible(endpoint.getName());
    table.row("network", endpoint.getNetwork());
    if (!endpoint.getPod().isEmpty() || !endpoint.getNamespace().isEmpty()) {
      table.row("pod", endpoint.getNamespace() + "/" + endpoint.getPod());
    }
    if (endpoint.getLabelsCount() > 0) {
      table.row("labels", labels(endpoint));
    }
    table.row("state", state(status));
    table.row("attachment", EndpointCalls.attachment(endpoint));
    if (!endpoint.getMac().isEmpty()) {
      table.row("mac", Addresses.formatMac(endpoint.getMac()));
    }
    table.row("addresses", String.join(" ", EndpointCalls.addresses(endpoint)));
    if (endpoint.getAllowedSourcePrefixesCount() > 0) {
      table.row("allowed sources", texts(endpoint.getAllowedSourcePrefixesList()));
    }
    table.row("mtu", status.getMtu());
    table.row("index", status.getInterfaceIndex());
    addCounters(stats(status), table);
    table.print(out, Output.widthCharacters());
  }

  private static String labels(Endpoint endpoint) {
    return new TreeMap<>(endpoint.getLabelsMap())
        .entrySet().stream()
            .map(label -> label.getKey() + "=" + label.getValue())
            .collect(Collectors.joining(" "));
  }

  private static String texts(List<Prefix> prefixes) {
    return prefixes.stream().map(Addresses::format).collect(Collectors.joining(" "));
  }

  /** All traffic, and of drops and events what happened. */
  private void addCounters(InterfaceStats stats, TextTable table) {
    for (int column = 0; column < snapshot.columns().size(); column++) {
      Column each = snapshot.columns().get(column);
      if (each.kind() == Column.Kind.TRAFFIC) {
        table.row(each.name(), stats.total(column));
      }
    }
    table.row("drops", drops(stats));
    for (int column = 0; column < snapshot.columns().size(); column++) {
      Column each = snapshot.columns().get(column);
      if (each.kind() == Column.Kind.DROP && stats.total(column) != 0) {
        table.row("  " + each.name(), stats.total(column) + ": " + each.description());
      }
    }
    for (int column = 0; column < snapshot.eventColumns().size(); column++) {
      if (stats.events()[column] != 0) {
        table.row(snapshot.eventColumns().get(column).name(), stats.events()[column]);
      }
    }
  }

  private void writeJson(JsonWriter json) throws IOException {
    StatsJson counters = new StatsJson(snapshot, json);
    json.beginArray();
    for (EndpointStatus status : endpoints) {
      json.beginObject();
      EndpointCalls.writeMembers(status, json);
      json.name("state").value(state(status));
      json.name("statistics");
      counters.writeInterface(stats(status));
      json.endObject();
    }
    json.endArray();
  }
}
