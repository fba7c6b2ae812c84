package dev.heddle.cli;

import dev.heddle.api.RunDirectory;
import dev.heddle.api.stats.CountersFileReader;
import dev.heddle.api.stats.Snapshot;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import picocli.CommandLine.Option;

/** The counters file that a command reads. */
final class CountersSource {
  /** The daemon says that it is alive about once a second. */
  private static final Duration SILENCE = Duration.ofSeconds(5);

  @Option(
      names = "--file",
      paramLabel = "FILE",
      description = "The daemon's counters file. Default: /run/heddle/counters.")
  private Path file = RunDirectory.COUNTERS;

  /**
   * What the file said.
   *
   * @param oddity what is odd about it; empty if nothing is
   */
  record Reading(Snapshot snapshot, String oddity) {}

  /** Reads the file and notes what is odd about it. */
  Snapshot read(Output output) {
    Reading reading = read();
    if (!reading.oddity().isEmpty()) {
      output.note(reading.oddity());
    }
    return reading.snapshot();
  }

  /** Reads the file. */
  Reading read() {
    try (CountersFileReader reader = CountersFileReader.open(file)) {
      Snapshot snapshot = reader.snapshot();
      return new Reading(snapshot, oddity(snapshot, Instant.now()));
    }
  }

  private static String oddity(Snapshot snapshot, Instant now) {
    Duration silence = Duration.between(snapshot.lastUpdate(), now);
    String lastUpdate =
        "last update %s (%d s ago)".formatted(snapshot.lastUpdate(), silence.toSeconds());
    if (!snapshot.daemon().running()) {
      return "daemon pid %d is not running; %s".formatted(snapshot.daemon().pid(), lastUpdate);
    }
    if (silence.compareTo(SILENCE) > 0) {
      return "daemon pid %d is running but its control side is stuck; %s"
          .formatted(snapshot.daemon().pid(), lastUpdate);
    }
    if (!snapshot.consistent()) {
      return "interfaces came and went all the while, so sums may not add up; try again";
    }
    return "";
  }
}
