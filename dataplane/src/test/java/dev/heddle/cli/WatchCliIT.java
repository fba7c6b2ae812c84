package dev.heddle.cli;

import static dev.heddle.api.Operations.drop;
import static dev.heddle.api.Operations.toEndpoint;
import static dev.heddle.api.Operations.upsert;
import static dev.heddle.api.Operations.upsertRoute;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.api.Addresses;
import dev.heddle.api.Operations;
import dev.heddle.api.v1.Endpoint;
import dev.heddle.api.v1.Memif;
import dev.heddle.api.v1.Network;
import dev.heddle.api.v1.Routes;
import dev.heddle.daemon.TestDaemon;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code heddle watch} with a whole daemon. */
class WatchCliIT {
  @TempDir Path directory;
  private TestDaemon daemon;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void start() {
    daemon = new TestDaemon(directory, 1);
    daemon.apply(
        upsert(
            Network.newBuilder()
                .setName("blue")
                .setVni(56)
                .setRange4(Addresses.parsePrefix("172.19.0.0/16"))
                .build()));
    daemon.apply(
        upsert(
            Endpoint.newBuilder()
                .setName("a")
                .setNetwork("blue")
                .addAddresses(Addresses.parse("172.19.0.10"))
                .setMac(Addresses.parseMac("02:00:00:00:00:0a"))
                .setMemif(
                    Memif.newBuilder()
                        .setRole(Memif.Role.ROLE_SERVER)
                        .setSocket(directory.resolve("a").toString()))
                .build()),
        upsertRoute("blue", "10.0.0.0/8", toEndpoint("a")));
  }

  @AfterEach
  void stop() {
    daemon.close();
  }

  private int watch(String... options) {
    List<String> all =
        new ArrayList<>(List.of("watch", "--socket", directory.resolve("control").toString()));
    all.addAll(List.of(options));
    return HeddleCli.commandLine(new PrintWriter(out), new PrintWriter(err, true))
        .execute(all.toArray(String[]::new));
  }

  @Test
  void shouldTellALineForEachChangeAndWhatIsUp() {
    daemon.apply(Operations.deleteRoute("blue", "10.0.0.0/8"));
    assertThat(watch("--since", "0", "--count", "6")).isZero();
    assertThat(out.toString().lines().toList())
        .containsExactlyInAnyOrder(
            "observed: endpoint a down",
            "observed: worker 0 up",
            "revision 1: upsert network blue",
            "revision 2: upsert endpoint a",
            "revision 2: upsert routes of blue: 10.0.0.0/8",
            "revision 3: delete routes of blue: 10.0.0.0/8");
  }

  @Test
  void shouldShortenManyRoutes() {
    Routes.Builder routes = Routes.newBuilder().setNetwork("blue").addNextHops(drop());
    for (int i = 0; i < 10; i++) {
      routes.addPrefixes(Addresses.parsePrefix("11." + i + ".0.0/16"));
    }
    daemon.apply(upsert(routes.build()));
    assertThat(watch("--since", "2", "--count", "3")).isZero();
    assertThat(out.toString().lines().toList().getLast())
        .isEqualTo(
            "revision 3: upsert routes of blue: 11.0.0.0/16 11.1.0.0/16 11.2.0.0/16 11.3.0.0/16"
                + " and 6 more");
  }

  @Test
  void shouldTellAnObjectALineForPrograms() {
    assertThat(watch("--since", "1", "--count", "4", "-o", "json")).isZero();
    assertThat(out.toString().lines().toList())
        .containsExactlyInAnyOrder(
            "{\"state\":\"down\",\"kind\":\"endpoint\",\"name\":\"a\"}",
            "{\"state\":\"up\",\"kind\":\"worker\",\"name\":\"0\"}",
            "{\"revision\":2,\"change\":\"upsert\",\"kind\":\"endpoint\",\"name\":\"a\"}",
            "{\"revision\":2,\"change\":\"upsert\",\"kind\":\"routes\",\"name\":\"blue\","
                + "\"prefixes\":[\"10.0.0.0/8\"]}");
  }

  @Test
  void shouldTellADocumentEachWhenAskedForYaml() {
    assertThat(watch("--since", "1", "--count", "4", "-o", "yaml")).isZero();
    assertThat(out.toString())
        .contains(
            """
            ---
            revision: 2
            change: upsert
            kind: routes
            name: blue
            prefixes:
            - "10.0.0.0/8"
            """)
        .contains(
            """
            ---
            state: down
            kind: endpoint
            name: a
            """);
  }

  @Test
  void shouldSayWhatIsWrongWithARevision() {
    assertThat(watch("--since", "77")).isEqualTo(1);
    assertThat(err.toString())
        .startsWith(
            "heddle: watch: since_revision 77: the daemon is at 2, so it was another run's");
    assertThat(watch("--since", "-1")).isEqualTo(2);
    assertThat(watch("--count", "0")).isEqualTo(2);
    assertThat(err.toString())
        .contains("--since -1: no revision; give one that a listing told")
        .contains("--count 0: nothing to tell; give 1 or more");
  }
}
