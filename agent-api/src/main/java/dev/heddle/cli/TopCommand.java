package dev.heddle.cli;

import dev.heddle.api.stats.CountersFileException;
import dev.heddle.api.stats.Snapshot;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code heddle top}: what goes on, as it does. */
@Command(
    name = "top",
    description = {
      "Shows packets and bits a second of each interface and worker, and drops by reason, again and",
      "again. On a terminal it draws over what it showed before and shows the busiest that fit; type q",
      "and Enter, or Ctrl-C, to end it. It reads the counters file, so it works when the daemon is stuck.",
      "JSON is an object a line, YAML a document for each look."
    },
    footer = {"heddle top", "heddle top --count 1 --interval 5 -o json"})
final class TopCommand implements Runnable {
  private static final double SHORTEST_S = 0.1;
  private static final double LONGEST_S = 3600;

  @Mixin private CountersSource source;
  @Mixin private Output output;

  @Option(
      names = "--interval",
      paramLabel = "SECONDS",
      defaultValue = "1",
      description = "The time between two looks, 0.1 to 3600. Default: ${DEFAULT-VALUE}.")
  private double intervalSeconds;

  @Option(
      names = "--count",
      paramLabel = "NUMBER",
      description = "Ends after so many looks. Default: never.")
  private long count = Long.MAX_VALUE;

  @Override
  public void run() {
    if (!(intervalSeconds >= SHORTEST_S && intervalSeconds <= LONGEST_S)) {
      throw new UsageException("--interval " + intervalSeconds + ": give 0.1 to 3600 seconds");
    }
    if (count < 1) {
      throw new UsageException("--count " + count + ": nothing to show; give 1 or more");
    }
    try (Screen screen = Screen.open(output)) {
      look(screen);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandException("interrupted");
    }
  }

  private void look(Screen screen) throws InterruptedException {
    Snapshot before = source.read().snapshot();
    long beforeNs = System.nanoTime();
    for (long left = count; left > 0; left--) {
      if (!screen.await((long) (intervalSeconds * TimeUnit.SECONDS.toNanos(1)))) {
        return;
      }
      CountersSource.Reading reading = readAgain(before);
      long nowNs = System.nanoTime();
      Snapshot now = reading.snapshot();
      // Another run of the daemon has counted from zero, for a time that nobody saw begin.
      Snapshot base = now.created().equals(before.created()) ? before : now;
      Rates rates = Rates.between(base, now, nowNs - beforeNs);
      screen.show(new TopView(Instant.now(), now, reading.oddity(), rates, nowNs - beforeNs));
      before = now;
      beforeNs = nowNs;
    }
  }

  /** The file may be missing for a moment while a daemon starts. */
  private CountersSource.Reading readAgain(Snapshot before) {
    try {
      return source.read();
    } catch (CountersFileException e) {
      return new CountersSource.Reading(before, e.getMessage());
    }
  }
}
