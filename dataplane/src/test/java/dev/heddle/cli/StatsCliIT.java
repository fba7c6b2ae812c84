package dev.heddle.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.heddle.observe.CountersFile;
import dev.heddle.observe.DaemonCounter;
import dev.heddle.observe.DropReason;
import dev.heddle.observe.EventCounter;
import dev.heddle.observe.InterfaceCounter;
import dev.heddle.observe.WorkerCounter;
import dev.heddle.observe.WorkerCounters;
import dev.heddle.port.memif.LinkEvent;
import dev.heddle.port.memif.LinkFault;
import dev.heddle.port.memif.channel.MemifEvents;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that read the counters file, as processes of their own. */
class StatsCliIT {
  private static final String LONG_NAME =
      "default/a-pod-with-quite-a-long-name-5d9c7b8f6-x2x4q/net1";

  @TempDir Path directory;
  private String path;
  private CountersFile counters;

  @BeforeEach
  void count() {
    path = directory.resolve("counters").toString();
    counters = CountersFile.create(Path.of(path), 2, 16, MemifEvents.all());
    counters.daemon(DaemonCounter.REVISION).setRelease(42);
    counters.slots().claim(0, "pod-a", "blue");
    counters.slots().claim(1, LONG_NAME, "blue");
    counters.slots().claim(2, "idle", "red");
    WorkerCounters worker = counters.worker(0);
    for (int i = 0; i < 10; i++) {
      worker.batch(100);
    }
    worker.batch(3);
    worker.add(WorkerCounter.BUSY_NS, 40_120);
    worker.add(WorkerCounter.IDLE_NS, 3 * 40_120);
    worker.set(WorkerCounter.REVISION, 42);
    InterfaceCounter.RX_PACKETS.add(worker.rowAddress(0), 1_003);
    InterfaceCounter.RX_BYTES.add(worker.rowAddress(0), 64_192);
    InterfaceCounter.TX_PACKETS.add(worker.rowAddress(1), 1_000);
    InterfaceCounter.TX_BYTES.add(worker.rowAddress(1), Long.MAX_VALUE);
    InterfaceCounter.CONSUMED.add(worker.rowAddress(0), 1);
    InterfaceCounter.drop(worker.rowAddress(0), DropReason.NO_ROUTE.ordinal(), 2);
    counters.slots().count(1, LinkEvent.CONNECTS);
    counters.slots().count(1, LinkFault.INDEX_JUMP);
    for (int i = 0; i < 4; i++) {
      counters.slots().count(EventCounter.NO_INTERFACE, LinkFault.INDEX_JUMP);
    }
  }

  @AfterEach
  void close() {
    counters.close();
  }

  @Test
  void shouldShowInterfacesWhenAsked() throws Exception {
    CliRun run = CliRun.of("show", "interface", "--file", path);
    assertThat(run).isEqualTo(new CliRun(0, golden("show-interface.txt"), ""));
  }

  @Test
  void shouldShowErrorsWithTheirMeaningWhenAsked() throws Exception {
    CliRun run = CliRun.of("show", "errors", "--file", path);
    assertThat(run).isEqualTo(new CliRun(0, golden("show-errors.txt"), ""));
  }

  @Test
  void shouldShowRuntimeWhenAsked() throws Exception {
    CliRun run = CliRun.of("show", "runtime", "--file", path);
    assertThat(run).isEqualTo(new CliRun(0, golden("show-runtime.txt"), ""));
  }

  @Test
  void shouldDumpEverythingWhenAskedForStats() throws Exception {
    CliRun run = CliRun.of("stats", "--check", "--file", path);
    assertThat(run.status()).isZero();
    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .containsPattern("(?m)^revision +42  " + DaemonCounter.REVISION.description())
        .containsPattern("(?m)^ +0  idle-ns +120360  nanoseconds")
        .contains("\n\n" + golden("show-interface.txt"))
        .containsPattern("\n\\(unknown\\) +memif-index-jump +4\n")
        .endsWith(
            """
            Worker  Packets in  Packets out
                 0        1003         1003  balanced
                 1           0            0  balanced
            """);
    assertThat(run.out().lines()).allMatch(line -> line.length() <= 80);
  }

