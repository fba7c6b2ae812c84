package dev.heddle.benchmarks.endtoend;

import dev.heddle.benchmarks.Benchmark;
import dev.heddle.benchmarks.peer.HugePages;
import dev.heddle.benchmarks.report.Sample;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A route, encapsulation and decapsulation, the daemon beside Open vSwitch with DPDK: A B A B A B,
 * then the other way round. The cores change between near and far within a round, so rounds go on
 * until every comparison has enough pairs of near runs, and one starts when the cores are near.
 */
public final class Tunnels implements Benchmark {
  private static final String ID = "tunnels";
  private static final int NEAR_PAIRS = 5;
  private static final int MOST_ROUNDS = 20;
  private static final int HUGE_PAGES = 200;

  private static final List<Scenario> SCENARIOS =
      List.of(Scenario.SMALL, Scenario.ENCAPSULATION, Scenario.DECAPSULATION);

  @Override
  public String id() {
    return ID;
  }

  @Override
  public String what() {
    return "VXLAN encapsulation and decapsulation, beside a plain route and beside OVS-DPDK";
  }

  @Override
  public List<Sample> run(Context context) {
    List<Sample> samples = new ArrayList<>();
    try (HugePages pages = HugePages.reserve(HUGE_PAGES)) {
      context.log("hugepages before: " + pages.before());
      for (int round = 0; round < MOST_ROUNDS && !hasEnough(samples); round++) {
        NearRuns.await();
        samples.addAll(round(context, round));
      }
    }
    return samples;
  }

  /**
   * Whether the daemon's near runs have enough near ones beside them: the peer's and the route's.
   */
  private static boolean hasEnough(List<Sample> samples) {
    NearRuns near = new NearRuns(samples);
    return SCENARIOS.stream()
        .allMatch(each ->
            near.pairs(each, "heddle", each, "ovs-dpdk") >= NEAR_PAIRS
                && near.pairs(each, "heddle", Scenario.SMALL, "heddle") >= NEAR_PAIRS);
  }

  private static List<Sample> round(Context context, int round) {
    boolean forwards = round % 2 == 0;
    List<Sample> samples = new ArrayList<>();
    for (Scenario scenario : forwards ? SCENARIOS : SCENARIOS.reversed()) {
      samples.addAll(forwards ? heddle(context, scenario, round) : ovs(context, scenario, round));
      samples.addAll(forwards ? ovs(context, scenario, round) : heddle(context, scenario, round));
    }
    return samples;
  }

  private static List<Sample> heddle(Context context, Scenario scenario, int round) {
    try (HeddleDaemon daemon =
        HeddleDaemon.start(context.root(), directory(context, "heddle", scenario, round))) {
      daemon.configure(scenario);
      return context.log(ForwardingRun.measure(ID, scenario, daemon, round));
    }
  }

  private static List<Sample> ovs(Context context, Scenario scenario, int round) {
    try (OvsDpdk ovs = OvsDpdk.start(directory(context, "ovs", scenario, round), scenario)) {
      return context.log(ForwardingRun.measure(ID, scenario, ovs, round));
    }
  }

  private static Path directory(Context context, String peer, Scenario scenario, int round) {
    return context.directory("%s-%s-%d".formatted(peer, scenario.name(), round));
  }
}
