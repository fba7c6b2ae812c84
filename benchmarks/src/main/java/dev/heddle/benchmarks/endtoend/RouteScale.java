package dev.heddle.benchmarks.endtoend;

import dev.heddle.benchmarks.Benchmark;
import dev.heddle.benchmarks.report.Sample;
import java.util.ArrayList;
import java.util.List;

/** The daemon alone, at full load, with many routes. */
public final class RouteScale implements Benchmark {
  private static final int RUNS = 6;
  private static final int MOST_RUNS = 12;

  private final String id;
  private final Scenario scenario;

  public RouteScale(String id, Scenario scenario) {
    this.id = id;
    this.scenario = scenario;
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public String what() {
    return "the worker's cycles per packet, " + scenario.name();
  }

  @Override
  public List<Sample> run(Context context) {
    List<Sample> samples = new ArrayList<>();
    int good = 0;
    for (int run = 0; run < MOST_RUNS && good < RUNS; run++) {
      try (HeddleDaemon daemon =
          HeddleDaemon.start(context.root(), context.directory("heddle" + run))) {
        daemon.configure(scenario);
        List<Sample> measured = ForwardingRun.measure(id, scenario, daemon, run);
        Sample first = measured.getFirst();
        good += first.isValid() && first.label().equals(Sample.NEAR) ? 1 : 0;
        samples.addAll(context.log(measured));
      }
    }
    return samples;
  }
}
