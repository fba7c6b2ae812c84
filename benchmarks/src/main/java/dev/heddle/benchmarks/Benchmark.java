package dev.heddle.benchmarks;

import dev.heddle.benchmarks.report.Sample;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** One benchmark that can be run alone. */
public interface Benchmark {
  /** Its name on the command line and of its raw file. */
  String id();

  /** What it measures, in a line. */
  String what();

  /** Measures; called on a thread pinned to the harness's core. */
  List<Sample> run(Context context) throws Exception;

  /**
   * What a benchmark finds around it.
   *
   * @param directory an empty directory for sockets and logs
   * @param root the project's own directory
   */
  record Context(Path directory, Path root) {
    /** A new directory in it. */
    public Path directory(String name) {
      try {
        return Files.createDirectory(directory.resolve(name));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** Tells the person who waits. */
    public void log(String line) {
      System.out.println("  " + line);
    }

    /** Tells the rates among some samples, and that runs were thrown away. */
    public List<Sample> log(List<Sample> samples) {
      samples.stream()
          .filter(sample -> sample.metric().equals("mpps"))
          .forEach(sample ->
              log(
                  "run %d %-8s %s: %.2f Mpps, %s%s"
                      .formatted(
                          sample.run(),
                          sample.subject(),
                          sample.scenario(),
                          sample.value(),
                          sample.label(),
                          sample.isValid() ? "" : ", thrown away: " + sample.valid())));
      return samples;
    }
  }
}
