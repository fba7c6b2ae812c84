package dev.heddle.cli;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.function.Consumer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Where and how a command writes; the option that says so. */
final class Output {
  private static final int NARROWEST_COLUMNS = 40;
  private static final int USUAL_LINES = 24;

  /** Writes one value, as JSON, to a writer which may make something else of it. */
  interface JsonValue {
    void write(JsonWriter json) throws IOException;
  }

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      defaultValue = "table",
      description = "table, json or yaml. Default: ${DEFAULT-VALUE}.")
  private OutputFormat format;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  /** Writes the one of both that the user asked for. */
  void write(Consumer<PrintWriter> table, JsonValue value) {
    PrintWriter out = command.commandLine().getOut();
    switch (format) {
      case TABLE -> table.accept(out);
      case JSON -> writeJson(out, "  ", value);
      case YAML -> writeYaml(out, false, value);
    }
  }

  /** Writes one of many things as it comes: a line, an object a line or a document of YAML. */
  void writeNext(String line, JsonValue value) {
    PrintWriter out = command.commandLine().getOut();
    switch (format) {
      case TABLE -> out.println(line);
      case JSON -> writeJson(out, "", value);
      case YAML -> writeYaml(out, true, value);
    }
    out.flush();
  }

  // The writer below is the process's own, so it is flushed and not closed.
  @SuppressWarnings("resource")
  private static void writeJson(PrintWriter out, String indent, JsonValue value) {
    try {
      JsonWriter json = new JsonWriter(out);
      json.setIndent(indent);
      value.write(json);
      json.flush();
      out.println();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // Not closed where the value fails: half a document cannot be completed.
  @SuppressWarnings("resource")
  private static void writeYaml(PrintWriter out, boolean oneOfMany, JsonValue value) {
    try {
      YamlWriter yaml = new YamlWriter(out, oneOfMany);
      value.write(yaml);
      yaml.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether the user asked for text. */
  boolean isTable() {
    return format == OutputFormat.TABLE;
  }

  /** Where it writes. */
  PrintWriter out() {
    return command.commandLine().getOut();
  }

  /** Tells something besides the result, on standard error. */
  void note(String text) {
    command.commandLine().getErr().println("heddle: " + text);
  }

  /** Writes a member that is an array of texts. */
  static void writeTexts(JsonWriter json, String name, Iterable<String> texts) throws IOException {
    json.name(name).beginArray();
    for (String text : texts) {
      json.value(text);
    }
    json.endArray();
  }

  /** The terminal's width in characters, which bin/heddle passes on; without one, no limit. */
  static int widthCharacters() {
    return Math.max(environment("COLUMNS", Integer.MAX_VALUE), NARROWEST_COLUMNS);
  }

  /** The terminal's height in lines, which bin/heddle passes on; without it, what most have. */
  static int heightLines() {
    return environment("LINES", USUAL_LINES);
  }

  private static int environment(String name, int otherwise) {
    String value = System.getenv(name);
    return value == null || !value.matches("[1-9][0-9]{0,4}") ? otherwise : Integer.parseInt(value);
  }
}
