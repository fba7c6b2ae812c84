package dev.heddle.hostile;

import static dev.heddle.api.Operations.deleteRoute;
import static dev.heddle.api.Operations.drop;
import static dev.heddle.api.Operations.upsertRoute;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.cli.HeddleCli;
import dev.heddle.ffi.linux.UnixAddress;
import dev.heddle.observe.JavaProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Peers must show the secret whatever becomes of the file and the daemon that have it. */
class MemifSecretIT {
  private static final String SECRET = "open sesame";

  private static final String STATE =
      """
      uplinks:
      - address4: 192.0.2.1
        prefix_length4: 24
        memif: {role: server, socket: %1$s/uplink, secret: %2$s}
      networks:
      - {name: blue, vni: 56, range4: 172.19.0.0/16}
      endpoints:
      - name: alice
        network: blue
        addresses: [172.19.0.2]
        mac: 02:00:00:00:00:02
        memif: {role: server, socket: %1$s/alice, secret: %2$s}
      """;

  @TempDir Path directory;
  private DaemonProcess daemon;

  @BeforeEach
  void start() throws IOException {
    daemon = new DaemonProcess(directory);
    daemon.start();
  }

  @AfterEach
  void stop() throws InterruptedException {
    daemon.stop();
  }

  private Path file(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
  }

  private Path export() throws Exception {
    String exported = cli(0, "export");
    assertThat(exported).contains("secret_set: true").doesNotContain(SECRET);
    return file("exported.yaml", exported);
  }

  /** What {@code heddle} says, run as a process of its own that must end with this status. */
  private String cli(int status, String... words) throws Exception {
    List<String> arguments = new ArrayList<>(List.of(words));
    arguments.add("--socket=" + daemon.socket());
    Process process =
        JavaProcess.builder(HeddleCli.class, arguments.toArray(String[]::new))
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isEqualTo(status);
    return said;
  }

  /** Both sockets let a peer in that shows the secret, and nobody else. */
  private void assertSecretIsDemanded() {
    for (String name : List.of("alice", "uplink")) {
      UnixAddress socket = UnixAddress.ofPath(directory.resolve(name));
      for (String wrong : List.of("", "open barley")) {
        try (ControlLine line = ControlLine.to(socket)) {
          introduce(line, wrong);
          assertThat(line.awaitEnd()).contains("secret").doesNotContain(SECRET);
        }
      }
      try (ControlLine line = ControlLine.to(socket)) {
        introduce(line, SECRET);
        line.expect(ControlWire.ACK);
      }
    }
  }

  private static void introduce(ControlLine line, String secret) {
    line.expect(ControlWire.HELLO);
    line.send(ControlWire.init(ControlWire.VERSION, 0, ControlWire.MODE_ETHERNET, secret));
  }

  @Test
  void shouldKeepSecretsWhenAnExportIsApplied() throws Exception {
    Path original = file("original.yaml", STATE.formatted(directory, SECRET));
    assertThat(cli(0, "apply", "-f", original.toString())).isEqualTo("revision 1\n");
    String exported = export().toString();

    assertThat(cli(0, "diff", "-f", exported)).isEmpty();
    assertThat(cli(0, "diff", "--replace", "-f", exported)).isEmpty();
    assertThat(cli(0, "apply", "-f", exported)).isEqualTo("revision 1\n");
    assertThat(cli(0, "apply", "--replace", "-f", exported)).isEqualTo("revision 1\n");
    assertSecretIsDemanded();

    String shorter =
        Files.readString(Path.of(exported))
            .replace("- name: alice\n", "- name: alice\n  mtu: 1400\n");
    String changed = file("changed.yaml", shorter).toString();
    assertThat(cli(3, "diff", "--replace", "-f", changed))
        .isEqualTo("~ endpoint alice\n    mtu: 0 -> 1400\n");
    assertThat(cli(0, "apply", "--replace", "-f", changed)).isEqualTo("revision 2\n");
    assertSecretIsDemanded();

    daemon.kill();
    daemon.start();
    assertSecretIsDemanded();
    assertThat(cli(0, "apply", "--replace", "-f", changed)).isEqualTo("revision 2\n");
    assertThat(cli(0, "diff", "--replace", "-f", export().toString())).isEmpty();
  }

  @Test
  void shouldStillDemandTheSecretWhenTheJournalHasBegunAnew() throws Exception {
    Path original = file("original.yaml", STATE.formatted(directory, SECRET));
    cli(0, "apply", "-f", original.toString());
    long bytes = 0;
    for (long before = -1; bytes > before; bytes = daemon.journal().toFile().length()) {
      before = bytes;
      daemon.apply(upsertRoute("blue", "10.0.0.0/8", drop()));
      daemon.apply(deleteRoute("blue", "10.0.0.0/8"));
    }
    daemon.kill();
    daemon.start();
    assertSecretIsDemanded();
    assertThat(cli(0, "diff", "--replace", "-f", export().toString())).isEmpty();
  }

  @Test
  void shouldTellLineAndRemedyWhenThereIsNoSecretToKeep() throws Exception {
    Path original = file("original.yaml", STATE.formatted(directory, SECRET));
    cli(0, "apply", "-f", original.toString());
    Path exported = export();
    cli(0, "apply", "--replace", "-f", file("nothing.yaml", "networks: []\n").toString());

    assertThat(cli(1, "apply", "-f", exported.toString()).lines())
        .containsExactlyInAnyOrder(
            refusal(exported, 0, "uplink (default)"), refusal(exported, 1, "endpoint alice"));
    assertThat(cli(1, "diff", "-f", exported.toString())).contains("memif.secret_set true: ");

    // With the secret in its place it is taken.
    String withSecret = Files.readString(exported).replace("secret_set: true", "secret: " + SECRET);
    cli(0, "apply", "-f", file("secret.yaml", withSecret).toString());
    assertSecretIsDemanded();
  }

  /** What is said of the n-th line with a kept secret. */
  private static String refusal(Path file, int nth, String object) throws IOException {
    List<String> lines = Files.readAllLines(file);
    int line = -1;
    for (int left = nth; left >= 0; left--) {
      do {
        line++;
      } while (!lines.get(line).contains("secret_set: true"));
    }
    return "heddle: "
        + file
        + ":"
        + (line + 1)
        + ": "
        + object
        + ": memif.secret_set true: there is no secret to keep, since it is not there or has none;"
        + " give the secret, or leave secret_set out";
  }
}
