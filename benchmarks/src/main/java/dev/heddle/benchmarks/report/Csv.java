package dev.heddle.benchmarks.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Comma-separated files with a header; a field with a comma or a quote is quoted (RFC 4180). */
final class Csv {
  private Csv() {}

  static void write(Path file, List<String> header, List<List<String>> rows) {
    List<String> lines = new ArrayList<>();
    lines.add(line(header));
    rows.forEach(row -> lines.add(line(row)));
    try {
      Files.createDirectories(file.getParent());
      Files.write(file, lines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The rows without the header. */
  static List<List<String>> read(Path file) {
    try {
      return Files.readAllLines(file).stream().skip(1).map(Csv::fields).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String line(List<String> fields) {
    return String.join(",", fields.stream().map(Csv::quoted).toList());
  }

  static List<String> fields(String line) {
    List<String> fields = new ArrayList<>();
    StringBuilder field = new StringBuilder();
    boolean inQuotes = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '"' && inQuotes && i + 1 < line.length() && line.charAt(i + 1) == '"') {
        field.append('"');
        i++;
      } else if (c == '"') {
        inQuotes = !inQuotes;
      } else if (c == ',' && !inQuotes) {
        fields.add(field.toString());
        field.setLength(0);
      } else {
        field.append(c);
      }
    }
    fields.add(field.toString());
    return fields;
  }

  private static String quoted(String field) {
    String oneLine = field.replace('\n', ' ');
    return oneLine.contains(",") || oneLine.contains("\"")
        ? '"' + oneLine.replace("\"", "\"\"") + '"'
        : oneLine;
  }
}
