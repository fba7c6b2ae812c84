package dev.heddle.benchmarks.endtoend;

import dev.heddle.api.HeddleClient;
import dev.heddle.api.v1.PolicyRule.Action;
import dev.heddle.benchmarks.Benchmark;
import dev.heddle.benchmarks.report.Figures;
import dev.heddle.benchmarks.report.Sample;
import dev.heddle.benchmarks.traffic.SharedRings;
import dev.heddle.benchmarks.traffic.StampedFlow;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * When a changed policy is acknowledged, and which packets of flows that passed before pass after
 * that. Also how much the daemon grows with rules, programs and members of IP sets.
 */
public final class Enforcement implements Benchmark {
  static final String ID = "enforcement";
  private static final int PACKETS_AFTER = 1_000;
  private static final int SOURCE_PORT_OFFSET = 34;
  private static final int FIRST_SOURCE_PORT = 20_000;

  private final List<Integer> sizes;
  private final int changes;
  private final PolicyFootprint footprint;

  /** What is recorded. */
  public Enforcement() {
    this(List.of(10, 1_000, 10_000), 30, new PolicyFootprint(10_000, 1_000, 100_000));
  }

  /**
   * @param sizes rules of the policy, one daemon for each
   * @param changes of each policy
   */
  Enforcement(List<Integer> sizes, int changes, PolicyFootprint footprint) {
    this.sizes = sizes;
    this.changes = changes;
    this.footprint = footprint;
  }

  @Override
  public String id() {
    return ID;
  }

  @Override
  public String what() {
    return "a changed policy: when it is acknowledged, what passes after that; bytes of policies";
  }

  @Override
  public List<Sample> run(Context context) throws IOException, InterruptedException {
    List<Sample> samples = new ArrayList<>();
    for (int rules : sizes) {
      List<Sample> measured = change(context, rules);
      tell(context, measured);
      samples.addAll(measured);
    }
    List<Sample> bytes = footprint.run(context);
    bytes.forEach(each ->
        context.log(each.scenario() + " " + each.metric() + ": " + Figures.plain(each.value())));
    samples.addAll(bytes);
    return samples;
  }

  private List<Sample> change(Context context, int rules) throws InterruptedException {
    List<Sample> samples = new ArrayList<>();
    String scenario = rules + "-rules";
    try (HeddleDaemon daemon = HeddleDaemon.start(context.root(), context.directory(scenario));
        SharedRings source = flows();
        SharedRings sink = new SharedRings(SharedRings.Shape.standard())) {
      daemon.configure(Scenario.SMALL);
      daemon
          .client()
          .apply(EnforcedPolicy.tier(), EnforcedPolicy.forSink(rules, Action.ACTION_ALLOW));
      try (ForwardingRun.Connections _ = ForwardingRun.Connections.open(daemon, source, sink)) {
        StampedFlow flow = new StampedFlow(source, sink, PACKETS_AFTER);
        for (int run = 0; run < changes; run++) {
          flow.awaitPassing();
          StampedFlow.Change tightened = apply(flow, daemon.client(), rules, Action.ACTION_DENY);
          StampedFlow.Change loosened = apply(flow, daemon.client(), rules, Action.ACTION_ALLOW);
          Samples of = new Samples(samples, scenario, run);
          of.add("tightened-acknowledged", tightened.answeredNs() / 1e6, "ms");
          of.add("tightened-last-arrival", tightened.lastArrivalNs() / 1e6, "ms");
          of.add("sending-gap", tightened.longestGapNs() / 1e6, "ms");
          of.add("tightened-sent-after", tightened.sentAfter(), "packets");
          of.add("tightened-passed-after", tightened.passedAfter(), "packets");
          of.add("loosened-acknowledged", loosened.answeredNs() / 1e6, "ms");
          of.add("loosened-sent-after", loosened.sentAfter(), "packets");
          of.add(
              "loosened-missing-after", loosened.sentAfter() - loosened.passedAfter(), "packets");
        }
      }
    }
    return samples;
  }

  /** The whole policy again, as an agent sends it, with another action in its first rule. */
  private static StampedFlow.Change apply(
      StampedFlow flow, HeddleClient client, int rules, Action first) throws InterruptedException {
    var operation = EnforcedPolicy.forSink(rules, first);
    return flow.during(() -> client.apply(operation));
  }

  /** Each buffer has a flow of its own. */
  private static SharedRings flows() {
    SharedRings rings = new SharedRings(SharedRings.Shape.standard());
    for (int buffer = 0; buffer < rings.shape().transmitBuffers(); buffer++) {
      byte[] frame = Scenario.SMALL.frame(buffer);
      ByteBuffer.wrap(frame).putShort(SOURCE_PORT_OFFSET, (short) (FIRST_SOURCE_PORT + buffer));
      rings.fill(buffer, frame);
    }
    return rings;
  }

  private static void tell(Context context, List<Sample> samples) {
    samples.stream()
        .map(Sample::metric)
        .distinct()
        .forEach(metric -> {
          List<Sample> of = samples.stream().filter(s -> s.metric().equals(metric)).toList();
          double[] values = of.stream().mapToDouble(Sample::value).toArray();
          context.log(
              "%s %s: median %s, %s %s"
                  .formatted(
                      of.getFirst().scenario(),
                      metric,
                      Figures.plain(Figures.median(values)),
                      Figures.spread(values),
                      of.getFirst().unit()));
        });
  }

  /** Takes the samples of a run. */
  private record Samples(List<Sample> to, String scenario, int run) {
    void add(String metric, double value, String unit) {
      to.add(Sample.oneCore(ID, scenario, "heddle", run, metric, value, unit));
    }
  }
}
