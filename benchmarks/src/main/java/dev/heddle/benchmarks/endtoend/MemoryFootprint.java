package dev.heddle.benchmarks.endtoend;

import dev.heddle.api.Operations;
import dev.heddle.api.v1.Network;
import dev.heddle.api.v1.Operation;
import dev.heddle.benchmarks.Benchmark;
import dev.heddle.benchmarks.report.Sample;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** How much the daemon grows with empty networks and with a million routes in one. */
public final class MemoryFootprint implements Benchmark {
  private static final String ID = "memory";
  private static final int NETWORKS = 2_000;
  private static final int FIRST_VNI = 1_000;
  private static final int ROUTES = 1_000_000;
  private static final int ROUTES_PER_OPERATION = 8_000;

  @Override
  public String id() {
    return ID;
  }

  @Override
  public String what() {
    return "bytes of an empty network and of a route";
  }

  @Override
  public List<Sample> run(Context context) throws IOException {
    List<Sample> samples = new ArrayList<>();
    networks(context, samples);
    routes(context, samples);
    samples.add(
        sample("1M-routes", "table-bytes-per-route", RouteTableFootprint.bytes(ROUTES) / ROUTES));
    samples.forEach(
        each -> context.log(each.scenario() + " " + each.metric() + ": " + each.value()));
    return samples;
  }

  private static void networks(Context context, List<Sample> samples) throws IOException {
    try (HeddleDaemon daemon = HeddleDaemon.start(context.root(), context.directory("networks"));
        JvmProbe probe = JvmProbe.attach(daemon.pid())) {
      daemon.configure(Scenario.SMALL);
      Footprint before = Footprint.of(probe);
      List<Operation> operations = new ArrayList<>();
      for (int i = 0; i < NETWORKS; i++) {
        operations.add(
            Operations.upsert(
                Network.newBuilder()
                    .setName("empty-" + i)
                    .setVni(FIRST_VNI + i)
                    .setRange4(dev.heddle.api.Addresses.parsePrefix("10.0.0.0/16"))
                    .build()));
      }
      daemon.client().apply(operations);
      Footprint growth = Footprint.of(probe).since(before);
      samples.add(sample("empty-vrf", "bytes-per-vrf", growth.bytes() / NETWORKS));
      samples.add(sample("empty-vrf", "resident-per-vrf", (double) growth.resident() / NETWORKS));
      samples.add(sample("empty-vrf", "live-heap-per-vrf", (double) growth.heap() / NETWORKS));
    }
  }

  private static void routes(Context context, List<Sample> samples) throws IOException {
    try (HeddleDaemon daemon = HeddleDaemon.start(context.root(), context.directory("routes"));
        JvmProbe probe = JvmProbe.attach(daemon.pid())) {
      daemon.configure(Scenario.SMALL);
      Footprint before = Footprint.of(probe);
      List<Operation> operations = new ArrayList<>();
      for (int route = 0; route < ROUTES; route += ROUTES_PER_OPERATION) {
        int count = Math.min(ROUTES_PER_OPERATION, ROUTES - route);
        operations.add(BenchNetwork.routes(route, count));
      }
      long start = System.nanoTime();
      daemon.client().apply(operations);
      double seconds = (System.nanoTime() - start) / 1e9;
      Footprint growth = Footprint.of(probe).since(before);
      samples.add(sample("1M-routes", "resident-bytes-per-route", growth.bytes() / ROUTES));
      samples.add(sample("1M-routes", "resident-per-route", (double) growth.resident() / ROUTES));
      samples.add(sample("1M-routes", "live-heap-per-route", (double) growth.heap() / ROUTES));
      samples.add(Sample.oneCore(ID, "1M-routes", "heddle", 0, "load-seconds", seconds, "s"));
    }
  }

  private static Sample sample(String scenario, String metric, double value) {
    return Sample.oneCore(ID, scenario, "heddle", 0, metric, value, "B");
  }
}
