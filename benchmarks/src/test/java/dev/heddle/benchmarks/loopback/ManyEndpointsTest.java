package dev.heddle.benchmarks.loopback;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.benchmarks.loopback.ManyEndpoints.Policies;
import dev.heddle.worker.LoopbackWorker;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManyEndpointsTest {
  private static final int FLOWS = 8 * 1024;

  @TempDir Path directory;

  @Test
  void shouldCompileAThousandProgramsWhenEachEndpointHasItsOwn() {
    assertThat(programs(Policies.OWN)).isEqualTo(ManyEndpoints.ENDPOINTS);
  }

  @Test
  void shouldCompileOneProgramWhenAllEndpointsShareIt() {
    assertThat(programs(Policies.SHARED)).isEqualTo(1);
  }

  @Test
  void shouldCompileNoProgramWhenNobodyHasAPolicy() {
    assertThat(programs(Policies.NONE)).isZero();
  }

  @Test
  void shouldDeliverEveryPacketWhenProgramsDecideAboutIt() {
    try (LoopbackWorker worker = worker(new ManyEndpoints(Policies.OWN))) {
      long last = turnThroughAll(worker);

      assertThat(worker.received()).isEqualTo(worker.taken() - last).isGreaterThan(FLOWS / 2);
      assertThat(worker.flowsAdded()).isGreaterThan(FLOWS / 2);
    }
  }

  @Test
  void shouldDecideAgainAndDeliverWhenRulesChangeMeanwhile() {
    ManyEndpoints network = new ManyEndpoints(Policies.OWN);
    try (LoopbackWorker worker = worker(network)) {
      long revision = worker.revision();
      PolicyChanges changes = new PolicyChanges(network, worker);
      while (worker.flowsRenewed() == 0) {
        turnThroughAll(worker);
      }
      changes.end();
      long last = worker.turn();

      assertThat(worker.revision()).isGreaterThan(revision);
      assertThat(worker.received()).isEqualTo(worker.taken() - last);
    }
  }

  private LoopbackWorker worker(ManyEndpoints network) {
    return new LoopbackWorker(directory, ManyEndpoints.frames(FLOWS), network);
  }

  /** Packets of the last turn, which the next one sees arrive. */
  private static int turnThroughAll(LoopbackWorker worker) {
    int last = 0;
    for (int packets = 0; packets < FLOWS; packets += last) {
      last = worker.turn();
    }
    return last;
  }

  private static long programs(Policies policies) {
    try (ManyEndpoints network = new ManyEndpoints(policies)) {
      return Arrays.stream(network.tables().policies().programs()).filter(Objects::nonNull).count();
    }
  }
}
