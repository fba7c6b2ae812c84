package dev.heddle.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.api.Addresses;
import dev.heddle.api.HeddleClient;
import dev.heddle.api.Operations;
import dev.heddle.api.v1.LogLevelStatus.Level;
import dev.heddle.api.v1.Network;
import dev.heddle.cli.HeddleCli;
import dev.heddle.observe.JavaProcess;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a daemon logs, how a line looks, and who may change its level. */
class LogIT {
  private static final Duration TIMEOUT = Duration.ofMinutes(1);
  private static final long DEADLINE_SECONDS = 120;

  @TempDir Path directory;
  private Path socket;
  private Process daemon;

  @BeforeEach
  void start() throws Exception {
    socket = directory.resolve("api.sock");
    configure("log-level: info");
    ProcessBuilder builder =
        JavaProcess.builder(
                List.of("-Dlogback.configurationFile=logback.xml"),
                HeddleDaemon.class,
                "--socket=" + socket,
                "--counters=" + directory.resolve("counters"),
                "--config=" + directory.resolve("heddled.yaml"))
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("log").toFile());
    // Whoever runs the tests may ignore the signal, which programs inherit and Java then respects.
    builder.command().addAll(0, List.of("env", "--default-signal=HUP"));
    daemon = builder.start();
    await(() -> lines().stream().anyMatch(line -> line.contains(" HeddleDaemon: serving ")));
  }

  @AfterEach
  void stop() throws InterruptedException {
    daemon.destroyForcibly().waitFor();
  }

  private void configure(String... lines) throws IOException {
    Files.write(directory.resolve("heddled.yaml"), List.of(lines));
  }

  private List<String> lines() {
    try {
      return Files.readAllLines(directory.resolve("log"));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private void await(BooleanSupplier condition) {
    long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
    while (!condition.getAsBoolean()) {
      assertThat(daemon.isAlive() && System.nanoTime() < deadlineNs).as("%s", lines()).isTrue();
      Thread.yield();
    }
  }

  private void hangUp() throws Exception {
    String command = "kill -s HUP " + daemon.pid();
    assertThat(new ProcessBuilder("sh", "-c", command).start().waitFor()).isZero();
  }

  private String heddle(int status, String... command) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    List<String> all = new ArrayList<>(Arrays.asList(command));
    all.add("--socket=" + socket);
    assertThat(
            HeddleCli.commandLine(new PrintWriter(out, true), new PrintWriter(err, true))
                .execute(all.toArray(String[]::new)))
        .isEqualTo(status);
    return status == 0 ? out.toString() : err.toString();
  }

  @Test
  void shouldLogAsFileApiAndCommandSay() throws Exception {
    assertThat(lines())
        .anyMatch(line ->
            line.matches(
                "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}\\S+ INFO  HeddleDaemon: serving"
                    + " version=\"\\S+\" workers=\"1\" socket=\""
                    + socket
                    + "\""));
    try (HeddleClient client = HeddleClient.connect(socket, TIMEOUT)) {
      assertThat(client.logLevel().getLevel()).isEqualTo(Level.LEVEL_INFO);
      add(client, "one", 1);
      assertThat(heddle(0, "log", "level", "debug")).isEqualTo("debug\n");
      add(client, "two", 2);
      await(() ->
          lines().stream().anyMatch(line -> line.endsWith(": a revision runs revision=\"2\"")));
      assertThat(lines()).noneMatch(line -> line.contains("revision=\"1\""));

      configure("log-level: warn");
      awaitLevel(client, Level.LEVEL_WARN);
      assertThat(heddle(0, "log", "level")).isEqualTo("warn\n");

      configure("log-level: loud");
      hangUp();
      await(() ->
          lines().stream()
              .anyMatch(line ->
                  line.contains(" ERROR HeddleDaemon: the log level stays reason=")
                      && line.contains("heddled.yaml:1: log-level: Invalid value")));
      assertThat(client.logLevel().getLevel()).isEqualTo(Level.LEVEL_WARN);
      assertThat(client.setLogLevel(Level.LEVEL_ERROR).getLevel()).isEqualTo(Level.LEVEL_ERROR);
      assertThatThrownBy(() -> client.setLogLevel(Level.LEVEL_UNSPECIFIED))
          .hasMessage("INVALID_ARGUMENT: log: level (none): give error, warn, info or debug");
      assertThat(client.logLevel().getLevel()).isEqualTo(Level.LEVEL_ERROR);
    }
    assertThat(heddle(2, "log", "level", "loud")).contains("ERROR, WARN, INFO, DEBUG");
  }

  private void awaitLevel(HeddleClient client, Level level) throws Exception {
    hangUp();
    await(() -> client.logLevel().getLevel() == level);
  }

  private static void add(HeddleClient client, String network, int vni) {
    client.apply(
        Operations.upsert(
            Network.newBuilder()
                .setName(network)
                .setVni(vni)
                .setRange4(Addresses.parsePrefix("172.19.0.0/16"))
                .build()));
  }
}
