package dev.heddle.benchmarks.endtoend;

import dev.heddle.benchmarks.Benchmark;
import dev.heddle.benchmarks.machine.CoreDistance;
import dev.heddle.benchmarks.machine.Cores;
import dev.heddle.benchmarks.report.Sample;
import dev.heddle.benchmarks.traffic.IdleForwarder;
import dev.heddle.benchmarks.traffic.LatencyLoop;
import dev.heddle.benchmarks.traffic.SharedRings;
import dev.heddle.benchmarks.traffic.TrafficLoop;
import dev.heddle.benchmarks.traffic.VxlanFrames;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Latency at a million packets a second, beside an empty loop in the daemon's place: a pinned
 * thread that only moves packets from ring to ring.
 */
public final class Latency implements Benchmark {
  private static final long WARM_UP_NS = 2_000_000_000L;
  private static final long MEASURED_NS = 2_000_000_000L;
  private static final long INTERVAL_NS = 1_000;
  private static final int FRAME_BYTES = 64;
  private static final double GAP_LIMIT = 0.05;

  private static final Map<String, Double> PERCENTILES =
      Map.of("p50", 50.0, "p99", 99.0, "p99.9", 99.9, "max", 100.0);

  private final int pairs;
  private final String id;
  private final String name;
  private final Scenario scenario;

  /**
   * @param name of the scenario in samples
   * @param scenario a route or an encapsulation
   * @param pairs how many near ones are wanted; at most twice as many are run
   */
  public Latency(String id, String name, Scenario scenario, int pairs) {
    this.pairs = pairs;
    this.id = id;
    this.name = name;
    this.scenario = scenario;
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public String what() {
    return "latency through the daemon at 1 million packets a second, " + scenario.name();
  }

  @Override
  public List<Sample> run(Context context) throws InterruptedException {
    List<Sample> samples = new ArrayList<>();
    int complete = 0;
    for (int pair = 0; pair < 2 * pairs && complete < pairs; pair++) {
      boolean heddleFirst = pair % 2 == 0;
      List<Sample> both = new ArrayList<>();
      both.addAll(heddleFirst ? heddle(context, pair) : emptyLoop(pair));
      both.addAll(heddleFirst ? emptyLoop(pair) : heddle(context, pair));
      if (both.stream().allMatch(s -> s.isValid() && s.label().equals(Sample.NEAR))) {
        complete++;
      }
      both.stream()
          .filter(s -> s.metric().startsWith("p"))
          .forEach(s ->
              context.log(
                  "run %d %s %s: %.0f ns, %s, %s"
                      .formatted(
                          s.run(), s.subject(), s.metric(), s.value(), s.label(), s.valid())));
      samples.addAll(both);
    }
    return samples;
  }

  private List<Sample> heddle(Context context, int pair) {
    try (HeddleDaemon daemon =
            HeddleDaemon.start(context.root(), context.directory("heddle" + pair));
        SharedRings source = scenario.fill();
        SharedRings sink = new SharedRings(SharedRings.Shape.standard())) {
      daemon.configure(scenario);
      try (ForwardingRun.Connections connections =
          ForwardingRun.Connections.open(daemon, source, sink)) {
        TrafficLoop loop = connections.loop();
        FrameCheck.check(connections, scenario, daemon);
        loop.run(daemon.warmUpNs());
        loop.drain();
        int added = scenario.work() == Work.ENCAPSULATE ? VxlanFrames.OVERHEAD_BYTES : 0;
        return measure(source, sink, added, daemon.name(), pair);
      }
    }
  }

  private List<Sample> emptyLoop(int pair) throws InterruptedException {
    try (SharedRings source = Scenario.SMALL.fill();
        SharedRings sink = new SharedRings(SharedRings.Shape.standard())) {
      IdleForwarder forwarder = new IdleForwarder(source, sink, FRAME_BYTES);
      Thread thread = Cores.start(Cores.TESTED, "empty-loop", forwarder::run);
      try {
        return measure(source, sink, 0, "empty-loop", pair);
      } finally {
        forwarder.stop();
        thread.join();
      }
    }
  }

  private List<Sample> measure(
      SharedRings source, SharedRings sink, int addedBytes, String subject, int pair) {
    LatencyLoop loop = new LatencyLoop(source, sink, addedBytes);
    loop.run(WARM_UP_NS, INTERVAL_NS);
    double before = CoreDistance.roundTripTicks();
    LatencyLoop.Run run = loop.run(MEASURED_NS, INTERVAL_NS);
    String label = CoreDistance.label(before, CoreDistance.roundTripTicks()).text();
    String valid = verdict(run);
    List<Sample> samples = new ArrayList<>();
    PERCENTILES.forEach((name, percentile) ->
        samples.add(
            sample(
                subject,
                pair,
                name,
                run.latenciesNs().getValueAtPercentile(percentile),
                "ns",
                label,
                valid)));
    samples.add(sample(subject, pair, "sent", run.sent(), "packets", label, valid));
    samples.add(sample(subject, pair, "received", run.received(), "packets", label, valid));
    return samples;
  }

  private static String verdict(LatencyLoop.Run run) {
    if (run.received() != run.sent()) {
      return "sent %d and received %d".formatted(run.sent(), run.received());
    }
    double away = (double) run.gapNs() / run.elapsedNs();
    return away > GAP_LIMIT
        ? "generator lacked %.1f %% of the time".formatted(100 * away)
        : Sample.VALID;
  }

  private Sample sample(
      String subject,
      int pair,
      String metric,
      double value,
      String unit,
      String label,
      String valid) {
    return new Sample(id, name, subject, pair, metric, value, unit, label, valid);
  }
}
