package dev.heddle.cli;

import com.google.gson.stream.JsonWriter;
import dev.heddle.api.stats.Snapshot;
import dev.heddle.api.stats.Snapshot.InterfaceStats;
import dev.heddle.api.stats.Snapshot.WorkerStats;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code heddle show worker}: where workers run, what they poll and what they did. */
@Command(
    name = "worker",
    aliases = {"workers", "thread", "threads"},
    description = {
      "Shows each worker's processor, whether it runs, sleeps or is stalled, the receive queues that it",
      "polls, and its packets. What the daemon must be asked for is left out if it does not answer."
    },
    footer = "heddle show worker")
final class ShowWorkerCommand implements Runnable {
  @Mixin private CountersSource source;
  @Mixin private SocketOption socket;
  @Mixin private Output output;

  @Override
  public void run() {
    Snapshot snapshot = source.read(output);
    Map<Integer, WorkerPlace> places = places(snapshot);
    output.write(out -> print(snapshot, places, out), json -> writeJson(snapshot, places, json));
  }

  /** By number, what the daemon tells of workers: nothing if it cannot be asked. */
  private Map<Integer, WorkerPlace> places(Snapshot snapshot) {
    if (!snapshot.daemon().running()) {
      return Map.of();
    }
    try {
      return WorkerCalls.places(socket, snapshot.daemon().pid());
    } catch (CommandException e) {
      output.note("processors, states and queues are left out: " + e.getMessage());
      return Map.of();
    }
  }

  private static void print(Snapshot snapshot, Map<Integer, WorkerPlace> places, PrintWriter out) {
    TextTable table =
        new TextTable()
            .number("Worker")
            .number("Core")
            .text("State")
            .number("Queues")
            .number("Packets")
            .number("ns/packet")
            .number("Idle %")
            .number("Stalls")
            .number("Revision");
    TextTable polled = new TextTable().number("Worker").flexible("Polls");
    for (WorkerStats stats : snapshot.workers()) {
      WorkerPlace place = places.getOrDefault(stats.worker(), WorkerPlace.UNKNOWN);
      table.row(
          stats.worker(),
          place.processor() == null ? "any" : place.processor(),
          place.state(),
          place.queues().size(),
          stats.value("packets"),
          ShowRuntimeCommand.decimal(ShowRuntimeCommand.nsPerPacket(stats)),
          ShowRuntimeCommand.decimal(100 * ShowRuntimeCommand.idleShare(stats)),
          stats.value("stalls"),
          stats.value("revision"));
      if (!place.queues().isEmpty()) {
        polled.row(stats.worker(), polled(snapshot, place));
      }
    }
    table.print(out, Output.widthCharacters());
    if (!polled.isEmpty()) {
      out.println();
      polled.print(out, Output.widthCharacters());
    }
  }

  private static String polled(Snapshot snapshot, WorkerPlace place) {
    return place.queues().stream()
        .map(queue -> name(snapshot, queue) + " " + queue.queue())
        .collect(Collectors.joining(", "));
  }

  private static String name(Snapshot snapshot, WorkerPlace.Queue queue) {
    return snapshot.interfaces().stream()
        .filter(each -> each.index() == queue.interfaceIndex())
        .map(InterfaceStats::name)
        .findFirst()
        .orElse("interface " + queue.interfaceIndex());
  }

  private static void writeJson(
      Snapshot snapshot, Map<Integer, WorkerPlace> places, JsonWriter json) throws IOException {
    json.beginArray();
    for (WorkerStats stats : snapshot.workers()) {
      WorkerPlace place = places.get(stats.worker());
      json.beginObject();
      json.name("worker").value(stats.worker());
      if (place != null) {
        json.name("processor").value(place.processor());
        json.name("state").value(place.state());
        json.name("queues").beginArray();
        for (WorkerPlace.Queue queue : place.queues()) {
          json.beginObject();
          json.name("interface").value(name(snapshot, queue));
          json.name("index").value(queue.interfaceIndex());
          json.name("queue").value(queue.queue());
          json.endObject();
        }
        json.endArray();
      }
      json.name("nsPerPacket").value(ShowRuntimeCommand.nsPerPacket(stats));
      json.name("idleShare").value(ShowRuntimeCommand.idleShare(stats));
      new StatsJson(snapshot, json).writeCounters(stats.counters());
      json.endObject();
    }
    json.endArray();
  }
}
