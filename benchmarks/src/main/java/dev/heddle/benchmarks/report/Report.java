package dev.heddle.benchmarks.report;

import dev.heddle.benchmarks.report.Target.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes targets.csv, README.md and the plots from the raw samples. */
public final class Report {
  private static final String NOTES = "notes.md";

  private Report() {}

  /** Computes everything in {@code directory} anew from {@code directory/raw}. */
  public static void write(Path directory) {
    List<RawFile> files = RawFile.readAll(directory.resolve("raw"));
    List<Outcome> outcomes = Targets.evaluate(files);
    Targets.write(directory.resolve("targets.csv"), outcomes);
    List<String> plots = Plots.draw(directory.resolve("plots"), files);
    StringBuilder text = new StringBuilder();
    head(text, files);
    targets(text, outcomes);
    plots.forEach(plot -> text.append("![%s](plots/%s.svg)\n\n".formatted(plot, plot)));
    appendNotes(text, directory.resolve(NOTES));
    files.forEach(file -> figures(text, file));
    thrownAway(text, files);
    try {
      Files.writeString(directory.resolve("README.md"), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    long met = outcomes.stream().filter(Outcome::met).count();
    System.out.printf("%d of %d targets met, see %s%n", met, outcomes.size(), directory);
  }

  private static void head(StringBuilder text, List<RawFile> files) {
    text.append(
        """
        # How fast it is

        Written by `make bench` from the samples in [raw](raw); do not edit, put words into
        [notes.md](notes.md).

        Generator and sink share core 0, the system under test has core 1. Peers run in turn
        (A B B A ...), each run in a new process, after a warm-up. Before and after each run a cache
        line is bounced between the two cores: up to 450 ticks of the time stamp counter a round trip
        the run is *near*, from 700 on *far*; only equal labels are compared. Each run's packets are
        accounted for, by the sink and by the daemon's own counters: sent = received + dropped.

        """);
    for (RawFile file : files) {
      if (!file.samples().isEmpty()) {
        text.append(
            "- `%s`: %s, commit %s\n"
                .formatted(file.samples().getFirst().benchmark(), file.machine(), file.commit()));
      }
    }
    text.append('\n');
  }

  private static void targets(StringBuilder text, List<Outcome> outcomes) {
    text.append("## Targets\n\n| | what | target | measured | spread | label | met |\n");
    text.append("|---|---|---|---|---|---|---|\n");
    for (Outcome outcome : outcomes) {
      List<String> f = outcome.fields();
      text.append("| %s | %s | %s | %s | %s | %s | %s |\n".formatted(f.subList(0, 7).toArray()));
    }
    text.append('\n');
  }

  private static void appendNotes(StringBuilder text, Path notes) {
    if (Files.exists(notes)) {
      try {
        text.append(Files.readString(notes)).append('\n');
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static void figures(StringBuilder text, RawFile file) {
    Map<List<String>, List<Double>> groups = new LinkedHashMap<>();
    for (Sample s : file.samples()) {
      if (s.isValid()) {
        groups
            .computeIfAbsent(
                List.of(s.scenario(), s.subject(), s.metric(), s.unit(), s.label()),
                key -> new ArrayList<>())
            .add(s.value());
      }
    }
    if (groups.isEmpty()) {
      return;
    }
    text.append("## %s\n\n".formatted(file.samples().getFirst().benchmark()));
    text.append("`%s`\n\n".formatted(file.command()));
    text.append("| scenario | subject | metric | median | spread | unit | label | runs |\n");
    text.append("|---|---|---|---|---|---|---|---|\n");
    groups.forEach((key, list) -> {
      double[] values = list.stream().mapToDouble(Double::doubleValue).toArray();
      text.append(
          "| %s | %s | %s | %s | %s | %s | %s | %d |\n"
              .formatted(
                  key.get(0),
                  key.get(1),
                  key.get(2),
                  Figures.plain(Figures.median(values)),
                  Figures.spread(values),
                  key.get(3),
                  key.get(4),
                  values.length));
    });
    text.append('\n');
  }

  private static void thrownAway(StringBuilder text, List<RawFile> files) {
    List<String> lines =
        files.stream()
            .flatMap(file -> file.samples().stream())
            .filter(sample -> !sample.isValid())
            .map(s ->
                "- %s run %d, %s: %s".formatted(s.benchmark(), s.run(), s.subject(), s.valid()))
            .distinct()
            .toList();
    if (!lines.isEmpty()) {
      text.append("## Runs that were thrown away\n\n")
          .append(String.join("\n", lines))
          .append('\n');
    }
  }
}
