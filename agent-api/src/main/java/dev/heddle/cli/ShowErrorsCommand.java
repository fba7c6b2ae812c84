package dev.heddle.cli;

import com.google.gson.stream.JsonWriter;
import dev.heddle.api.stats.Column;
import dev.heddle.api.stats.Snapshot;
import dev.heddle.api.stats.Snapshot.InterfaceStats;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code heddle show errors}: dropped packets by reason, and what peers were refused for. */
@Command(
    name = "errors",
    aliases = "error",
    description = "Shows dropped packets by reason, and what peers were refused or cut off for.",
    footer = "heddle show errors")
final class ShowErrorsCommand implements Runnable {
  private record Failure(String name, String network, int index, Column column, long count) {}

  @Mixin private CountersSource source;
  @Mixin private Output output;

  @Override
  public void run() {
    Snapshot snapshot = source.read(output);
    List<Failure> failures = new ArrayList<>();
    for (InterfaceStats each : snapshot.interfaces()) {
      collect(snapshot, each, failures);
    }
    collect(snapshot, snapshot.departed(), failures);
    InterfaceStats unknown =
        new InterfaceStats(-1, 0, "(unknown)", "", new long[0][], snapshot.otherEvents());
    collect(snapshot, unknown, failures);
    output.write(out -> print(failures, out), json -> writeJson(failures, json));
  }

  private static void collect(Snapshot snapshot, InterfaceStats stats, List<Failure> failures) {
    for (int column = 0; column < snapshot.columns().size(); column++) {
      add(failures, stats, snapshot.columns().get(column), stats.total(column));
    }
    for (int column = 0; column < snapshot.eventColumns().size(); column++) {
      add(failures, stats, snapshot.eventColumns().get(column), stats.events()[column]);
    }
  }

  private static void add(List<Failure> failures, InterfaceStats stats, Column column, long count) {
    boolean failure = column.kind() == Column.Kind.DROP || column.kind() == Column.Kind.FAULT;
    if (failure && count != 0) {
      failures.add(new Failure(stats.name(), stats.network(), stats.index(), column, count));
    }
  }

  private static void print(List<Failure> failures, PrintWriter out) {
    if (failures.isEmpty()) {
      out.println("There were no errors.");
      return;
    }
    TextTable table =
        new TextTable()
            .number("Count")
            .flexible("Interface")
            .flexible("Network")
            .text("Reason")
            .flexible("Description");
    for (Failure each : failures) {
      table.row(
          each.count(),
          each.name(),
          each.network(),
          each.column().name(),
          each.column().description());
    }
    table.print(out, Output.widthCharacters());
  }

  private static void writeJson(List<Failure> failures, JsonWriter json) throws IOException {
    json.beginArray();
    for (Failure each : failures) {
      json.beginObject();
      json.name("count").value(each.count());
      json.name("interface").value(each.name());
      json.name("network").value(each.network());
      json.name("index").value(each.index());
      json.name("reason").value(each.column().name());
      json.name("description").value(each.column().description());
      json.endObject();
    }
    json.endArray();
  }
}
