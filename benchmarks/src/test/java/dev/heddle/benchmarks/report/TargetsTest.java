package dev.heddle.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.benchmarks.report.Target.Measured;
import dev.heddle.benchmarks.report.Target.Outcome;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TargetsTest {
  private final List<Sample> samples = new ArrayList<>();

  @TempDir Path directory;

  @Test
  void shouldNotMeetAnyTargetWhenThereIsNoSample() {
    List<Outcome> outcomes = Targets.evaluate(List.of());

    assertThat(outcomes).hasSameSizeAs(Targets.ALL);
    assertThat(outcomes).noneMatch(Outcome::met);
    assertThat(outcomes).allMatch(outcome -> outcome.fields().get(3).equals("missing"));
  }

  @Test
  void shouldTakeTheMedianOfPairsWhenTheirLabelsAreEqual() {
    for (int run = 0; run < 5; run++) {
      pair(run, 50 + run, "near", 40, "near", "yes");
    }

    assertThat(measure()).contains(new Measured(1.3, "1.25..1.35", "near"));
  }

  @Test
  void shouldLeavePairsOutWhenTheirLabelsDiffer() {
    for (int run = 0; run < 5; run++) {
      pair(run, 50, "near", 20, "far", "yes");
    }

    assertThat(measure()).isEmpty();
  }

  @Test
  void shouldLeavePairsOutWhenARunWasThrownAway() {
    for (int run = 0; run < 5; run++) {
      pair(run, 50, "near", 20, "near", run == 3 ? "generator lacked 4 % of the time" : "yes");
    }

    assertThat(measure()).isEmpty();
  }

  @Test
  void shouldUseFarPairsWhenThereAreTooFewNearOnes() {
    for (int run = 0; run < 5; run++) {
      pair(run, 22, "far", 20, "far", "yes");
    }
    pair(5, 50, "near", 20, "near", "yes");

    assertThat(measure()).contains(new Measured(1.1, "1.1..1.1", "far"));
  }

  @Test
  void shouldCompareScenariosOfARoundWhenATunnelIsMeasuredBesideARoute() {
    for (int run = 0; run < 5; run++) {
      samples.add(tunnels("64B-1route", run, 50));
      samples.add(tunnels("64B-encapsulation", run, 40 + run));
    }

    Target first =
        Targets.ALL.stream().filter(target -> target.id().equals("P3")).findFirst().orElseThrow();

    assertThat(first.rule().measure(samples)).contains(new Measured(0.84, "0.8..0.88", "near"));
  }

  @Test
  void shouldMissTheTargetWhenOnePacketOfAllChangesPassed() {
    for (int run = 0; run < 20; run++) {
      samples.add(
          Sample.oneCore(
              "enforcement",
              "10-rules",
              "heddle",
              run,
              "tightened-passed-after",
              run == 7 ? 1 : 0,
              "packets"));
    }

    Outcome first =
        Targets.evaluate(List.of(new RawFile("machine", "abc", "command", samples))).stream()
            .filter(outcome -> outcome.target().id().equals("E1"))
            .findFirst()
            .orElseThrow();

    assertThat(first.measured()).contains(new Measured(1, "0..1", Sample.ONE_CORE));
    assertThat(first.met()).isFalse();
  }

  @Test
  void shouldReadTheSamplesBackWhenTheyWereWritten() {
    pair(0, 50.5, "near", 40, "near", "not conserved: sent 1, received 0");
    RawFile file = new RawFile("machine", "abc", "make bench ONLY=small", samples);

    file.write(directory, "small");

    assertThat(RawFile.readAll(directory)).containsExactly(file);
  }

  private Optional<Measured> measure() {
    Target first =
        Targets.ALL.stream().filter(target -> target.id().equals("P1")).findFirst().orElseThrow();
    return first.rule().measure(samples);
  }

  private void pair(
      int run, double heddle, String heddleLabel, double peer, String peerLabel, String valid) {
    samples.add(sample("heddle", run, heddle, heddleLabel, valid));
    samples.add(sample("testpmd", run, peer, peerLabel, Sample.VALID));
  }

  private static Sample tunnels(String scenario, int run, double value) {
    return new Sample(
        "tunnels", scenario, "heddle", run, "mpps", value, "Mpps", "near", Sample.VALID);
  }

  private static Sample sample(String subject, int run, double value, String label, String valid) {
    return new Sample("small", "64B-1route", subject, run, "mpps", value, "Mpps", label, valid);
  }
}
