package dev.heddle.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A daemon that takes down what it is told, and a command line that talks to it. */
abstract class ControlCliFixture {
  @TempDir Path directory;
  RecordingDaemon daemon;
  int status;
  String out;
  String err;

  @BeforeEach
  void start() throws Exception {
    daemon = RecordingDaemon.on(directory.resolve("heddle.sock"));
  }

  @AfterEach
  void stop() throws Exception {
    daemon.close();
  }

  void run(String commandLine) {
    List<String> arguments = new ArrayList<>(List.of(commandLine.split(" ")));
    if (arguments.size() > 1) {
      arguments.add("--socket=" + directory.resolve("heddle.sock"));
    }
    StringWriter outText = new StringWriter();
    StringWriter errText = new StringWriter();
    status =
        HeddleCli.commandLine(new PrintWriter(outText), new PrintWriter(errText))
            .execute(arguments.toArray(String[]::new));
    out = outText.toString();
    err = errText.toString();
  }

  void assertDone() {
    assertDone("revision " + daemon.applied.size() + "\n");
  }

  void assertDone(String expected) {
    assertThat(err).isEmpty();
    assertThat(out).isEqualTo(expected);
    assertThat(status).isZero();
  }

  JsonObject onlyOne() {
    assertThat(err).isEmpty();
    JsonArray all = JsonParser.parseString(out).getAsJsonArray();
    assertThat(all).hasSize(1);
    return all.get(0).getAsJsonObject();
  }
}
