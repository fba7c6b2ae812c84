package dev.heddle.benchmarks.endtoend;

import dev.heddle.benchmarks.Benchmark;
import dev.heddle.benchmarks.Benchmark.Context;
import dev.heddle.benchmarks.peer.HugePages;
import dev.heddle.benchmarks.peer.Peer;
import dev.heddle.benchmarks.peer.Testpmd;
import dev.heddle.benchmarks.report.Sample;
import java.util.ArrayList;
import java.util.List;

/** The daemon beside testpmd, in turn: A B B A. A run that was disturbed is repeated. */
public final class Comparison implements Benchmark {
  private static final int PAIRS = 6;
  private static final int MOST_PAIRS = 12;
  private static final int HUGE_PAGES = 200;

  /** At which testpmd was fastest here: 35, 37, 37.6 Mpps with 32 (its default), 64, 256. */
  private static final int TESTPMD_BURST = 256;

  private final String id;
  private final Scenario scenario;

  public Comparison(String id, Scenario scenario) {
    this.id = id;
    this.scenario = scenario;
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public String what() {
    return "memif to memif, " + scenario.name() + ", beside testpmd's io forwarding";
  }

  @Override
  public List<Sample> run(Context context) {
    List<Sample> samples = new ArrayList<>();
    try (HugePages pages = HugePages.reserve(HUGE_PAGES)) {
      context.log("hugepages before: " + pages.before());
      int complete = 0;
      for (int pair = 0; pair < MOST_PAIRS && complete < PAIRS; pair++) {
        List<Sample> both = new ArrayList<>();
        boolean heddleFirst = pair % 2 == 0;
        both.addAll(heddleFirst ? heddle(context, pair) : testpmd(context, pair));
        both.addAll(heddleFirst ? testpmd(context, pair) : heddle(context, pair));
        if (both.stream().allMatch(Sample::isValid)
            && both.stream().map(Sample::label).distinct().count() == 1) {
          complete++;
        }
        samples.addAll(both);
      }
    }
    return samples;
  }

  private List<Sample> testpmd(Context context, int pair) {
    try (Peer peer = Testpmd.start(context.directory("testpmd" + pair), TESTPMD_BURST, 10, 2048)) {
      return context.log(ForwardingRun.measure(id, scenario, peer, pair));
    }
  }

  private List<Sample> heddle(Context context, int pair) {
    try (HeddleDaemon daemon =
        HeddleDaemon.start(context.root(), context.directory("heddle" + pair))) {
      daemon.configure(scenario);
      return context.log(ForwardingRun.measure(id, scenario, daemon, pair));
    }
  }
}
