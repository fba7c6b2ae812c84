package dev.heddle.benchmarks.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** Bar charts of medians with their spread, drawn by gnuplot. */
final class Plots {
  private Plots() {}

  /**
   * A chart: one metric of one benchmark or several, a bar for each subject, scenario and label.
   *
   * @param name of the file
   * @param title above it
   * @param axis beside it
   * @param metrics whose samples it shows
   */
  private record Chart(String name, String title, String axis, List<String> metrics) {}

  private static final List<Chart> CHARTS =
      List.of(
          new Chart("rate", "Rate at full load", "Mpps", List.of("mpps")),
          new Chart(
              "cycles",
              "Worker's cycles per packet",
              "TSC cycles",
              List.of("worker-cycles-per-packet")),
          new Chart(
              "stages",
              "One core: stages, tables and the whole pipeline",
              "ns",
              List.of("ns-per-operation")),
          new Chart("latency", "Latency at 1 Mpps", "ns", List.of("p50", "p99", "p99.9")),
          new Chart("lookup", "Longest prefix match", "ns per lookup", List.of("ns-per-lookup")));

  /** Draws what there are samples for and returns the names of the charts. */
  static List<String> draw(Path directory, List<RawFile> files) {
    List<Sample> samples =
        files.stream().flatMap(f -> f.samples().stream()).filter(Sample::isValid).toList();
    List<String> drawn = new ArrayList<>();
    for (Chart chart : CHARTS) {
      List<String> bars = bars(chart, samples);
      if (!bars.isEmpty()) {
        gnuplot(directory, chart, bars);
        drawn.add(chart.name());
      }
    }
    return drawn;
  }

  private static List<String> bars(Chart chart, List<Sample> samples) {
    TreeSet<String> names = new TreeSet<>();
    List<Sample> shown =
        samples.stream().filter(s -> chart.metrics().contains(s.metric())).toList();
    shown.forEach(sample -> names.add(name(chart, sample)));
    List<String> bars = new ArrayList<>();
    for (String name : names) {
      double[] values =
          shown.stream()
              .filter(sample -> name(chart, sample).equals(name))
              .mapToDouble(Sample::value)
              .sorted()
              .toArray();
      bars.add(
          "\"%s\" %s %s %s"
              .formatted(
                  name,
                  Figures.plain(Figures.median(values)),
                  Figures.plain(values[0]),
                  Figures.plain(values[values.length - 1])));
    }
    return bars;
  }

  private static String name(Chart chart, Sample sample) {
    String metric = chart.metrics().size() > 1 ? " " + sample.metric() : "";
    String label = sample.label().equals(Sample.ONE_CORE) ? "" : " " + sample.label();
    return sample.scenario() + metric + label + "\\n" + sample.subject();
  }

  private static void gnuplot(Path directory, Chart chart, List<String> bars) {
    int width = 160 + 85 * bars.size();
    String script =
        """
        set terminal svg size %d,420 font "sans-serif,11" background "white"
        set output "%s.svg"
        set title "%s"
        set ylabel "%s"
        set yrange [0:*]
        set style fill solid 0.6
        set boxwidth 0.6
        set grid ytics
        set xtics rotate by -35 noenhanced
        unset key
        $bars << END
        %s
        END
        plot $bars using 0:2:xtic(1) with boxes lc rgb "#3a6ea5", \\
             $bars using 0:2:3:4 with yerrorbars lc rgb "#222222" pt 0
        """
            .formatted(width, chart.name(), chart.title(), chart.axis(), String.join("\n", bars));
    try {
      Files.createDirectories(directory);
      Process process =
          new ProcessBuilder("gnuplot", "-")
              .directory(directory.toFile())
              .inheritIO()
              .redirectInput(ProcessBuilder.Redirect.PIPE)
              .start();
      try (var input = process.outputWriter()) {
        input.write(script);
      }
      if (process.waitFor() != 0) {
        throw new IllegalStateException("gnuplot failed on chart " + chart.name());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
