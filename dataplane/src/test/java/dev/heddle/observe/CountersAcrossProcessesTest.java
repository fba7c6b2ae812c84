package dev.heddle.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.api.stats.Accounting;
import dev.heddle.api.stats.Accounting.Balance;
import dev.heddle.api.stats.CountersFileReader;
import dev.heddle.api.stats.Snapshot;
import dev.heddle.api.stats.Snapshot.InterfaceStats;
import dev.heddle.cli.HeddleCli;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One process counts, another reads. */
class CountersAcrossProcessesTest {
  private static final int SNAPSHOTS = 300;

  @TempDir Path directory;
  private Path path;
  private Process writer;
  private BufferedReader writerSays;

  @BeforeEach
  void startWriter() throws Exception {
    path = directory.resolve("counters");
    writer = JavaProcess.builder(CountersWriterMain.class, path.toString()).start();
    writerSays = writer.inputReader(StandardCharsets.UTF_8);
    assertThat(writerSays.readLine()).isEqualTo("counting");
  }

  @AfterEach
  void killWriter() throws Exception {
    writer.destroyForcibly().waitFor();
  }

  @Test
  void shouldSeeWholeInterfacesWhenTheyComeAndGo() {
    try (CountersFileReader reader = CountersFileReader.open(path)) {
      long newest = 0;
      long departedPackets = 0;
      // The writer may get no turn while this process takes all its snapshots: wait for it too.
      for (int consistent = 0;
          consistent < SNAPSHOTS || newest <= CountersWriterMain.INTERFACES; ) {
        Snapshot snapshot = reader.snapshot();
        if (!snapshot.consistent()) {
          continue;
        }
        consistent++;
        for (InterfaceStats pod : snapshot.interfaces()) {
          newest = Math.max(newest, checkedTurn(snapshot, pod));
        }
        long departed = snapshot.departed().total(snapshot.column("rx-packets"));
        assertThat(departed).isGreaterThanOrEqualTo(departedPackets);
        assertThat(departed % CountersWriterMain.PACKETS_PER_TURN).isZero();
        departedPackets = departed;
      }
    }
  }

  @Test
  void shouldReadTheLastCountsWhenTheWriterWasKilled() throws Exception {
    writer.getOutputStream().write('\n');
    writer.getOutputStream().flush();
    assertThat(writerSays.readLine()).isEqualTo("resting");
    try (CountersFileReader reader = CountersFileReader.open(path)) {
      Snapshot atRest = reader.snapshot();
      assertThat(atRest.daemon().pid()).isEqualTo(writer.pid());
      assertThat(atRest.daemon().running()).isTrue();
      writer.destroyForcibly().waitFor();
      assertThat(atRest.daemon().running()).isFalse();
    }
    try (CountersFileReader reader = CountersFileReader.open(path)) {
      Snapshot afterwards = reader.snapshot();
      assertThat(afterwards.consistent()).isTrue();
      List<Long> turns = new ArrayList<>();
      for (InterfaceStats pod : afterwards.interfaces()) {
        turns.add(checkedTurn(afterwards, pod));
        assertThat(pod.total(afterwards.column("rx-packets")))
            .isEqualTo(CountersWriterMain.PACKETS_PER_TURN);
      }
      long received = turns.stream().max(Long::compare).orElse(0L) * 1_000;
      assertThat(Accounting.of(afterwards))
          .containsExactly(new Balance(0, received, received, received, received));
    }
  }

  @Test
  void shouldTellThatTheDaemonIsGoneWhenItsCountersAreAskedFor() throws Exception {
    writer.destroyForcibly().waitFor();
    Process cli =
        JavaProcess.builder(HeddleCli.class, "show", "runtime", "--file", path.toString()).start();
    List<String> out = cli.inputReader(StandardCharsets.UTF_8).readAllLines();
    List<String> err = cli.errorReader(StandardCharsets.UTF_8).readAllLines();
    assertThat(cli.waitFor()).isZero();
    assertThat(out.getFirst()).startsWith("Worker  Packets  Batches");
    assertThat(err)
        .singleElement()
        .asString()
        .matches("heddle: daemon pid " + writer.pid() + " is not running; last update .+ ago\\)");
  }

  /** Checks that all of an interface is of the same turn, and returns that. */
  private static long checkedTurn(Snapshot snapshot, InterfaceStats pod) {
    long turn = Long.parseLong(pod.name().substring("pod-".length()));
    assertThat(pod.network()).isEqualTo("net-" + turn);
    assertThat(pod.generation())
        .isEqualTo((turn + CountersWriterMain.INTERFACES - 1) / CountersWriterMain.INTERFACES);
    assertThat(pod.total(snapshot.column("rx-bytes")) % turn).isZero();
    assertThat(pod.total(snapshot.column("rx-packets")))
        .isLessThanOrEqualTo(CountersWriterMain.PACKETS_PER_TURN);
    return turn;
  }
}
