package dev.heddle.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.benchmarks.endtoend.Scenario;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoopbackWorkerTest {
  private static final int TURNS = 1_000;

  @TempDir Path directory;

  @Test
  void shouldDeliverEveryPacketWhenFramesAreSmall() {
    assertDelivery(Scenario.SMALL);
  }

  @Test
  void shouldDeliverEveryPacketWhenFramesAreLarge() {
    assertDelivery(Scenario.LARGE);
  }

  @Test
  void shouldDeliverEveryPacketWhenDestinationsAreRandom() {
    assertDelivery(Scenario.TEN_THOUSAND);
  }

  @Test
  void shouldDeliverEveryPacketWhenItGoesIntoATunnel() {
    assertDelivery(Scenario.ENCAPSULATION);
  }

  @Test
  void shouldDeliverEveryPacketWhenItComesOutOfATunnel() {
    assertDelivery(Scenario.DECAPSULATION);
  }

  private void assertDelivery(Scenario scenario) {
    try (LoopbackWorker worker = new LoopbackWorker(directory, scenario)) {
      int last = 0;
      long delivered = 0;
      for (int turn = 0; turn < TURNS; turn++) {
        last = worker.turn();
        delivered += last;
      }

      assertThat(worker.taken()).isEqualTo(delivered).isGreaterThanOrEqualTo(TURNS);
      // What the last turn sent is seen by the next one.
      assertThat(worker.received()).isEqualTo(worker.taken() - last);
    }
  }
}
