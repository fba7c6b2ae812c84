package dev.heddle.cli;

import dev.heddle.api.stats.Accounting;
import dev.heddle.api.stats.Accounting.Balance;
import dev.heddle.api.stats.Snapshot;
import dev.heddle.api.stats.Snapshot.Counter;
import dev.heddle.api.stats.Snapshot.WorkerStats;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code heddle stats}: everything that the counters file holds. */
@Command(
    name = "stats",
    description = {
      "Dumps all counters, also when the daemon is stuck or gone.",
      "The table leaves out what is zero for an interface; JSON has everything."
    },
    footer = {"heddle stats", "heddle stats --check", "heddle stats -o json"})
final class StatsCommand implements Callable<Integer> {
  @Mixin private CountersSource source;
  @Mixin private Output output;

  @Option(
      names = "--check",
      description = {
        "Fail with status 1 unless every packet is accounted for. Meant for a daemon at rest: while"
            + " packets pass, what came in and what went out are read at different times."
      })
  private boolean check;

  @Override
  public Integer call() {
    Snapshot snapshot = source.read(output);
    output.write(
        out -> printTables(snapshot, out), json -> new StatsJson(snapshot, json).writeAll());
    List<Balance> wrong =
        Accounting.of(snapshot).stream().filter(balance -> !balance.balanced()).toList();
    if (!check || wrong.isEmpty()) {
      return ExitCode.OK;
    }
    for (Balance balance : wrong) {
      output.note(
          ("worker %d: %d packets came in and %d are accounted for; interfaces say that it"
                  + " received %d, the worker itself %d")
              .formatted(
                  balance.worker(),
                  balance.in(),
                  balance.out(),
                  balance.received(),
                  balance.taken()));
    }
    return ExitCode.SOFTWARE;
  }

  private static void printTables(Snapshot snapshot, PrintWriter out) {
    int width = Output.widthCharacters();
    TextTable daemon = new TextTable().text("Daemon").number("Count").flexible("Description");
    for (Counter counter : snapshot.daemonCounters()) {
      daemon.row(counter.name(), counter.value(), counter.description());
    }
    daemon.print(out, width);
    out.println();
    TextTable workers =
        new TextTable().number("Worker").text("Counter").number("Count").flexible("Description");
    for (WorkerStats worker : snapshot.workers()) {
      for (Counter counter : worker.counters()) {
        workers.row(worker.worker(), counter.name(), counter.value(), counter.description());
      }
    }
    workers.print(out, width);
    out.println();
    new InterfaceTable(snapshot).addAll(snapshot.interfaces()).addOthers().print(out, width);
    out.println();
    printAccounting(snapshot, out, width);
  }

  private static void printAccounting(Snapshot snapshot, PrintWriter out, int width) {
    TextTable table =
        new TextTable().number("Worker").number("Packets in").number("Packets out").text("");
    for (Balance balance : Accounting.of(snapshot)) {
      table.row(
          balance.worker(),
          balance.in(),
          balance.out(),
          balance.balanced() ? "balanced" : "differ: packets on their way, or a wrong counter");
    }
    table.print(out, width);
  }
}
