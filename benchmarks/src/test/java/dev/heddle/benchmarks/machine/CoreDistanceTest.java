package dev.heddle.benchmarks.machine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.benchmarks.machine.CoreDistance.Label;
import org.junit.jupiter.api.Test;

class CoreDistanceTest {
  @Test
  void shouldBeNearWhenBothProbesAreShort() {
    assertThat(CoreDistance.label(180, 310)).isEqualTo(Label.NEAR);
  }

  @Test
  void shouldBeFarWhenBothProbesAreLong() {
    assertThat(CoreDistance.label(860, 1070)).isEqualTo(Label.FAR);
  }

  @Test
  void shouldBeMixedWhenTheMoodChangedDuringTheRun() {
    assertThat(CoreDistance.label(180, 900)).isEqualTo(Label.MIXED);
    assertThat(CoreDistance.label(900, 180)).isEqualTo(Label.MIXED);
  }

  @Test
  void shouldBeMixedWhenAProbeIsNeitherShortNorLong() {
    assertThat(CoreDistance.label(600, 600)).isEqualTo(Label.MIXED);
  }
}
