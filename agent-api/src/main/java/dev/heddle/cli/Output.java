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

  /** Writes one JSON value. */
  interface JsonValue {
    void write(JsonWriter json) throws IOException;
  }

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      defaultValue = "table",
      description = "table or json. Default: ${DEFAULT-VALUE}.")
  private OutputFormat format;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  /** Writes the one of both that the user asked for. */
  void write(Consumer<PrintWriter> table, JsonValue jsonValue) {
    PrintWriter out = command.commandLine().getOut();
    if (format == OutputFormat.TABLE) {
      table.accept(out);
      return;
    }
    try {
      // The writer is the process's own, so the JSON is flushed and not closed.
      @SuppressWarnings("resource")
      JsonWriter json = new JsonWriter(out);
      json.setIndent("  ");
      jsonValue.write(json);
      json.flush();
      out.println();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
    String columns = System.getenv("COLUMNS");
    if (columns == null || !columns.matches("[1-9][0-9]{0,4}")) {
      return Integer.MAX_VALUE;
    }
    return Math.max(Integer.parseInt(columns), NARROWEST_COLUMNS);
  }
}