  @Test
  void shouldHaveEveryCounterExactlyWhenAskedForJson() throws Exception {
    CliRun run = CliRun.of("stats", "-o", "json", "--file", path);
    assertThat(run.status()).isZero();
    JsonObject stats = JsonParser.parseString(run.out()).getAsJsonObject();
    assertThat(stats.keySet()).containsExactly("daemon", "workers", "interfaces", "departed");
    JsonObject daemon = stats.getAsJsonObject("daemon");
    assertThat(daemon.get("pid").getAsLong()).isEqualTo(ProcessHandle.current().pid());
    assertThat(daemon.get("running").getAsBoolean()).isTrue();
    assertThat(daemon.get("consistent").getAsBoolean()).isTrue();
    assertThat(daemon.getAsJsonObject("counters").get("revision").getAsLong()).isEqualTo(42);
    assertThat(daemon.getAsJsonObject("events").get("memif-index-jump").getAsLong()).isEqualTo(4);
    JsonObject worker = stats.getAsJsonArray("workers").get(0).getAsJsonObject();
    for (WorkerCounter counter : WorkerCounter.values()) {
      assertThat(worker.getAsJsonObject("counters").get(counter.label()).getAsLong())
          .isEqualTo(counters.worker(0).get(counter));
    }
    assertThat(worker.getAsJsonObject("accounting").get("balanced").getAsBoolean()).isTrue();
    JsonArray interfaces = stats.getAsJsonArray("interfaces");
    assertThat(interfaces).hasSize(3);
    JsonObject receiver = interfaces.get(1).getAsJsonObject();
    assertThat(receiver.get("name").getAsString()).isEqualTo(LONG_NAME);
    assertThat(receiver.get("generation").getAsLong()).isEqualTo(1);
    assertThat(receiver.getAsJsonObject("counters").get("tx-bytes").getAsLong())
        .isEqualTo(Long.MAX_VALUE);
    assertThat(receiver.getAsJsonObject("drops").keySet()).hasSize(DropReason.values().length);
    assertThat(receiver.getAsJsonObject("events").get("memif-connects").getAsLong()).isEqualTo(1);
    assertThat(receiver.getAsJsonArray("workers")).hasSize(2);
  }

  @Test
  void shouldFailTheCheckWhenACounterIsFalse() throws Exception {
    InterfaceCounter.HELD.add(counters.rowAddress(1, 2), 1);
    CliRun run = CliRun.of("stats", "--check", "-o", "json", "--file", path);
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err())
        .isEqualTo(
            "heddle: worker 1: 0 packets came in and 1 are accounted for; interfaces say that it"
                + " received 0, the worker itself 0\n");
  }

  @Test
  void shouldLoadNoGrpcWhenOnlyCountersAreRead() throws Exception {
    Path classes = directory.resolve("classes");
    CliRun run = CliRun.of(List.of("-Xlog:class+load:file=" + classes), "stats", "--file", path);
    assertThat(run.status()).isZero();
    assertThat(Files.readString(classes))
        .contains("dev.heddle.cli.StatsCommand")
        .doesNotContain("io.grpc.", "com.google.protobuf.", "io.netty.", "ch.qos.logback.");
  }

  @Test
  void shouldSayWhatIsWrongWhenTheFileIsMissing() throws Exception {
    CliRun run = CliRun.of("show", "errors", "--file", path + "-not");
    assertThat(run)
        .isEqualTo(
            new CliRun(
                1,
                "",
                "heddle: there is no counters file "
                    + path
                    + "-not: start the daemon, or name its file with --file\n"));
  }

  @Test
  void shouldSayWhatIsWrongWhenTheFileIsNone() throws Exception {
    Path other = Files.write(directory.resolve("other"), new byte[8192]);
    CliRun run = CliRun.of("stats", "--file", other.toString());
    assertThat(run).isEqualTo(new CliRun(1, "", "heddle: " + other + " is not a counters file\n"));
  }

  @Test
  void shouldSayWhatThereIsWhenAnInterfaceIsUnknown() throws Exception {
    CliRun run = CliRun.of("show", "interface", "pod-z", "--file", path);
    assertThat(run)
        .isEqualTo(
            new CliRun(
                1, "", "heddle: there is no interface 'pod-z': heddle show interface lists all\n"));
  }

  @Test
  void shouldExplainUsageWhenTheCommandLineMakesNoSense() throws Exception {
    assertThat(CliRun.of("show"))
        .isEqualTo(
            new CliRun(
                2,
                "",
                "heddle: Missing what to show: interface, errors, runtime, worker, memif,"
                    + " neighbor, vrf, route, endpoint, node, tunnel, mtu\n"
                    + "Try 'heddle show --help'.\n"));
    assertThat(CliRun.of("stats", "-o", "xml").status()).isEqualTo(2);
    assertThat(CliRun.of().status()).isEqualTo(2);
  }

  private static String golden(String name) throws IOException {
    try (InputStream file = StatsCliIT.class.getResourceAsStream(name)) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
