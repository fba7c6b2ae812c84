package dev.heddle.benchmarks.endtoend;

import dev.heddle.benchmarks.Benchmark;
import dev.heddle.benchmarks.report.Sample;
import dev.heddle.benchmarks.traffic.SharedRings;
import dev.heddle.benchmarks.traffic.TrafficLoop;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What a worker allocates on the heap over 10^8 packets, as the JVM itself counts it. */
public final class Allocation implements Benchmark {
  private static final String ID = "allocation";
  private static final long PACKETS = 100_000_000;
  private static final int RUNS = 3;
  private static final long SLICE_NS = 100_000_000;

  @Override
  public String id() {
    return ID;
  }

  @Override
  public String what() {
    return "bytes that the daemon's worker allocates over 10^8 packets";
  }

  @Override
  public List<Sample> run(Context context) throws IOException {
    Scenario scenario = Scenario.SMALL;
    try (HeddleDaemon daemon = HeddleDaemon.start(context.root(), context.directory("heddle"));
        SharedRings source = scenario.fill();
        SharedRings sink = new SharedRings(SharedRings.Shape.standard())) {
      daemon.configure(scenario);
      try (ForwardingRun.Connections connections =
              ForwardingRun.Connections.open(daemon, source, sink);
          JvmProbe probe = JvmProbe.attach(daemon.pid())) {
        TrafficLoop loop = connections.loop();
        FrameCheck.check(connections, scenario, daemon);
        loop.run(daemon.warmUpNs());
        loop.drain();
        return measure(context, loop, probe);
      }
    }
  }

  private static List<Sample> measure(Context context, TrafficLoop loop, JvmProbe probe) {
    long worker = probe.threadId(HeddleDaemon.WORKER_THREAD);
    List<Sample> samples = new ArrayList<>();
    for (int run = 0; run < RUNS; run++) {
      long packetsBefore = loop.received();
      long allocatedBefore = probe.allocatedBytes(worker);
      while (loop.received() - packetsBefore < PACKETS) {
        loop.run(SLICE_NS);
      }
      loop.drain();
      long allocated = probe.allocatedBytes(worker) - allocatedBefore;
      long packets = loop.received() - packetsBefore;
      context.log("%d bytes over %d packets".formatted(allocated, packets));
      samples.add(sample(run, "allocated-bytes", allocated, "B"));
      samples.add(sample(run, "packets", packets, "packets"));
    }
    return samples;
  }

  private static Sample sample(int run, String metric, double value, String unit) {
    return Sample.oneCore(ID, Scenario.SMALL.name(), "heddle", run, metric, value, unit);
  }
}
