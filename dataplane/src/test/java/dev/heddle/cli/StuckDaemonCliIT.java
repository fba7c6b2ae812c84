package dev.heddle.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.heddle.api.Addresses;
import dev.heddle.api.HeddleClient;
import dev.heddle.api.Operations;
import dev.heddle.api.v1.Network;
import dev.heddle.daemon.HeddleDaemon;
import dev.heddle.observe.JavaProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The counters of a daemon that no longer does anything, or is no longer there. */
class StuckDaemonCliIT {
  private static final Duration DEADLINE = Duration.ofMinutes(2);

  @TempDir Path directory;
  private Path socket;
  private String counters;
  private Process daemon;

  @BeforeEach
  void start() throws Exception {
    socket = directory.resolve("api.sock");
    counters = directory.resolve("counters").toString();
    daemon =
        JavaProcess.builder(HeddleDaemon.class, "--socket=" + socket, "--counters=" + counters)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("log").toFile())
            .start();
    long deadlineNs = System.nanoTime() + DEADLINE.toNanos();
    while (!Files.exists(socket)) {
      assertThat(daemon.isAlive() && System.nanoTime() < deadlineNs).isTrue();
      Thread.yield();
    }
    try (HeddleClient client = HeddleClient.connect(socket, DEADLINE)) {
      client.apply(
          Operations.upsert(
              Network.newBuilder()
                  .setName("blue")
                  .setVni(56)
                  .setRange4(Addresses.parsePrefix("172.19.0.0/16"))
                  .build()));
    }
  }

  @AfterEach
  void stop() throws InterruptedException {
    daemon.destroyForcibly().waitFor();
  }

  @Test
  void shouldDumpCountersAndSayWhatIsWrongWhenTheDaemonIsStuckAndThenKilled() throws Exception {
    assertThat(networks("")).isEqualTo(1);

    signal("STOP");
    String pid = "heddle: daemon pid " + daemon.pid();
    awaitNote(pid + " is running but its control side is stuck; last update .+ ago\\)\n");
    CliRun check = CliRun.of("stats", "--check", "--file", counters);
    assertThat(check.status()).isZero();
    assertThat(check.out()).contains("balanced");
    for (String what : new String[] {"interface", "errors", "runtime"}) {
      assertThat(CliRun.of("show", what, "--file", counters).status()).as(what).isZero();
    }

    CliRun top = CliRun.of("top", "--count=1", "--interval=0.1", "--file", counters);
    assertThat(top.status()).isZero();
    assertThat(top.out())
        .contains(", pid " + daemon.pid() + ", interfaces 0;")
        .contains("daemon pid " + daemon.pid() + " is running but its control side is stuck");

    daemon.destroyForcibly().waitFor();
    assertThat(networks(pid + " is not running; last update .+ ago\\)\n")).isEqualTo(1);
  }

  private void signal(String name) throws Exception {
    // The shell's own, since a program of this name need not be there.
    String command = "kill -s " + name + " " + daemon.pid();
    assertThat(new ProcessBuilder("sh", "-c", command).start().waitFor()).isZero();
  }

  /** Asks until the heartbeat has been missing for long enough. */
  private void awaitNote(String note) throws Exception {
    long deadlineNs = System.nanoTime() + DEADLINE.toNanos();
    CliRun run = CliRun.of("stats", "--file", counters);
    while (!run.err().matches(note)) {
      assertThat(run.err()).isEmpty();
      assertThat(System.nanoTime()).isLessThan(deadlineNs);
      run = CliRun.of("stats", "--file", counters);
    }
    assertThat(run.status()).isZero();
  }

  /** How many networks there are by the dump, which must come with this note. */
  private long networks(String note) throws Exception {
    CliRun run = CliRun.of("stats", "-o", "json", "--file", counters);
    assertThat(run.status()).isZero();
    assertThat(run.err()).matches(note);
    JsonObject dumped =
        JsonParser.parseString(run.out()).getAsJsonObject().getAsJsonObject("daemon");
    return dumped.getAsJsonObject("counters").get("networks").getAsLong();
  }
}
