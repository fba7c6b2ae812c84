package dev.heddle.benchmarks.endtoend;

import dev.heddle.api.v1.Operation;
import dev.heddle.api.v1.PolicyRule.Action;
import dev.heddle.benchmarks.Benchmark.Context;
import dev.heddle.benchmarks.report.Sample;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How much a daemon that has a policy already grows with a large policy, with many programs and
 * with a large IP set.
 *
 * @param rules of one policy
 * @param programs that are all different, two for each of half as many endpoints
 * @param members of an IP set
 */
record PolicyFootprint(int rules, int programs, int members) {
  private static final int RULES_OF_PROGRAM = 10;

  List<Sample> run(Context context) throws IOException {
    List<Sample> samples = new ArrayList<>();
    measure(
        samples,
        context,
        "rule",
        rules,
        List.of(),
        List.of(EnforcedPolicy.forSink(rules, Action.ACTION_ALLOW)));
    List<Operation> endpoints = new ArrayList<>();
    List<Operation> policies = new ArrayList<>();
    for (int i = 0; i < programs / 2; i++) {
      endpoints.add(BenchNetwork.more(context.directory(), i));
      policies.add(EnforcedPolicy.bothWays(BenchNetwork.moreName(i), RULES_OF_PROGRAM, i));
    }
    measure(samples, context, "program", programs, endpoints, policies);
    measure(samples, context, "member", members, List.of(), EnforcedPolicy.withSet(members));
    return samples;
  }

  private static void measure(
      List<Sample> samples,
      Context context,
      String what,
      int count,
      List<Operation> before,
      List<Operation> change)
      throws IOException {
    Path directory = context.directory(what + "-bytes");
    try (HeddleDaemon daemon = HeddleDaemon.start(context.root(), directory);
        JvmProbe probe = JvmProbe.attach(daemon.pid())) {
      daemon.configure(Scenario.SMALL);
      daemon.client().apply(EnforcedPolicy.tier(), EnforcedPolicy.forSink(1, Action.ACTION_ALLOW));
      daemon.client().apply(before);
      Footprint first = Footprint.of(probe);
      daemon.client().apply(change);
      Footprint growth = Footprint.of(probe).since(first);
      String scenario = count + "-" + what + "s";
      samples.add(sample(scenario, "bytes-per-" + what, growth.bytes() / count));
      samples.add(sample(scenario, "resident-per-" + what, (double) growth.resident() / count));
      samples.add(sample(scenario, "live-heap-per-" + what, (double) growth.heap() / count));
    }
  }

  private static Sample sample(String scenario, String metric, double value) {
    return Sample.oneCore(Enforcement.ID, scenario, "heddle", 0, metric, value, "B");
  }
}
