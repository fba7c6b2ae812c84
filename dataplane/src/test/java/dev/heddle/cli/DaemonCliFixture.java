package dev.heddle.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonParser;
import dev.heddle.api.Addresses;
import dev.heddle.api.v1.Endpoint;
import dev.heddle.api.v1.Memif;
import dev.heddle.daemon.TestDaemon;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A whole daemon in this process, and the command line that talks to it. */
abstract class DaemonCliFixture {
  @TempDir Path directory;
  TestDaemon daemon;
  String out;
  String err;

  @BeforeEach
  void start() {
    daemon = new TestDaemon(directory, 2);
  }

  @AfterEach
  void stop() {
    daemon.close();
  }

  /** Runs a command; returns its exit status. */
  int run(String commandLine) {
    List<String> arguments = new ArrayList<>(List.of(commandLine.split(" ")));
    arguments.addAll(List.of("--socket", directory.resolve("control").toString()));
    StringWriter outText = new StringWriter();
    StringWriter errText = new StringWriter();
    int status =
        HeddleCli.commandLine(new PrintWriter(outText), new PrintWriter(errText, true))
            .execute(arguments.toArray(String[]::new));
    out = outText.toString();
    err = errText.toString();
    return status;
  }

  /** Runs a command that must print this. */
  void assertPrints(String commandLine, String expected) {
    int status = run(commandLine);
    assertThat(err).isEmpty();
    assertThat(out).isEqualTo(expected);
    assertThat(status).isZero();
  }

  /** Runs a command that must print an array. */
  JsonArray json(String commandLine) {
    int status = run(commandLine + " -o json");
    assertThat(err).isEmpty();
    assertThat(status).isZero();
    return JsonParser.parseString(out).getAsJsonArray();
  }

  /** An endpoint at a socket that Heddle listens on. */
  Endpoint endpoint(String name, String network, String address) {
    return Endpoint.newBuilder()
        .setName(name)
        .setNetwork(network)
        .addAddresses(Addresses.parse(address))
        .setMac(Addresses.parseMac("02:00:00:00:00:0a"))
        .setMemif(
            Memif.newBuilder()
                .setRole(Memif.Role.ROLE_SERVER)
                .setSocket(directory.resolve(name).toString()))
        .build();
  }
}
