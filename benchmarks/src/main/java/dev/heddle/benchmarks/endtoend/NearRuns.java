package dev.heddle.benchmarks.endtoend;

import dev.heddle.benchmarks.machine.CoreDistance;
import dev.heddle.benchmarks.machine.CoreDistance.Label;
import dev.heddle.benchmarks.report.Sample;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/** Which runs were measured while the cores were near. */
final class NearRuns {
  private static final int LONGEST_WAIT_SECONDS = 60;

  private final List<Sample> samples;

  NearRuns(List<Sample> samples) {
    this.samples = samples;
  }

  /** Waits for the cores to come near, but not for ever: far runs count where all are far. */
  static void await() {
    for (int second = 0; second < LONGEST_WAIT_SECONDS; second++) {
      double ticks = CoreDistance.roundTripTicks();
      if (CoreDistance.label(ticks, ticks) == Label.NEAR) {
        return;
      }
      LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
    }
  }

  /** How many near runs of a subject have a near one of the other's beside them. */
  long pairs(Scenario scenario, String subject, Scenario otherScenario, String other) {
    Set<Integer> beside = of(otherScenario, other);
    return of(scenario, subject).stream().filter(beside::contains).count();
  }

  private Set<Integer> of(Scenario scenario, String subject) {
    return samples.stream()
        .filter(s -> s.label().equals(Sample.NEAR) && s.is(scenario.name(), subject, "mpps"))
        .map(Sample::run)
        .collect(Collectors.toSet());
  }
}
