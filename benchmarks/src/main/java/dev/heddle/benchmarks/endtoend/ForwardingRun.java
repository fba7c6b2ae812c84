package dev.heddle.benchmarks.endtoend;

import dev.heddle.benchmarks.machine.CoreDistance;
import dev.heddle.benchmarks.machine.CoreDistance.Label;
import dev.heddle.benchmarks.machine.CoreWitness;
import dev.heddle.benchmarks.machine.Machine;
import dev.heddle.benchmarks.peer.Peer;
import dev.heddle.benchmarks.peer.Peer.Counts;
import dev.heddle.benchmarks.report.Sample;
import dev.heddle.benchmarks.traffic.MemifClient;
import dev.heddle.benchmarks.traffic.SharedRings;
import dev.heddle.benchmarks.traffic.TrafficLoop;
import java.util.ArrayList;
import java.util.List;

/**
 * One run of a peer at full load: frames checked, warmed up, measured, every packet accounted for.
 * Call it from a thread pinned to the harness's core.
 */
final class ForwardingRun {
  private static final long MEASURED_NS = 2_000_000_000L;
  private static final long SETTLE_NS = 500_000_000L;

  /** The generator may find the ring empty at this share of its looks, else it was the limit. */
  private static final double STARVED_LIMIT = 0.05;

  private final String benchmark;
  private final Scenario scenario;
  private final Peer peer;
  private final int number;
  private final List<Sample> samples = new ArrayList<>();
  private Label label;
  private String valid;

  private ForwardingRun(String benchmark, Scenario scenario, Peer peer, int number) {
    this.benchmark = benchmark;
    this.scenario = scenario;
    this.peer = peer;
    this.number = number;
  }

  /** Measures a peer that has just been started. */
  static List<Sample> measure(String benchmark, Scenario scenario, Peer peer, int number) {
    ForwardingRun run = new ForwardingRun(benchmark, scenario, peer, number);
    try (SharedRings source = scenario.fill();
        SharedRings sink = new SharedRings(SharedRings.Shape.standard())) {
      run.run(source, sink);
    }
    return run.samples;
  }

  private void run(SharedRings source, SharedRings sink) {
    try (Connections connections = Connections.open(peer, source, sink)) {
      TrafficLoop loop = connections.loop();
      FrameCheck.check(connections, scenario, peer);
      loop.run(peer.warmUpNs());
      loop.drain();
      double ticksBefore = CoreDistance.roundTripTicks();
      CoreWitness witness = CoreWitness.watch(peer.pid());
      Counts before = peer.counts();
      long sentBefore = loop.consumed();
      long receivedBefore = loop.received();
      TrafficLoop.Run measured = loop.run(MEASURED_NS);
      String verdict = witness.verdict(measured.elapsedNs());
      loop.drain();
      Counts counts = settled(before, loop.consumed() - sentBefore);
      double ticksAfter = CoreDistance.roundTripTicks();
      long sent = loop.consumed() - sentBefore;
      long received = loop.received() - receivedBefore;
      label = CoreDistance.label(ticksBefore, ticksAfter);
      valid = verdict(verdict, measured, counts, sent, received);
      record(measured, counts, sent, received);
      add("core-distance-before", ticksBefore, "ticks");
      add("core-distance-after", ticksAfter, "ticks");
    }
  }

  /** The peer's counts once it has added up its last batch. */
  private Counts settled(Counts before, long sent) {
    long deadline = System.nanoTime() + SETTLE_NS;
    Counts counts = peer.counts().since(before);
    while (counts.known() && counts.received() != sent && System.nanoTime() < deadline) {
      counts = peer.counts().since(before);
    }
    return counts;
  }

  private static String verdict(
      String witness, TrafficLoop.Run run, Counts counts, long sent, long received) {
    if (counts.known()
        && (counts.received() != sent
            || counts.transmitted() != received
            || sent != received + counts.dropped())) {
      return "not conserved: sent %d received %d, the peer says %s"
          .formatted(sent, received, counts);
    }
    if (!witness.equals(Sample.VALID)) {
      return witness;
    }
    if (run.descheduled()) {
      return "generator lacked %.1f %% of the time"
          .formatted(100.0 * run.gapNs() / run.elapsedNs());
    }
    return run.starvedShare() > STARVED_LIMIT ? "generator was the limit" : Sample.VALID;
  }

  private void record(TrafficLoop.Run run, Counts counts, long sent, long received) {
    add("mpps", run.mpps(), "Mpps");
    add("ns-per-packet", run.elapsedNs() / (double) run.received(), "ns");
    add("sent", sent, "packets");
    add("received", received, "packets");
    add("generator-starved", 100 * run.starvedShare(), "%");
    add("generator-away", 100.0 * run.gapNs() / run.elapsedNs(), "%");
    if (counts.known()) {
      add("dropped", counts.dropped(), "packets");
      double busyNs = counts.busyNs() / (double) counts.received();
      add("worker-ns-per-packet", busyNs, "ns");
      add("worker-cycles-per-packet", busyNs * Machine.ticksPerNs(), "cycles");
    }
    if (counts.batches() > 0) {
      add("packets-per-batch", counts.received() / (double) counts.batches(), "packets");
    }
  }

  private void add(String metric, double value, String unit) {
    samples.add(
        new Sample(
            benchmark,
            scenario.name(),
            peer.name(),
            number,
            metric,
            value,
            unit,
            label.text(),
            valid));
  }

  /** The two memif connections of a run. */
  record Connections(
      MemifClient generator, MemifClient receiver, TrafficLoop loop, SharedRings sink)
      implements AutoCloseable {
    private static final long CONNECT_TIMEOUT_NS = 20_000_000_000L;

    static Connections open(Peer peer, SharedRings source, SharedRings sink) {
      MemifClient receiver = connect(peer, 1, sink);
      MemifClient generator = connect(peer, 0, source);
      return new Connections(generator, receiver, new TrafficLoop(source, sink), sink);
    }

    /** A server's socket may be there before it knows the interface's id. */
    private static MemifClient connect(Peer peer, int port, SharedRings rings) {
      long deadline = System.nanoTime() + CONNECT_TIMEOUT_NS;
      while (true) {
        try {
          return MemifClient.connect(
              peer.socket(port), peer.interfaceId(port), rings, peer.sendingRing());
        } catch (RuntimeException e) {
          if (System.nanoTime() > deadline) {
            throw e;
          }
          Thread.yield();
        }
      }
    }

    @Override
    public void close() {
      generator.close();
      receiver.close();
    }
  }
}
