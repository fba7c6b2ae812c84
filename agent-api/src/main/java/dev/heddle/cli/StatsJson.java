package dev.heddle.cli;

import com.google.gson.stream.JsonWriter;
import dev.heddle.api.stats.Accounting;
import dev.heddle.api.stats.Accounting.Balance;
import dev.heddle.api.stats.Column;
import dev.heddle.api.stats.Snapshot;
import dev.heddle.api.stats.Snapshot.Counter;
import dev.heddle.api.stats.Snapshot.InterfaceStats;
import dev.heddle.api.stats.Snapshot.WorkerStats;
import java.io.IOException;
import java.util.List;

/** Counters as JSON: every one of them, as an integer. */
final class StatsJson {
  private final Snapshot snapshot;
  private final JsonWriter json;

  StatsJson(Snapshot snapshot, JsonWriter json) {
    this.snapshot = snapshot;
    this.json = json;
  }

  /** Writes the whole snapshot. */
  void writeAll() throws IOException {
    json.beginObject();
    json.name("daemon").beginObject();
    json.name("pid").value(snapshot.daemon().pid());
    json.name("running").value(snapshot.daemon().running());
    json.name("created").value(snapshot.created().toString());
    json.name("lastUpdate").value(snapshot.lastUpdate().toString());
    json.name("consistent").value(snapshot.consistent());
    writeCounters(snapshot.daemonCounters());
    writeEvents(snapshot.otherEvents());
    json.endObject();
    writeWorkers();
    json.name("interfaces").beginArray();
    for (InterfaceStats each : snapshot.interfaces()) {
      writeInterface(each);
    }
    json.endArray();
    json.name("departed");
    writeInterface(snapshot.departed());
    json.endObject();
  }

  /** Writes one interface's counters, summed over the workers and for each of them. */
  void writeInterface(InterfaceStats stats) throws IOException {
    writeInterface(stats, null);
  }

  /** The same with the state of its port; null where there is none to tell. */
  void writeInterface(InterfaceStats stats, PortState port) throws IOException {
    json.beginObject();
    if (stats.index() >= 0) {
      json.name("index").value(stats.index());
      json.name("generation").value(stats.generation());
      json.name("name").value(stats.name());
      json.name("network").value(stats.network());
    }
    if (port != null) {
      json.name("port");
      port.json().write(json);
    }
    long[] totals = new long[snapshot.columns().size()];
    for (int column = 0; column < totals.length; column++) {
      totals[column] = stats.total(column);
    }
    writeRow(totals);
    writeEvents(stats.events());
    json.name("workers").beginArray();
    for (int worker = 0; worker < stats.perWorker().length; worker++) {
      json.beginObject();
      json.name("worker").value(worker);
      writeRow(stats.perWorker()[worker]);
      json.endObject();
    }
    json.endArray();
    json.endObject();
  }

  /** Writes the member "counters" of an object. */
  void writeCounters(List<Counter> counters) throws IOException {
    json.name("counters").beginObject();
    for (Counter counter : counters) {
      json.name(counter.name()).value(counter.value());
    }
    json.endObject();
  }

  private void writeWorkers() throws IOException {
    List<Balance> balances = Accounting.of(snapshot);
    json.name("workers").beginArray();
    for (WorkerStats stats : snapshot.workers()) {
      Balance balance = balances.get(stats.worker());
      json.beginObject();
      json.name("worker").value(stats.worker());
      writeCounters(stats.counters());
      json.name("accounting").beginObject();
      json.name("in").value(balance.in());
      json.name("out").value(balance.out());
      json.name("balanced").value(balance.balanced());
      json.endObject();
      json.endObject();
    }
    json.endArray();
  }

  private void writeEvents(long[] events) throws IOException {
    json.name("events").beginObject();
    for (int column = 0; column < events.length; column++) {
      json.name(snapshot.eventColumns().get(column).name()).value(events[column]);
    }
    json.endObject();
  }

  private void writeRow(long[] row) throws IOException {
    writeColumns("counters", Column.Kind.TRAFFIC, row);
    writeColumns("drops", Column.Kind.DROP, row);
  }

  private void writeColumns(String name, Column.Kind kind, long[] row) throws IOException {
    json.name(name).beginObject();
    for (int column = 0; column < row.length; column++) {
      if (snapshot.columns().get(column).kind() == kind) {
        json.name(snapshot.columns().get(column).name()).value(row[column]);
      }
    }
    json.endObject();
  }
}
