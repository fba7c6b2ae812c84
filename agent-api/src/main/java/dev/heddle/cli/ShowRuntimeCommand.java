package dev.heddle.cli;

import com.google.gson.stream.JsonWriter;
import dev.heddle.api.stats.Snapshot;
import dev.heddle.api.stats.Snapshot.Counter;
import dev.heddle.api.stats.Snapshot.WorkerStats;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code heddle show runtime}: what the workers did with their time since they started. */
@Command(
    name = "runtime",
    aliases = "run",
    description = {
      "Shows what the workers did since they started: packets, batches and how full these were,",
      "nanoseconds for a packet, and the share of time in which there was nothing to do."
    },
    footer = "heddle show runtime")
final class ShowRuntimeCommand implements Runnable {
  private static final String SIZE_CLASS_PREFIX = "batch-";

  @Mixin private CountersSource source;
  @Mixin private Output output;

  @Override
  public void run() {
    Snapshot snapshot = source.read(output);
    output.write(out -> print(snapshot, out), json -> writeJson(snapshot, json));
  }

  private static void print(Snapshot snapshot, PrintWriter out) {
    TextTable table =
        new TextTable()
            .number("Worker")
            .number("Packets")
            .number("Batches")
            .number("Packets/batch")
            .number("ns/packet")
            .number("Idle %")
            .number("Sleeps")
            .number("Revision");
    TextTable sizes =
        new TextTable().number("Worker").text("Batches of").number("Count").number("%");
    for (WorkerStats worker : snapshot.workers()) {
      table.row(
          worker.worker(),
          worker.value("packets"),
          worker.value("batches"),
          decimal(packetsPerBatch(worker)),
          decimal(nsPerPacket(worker)),
          decimal(100 * idleShare(worker)),
          worker.value("sleeps"),
          worker.value("revision"));
      addSizes(worker, sizes);
    }
    table.print(out, Output.widthCharacters());
    if (!sizes.isEmpty()) {
      out.println();
      sizes.print(out, Output.widthCharacters());
    }
  }

  private static void addSizes(WorkerStats worker, TextTable sizes) {
    for (Counter counter : worker.counters()) {
      if (counter.name().startsWith(SIZE_CLASS_PREFIX) && counter.value() != 0) {
        sizes.row(
            worker.worker(),
            counter.description().replace("batches of ", ""),
            counter.value(),
            decimal(100 * ratio(counter.value(), worker.value("batches"))));
      }
    }
  }

  private static void writeJson(Snapshot snapshot, JsonWriter json) throws IOException {
    json.beginArray();
    for (WorkerStats worker : snapshot.workers()) {
      json.beginObject();
      json.name("worker").value(worker.worker());
      json.name("packetsPerBatch").value(packetsPerBatch(worker));
      json.name("nsPerPacket").value(nsPerPacket(worker));
      json.name("idleShare").value(idleShare(worker));
      new StatsJson(snapshot, json).writeCounters(worker.counters());
      json.endObject();
    }
    json.endArray();
  }

  private static double packetsPerBatch(WorkerStats worker) {
    return ratio(worker.value("packets"), worker.value("batches"));
  }

  /** Time spent in turns that found something to do, by packet. */
  static double nsPerPacket(WorkerStats worker) {
    return ratio(worker.value("busy-ns"), worker.value("packets"));
  }

  /** The share of time, 0 to 1, in which there was nothing to do. */
  static double idleShare(WorkerStats worker) {
    return ratio(worker.value("idle-ns"), worker.value("idle-ns") + worker.value("busy-ns"));
  }

  private static double ratio(long part, long whole) {
    return whole == 0 ? 0 : (double) part / whole;
  }

  /** With one digit behind the point. */
  static String decimal(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
