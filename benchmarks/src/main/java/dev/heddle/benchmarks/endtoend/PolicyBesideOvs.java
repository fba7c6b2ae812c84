package dev.heddle.benchmarks.endtoend;

import dev.heddle.benchmarks.Benchmark;
import dev.heddle.benchmarks.peer.HugePages;
import dev.heddle.benchmarks.report.Sample;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A route with a policy of a thousand rules, the daemon beside Open vSwitch with DPDK: packets of
 * one flow and of many. And the route without policy, beside one where another network of the same
 * daemon has the policy.
 */
public final class PolicyBesideOvs implements Benchmark {
  private static final String ID = "policyovs";
  private static final int NEAR_PAIRS = 5;
  private static final int MOST_ROUNDS = 20;
  private static final int HUGE_PAGES = 200;

  private static final List<Scenario> POLICED =
      List.of(Scenario.POLICED, Scenario.POLICED_MANY_FLOWS);
  private static final List<Scenario> FREE = List.of(Scenario.SMALL, Scenario.OTHER_POLICED);

  @Override
  public String id() {
    return ID;
  }

  @Override
  public String what() {
    return "a route under 1,000 rules beside OVS-DPDK, and without rules beside a policed network";
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

  private static boolean hasEnough(List<Sample> samples) {
    NearRuns near = new NearRuns(samples);
    return POLICED.stream()
            .allMatch(each -> near.pairs(each, "heddle", each, "ovs-dpdk") >= NEAR_PAIRS)
        && near.pairs(Scenario.OTHER_POLICED, "heddle", Scenario.SMALL, "heddle") >= NEAR_PAIRS;
  }

  /** Neighbours are runs that are compared; every second round goes the other way round. */
  private static List<Sample> round(Context context, int round) {
    boolean forwards = round % 2 == 0;
    List<Sample> samples = new ArrayList<>();
    for (Scenario scenario : forwards ? POLICED : POLICED.reversed()) {
      samples.addAll(forwards ? heddle(context, scenario, round) : ovs(context, scenario, round));
      samples.addAll(forwards ? ovs(context, scenario, round) : heddle(context, scenario, round));
    }
    for (Scenario scenario : forwards ? FREE : FREE.reversed()) {
      samples.addAll(heddle(context, scenario, round));
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

  /** Its name is short, since that of a socket in it may not be long. */
  private static Path directory(Context context, String peer, Scenario scenario, int round) {
    boolean isPoliced = POLICED.contains(scenario);
    int place = isPoliced ? POLICED.indexOf(scenario) : POLICED.size() + FREE.indexOf(scenario);
    return context.directory("%s-%d-%d".formatted(peer, place, round));
  }
}
