package dev.heddle.benchmarks.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The samples of one benchmark in a file, with what they were measured on: machine, commit and
 * command stand in every row, so that rows can be cited alone.
 *
 * @param machine what it ran on
 * @param commit what was measured
 * @param command how to do it again
 * @param samples the values
 */
public record RawFile(String machine, String commit, String command, List<Sample> samples) {
  private static final List<String> COLUMNS =
      Stream.concat(Sample.COLUMNS.stream(), Stream.of("machine", "commit", "command")).toList();

  public RawFile {
    samples = List.copyOf(samples);
  }

  /** Writes {@code directory/benchmark.csv}. */
  public void write(Path directory, String benchmark) {
    List<List<String>> rows = new ArrayList<>();
    for (Sample sample : samples) {
      List<String> row = new ArrayList<>(sample.fields());
      row.addAll(List.of(machine, commit, command));
      rows.add(row);
    }
    Csv.write(directory.resolve(benchmark + ".csv"), COLUMNS, rows);
  }

  /** Reads a file that {@link #write} or another benchmark in its form has written. */
  public static RawFile read(Path file) {
    List<List<String>> rows = Csv.read(file);
    if (rows.isEmpty()) {
      return new RawFile("", "", "", List.of());
    }
    int size = Sample.COLUMNS.size();
    List<String> first = rows.getFirst();
    return new RawFile(
        first.get(size),
        first.get(size + 1),
        first.get(size + 2),
        rows.stream().map(Sample::of).toList());
  }

  /** All files of a directory, by name. */
  public static List<RawFile> readAll(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> file.toString().endsWith(".csv"))
          .sorted()
          .map(RawFile::read)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
