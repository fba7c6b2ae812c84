package dev.heddle.benchmarks.endtoend;

import dev.heddle.api.Addresses;
import dev.heddle.api.HeddleClient;
import dev.heddle.api.Operations;
import dev.heddle.api.v1.Network;
import dev.heddle.api.v1.Operation;
import dev.heddle.api.v1.Routes;
import dev.heddle.benchmarks.Benchmark;
import dev.heddle.benchmarks.machine.Cores;
import dev.heddle.benchmarks.report.Sample;
import dev.heddle.benchmarks.traffic.PacedTraffic;
import dev.heddle.benchmarks.traffic.SharedRings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.HdrHistogram.Histogram;

/**
 * How fast state changes while packets pass: a million routes through gRPC, one route of a million,
 * the same state once more, and one route less in each of 800 networks.
 */
public final class ControlSpeed implements Benchmark {
  private static final String ID = "control";
  private static final int RUNS = 5;
  private static final int ROUTES = 1_000_000;
  private static final int ROUTES_PER_OPERATION = 8_000;
  private static final int CHANGES = 2_000;
  private static final int NETWORKS = 800;
  private static final int FIRST_VNI = 1_000;
  private static final int PACKETS_PER_MS = 200;
  private static final long SEED = 800;

  private final List<Sample> samples = new ArrayList<>();
  private final SplittableRandom random = new SplittableRandom(SEED);

  @Override
  public String id() {
    return ID;
  }

  @Override
  public String what() {
    return "routes and networks through gRPC while packets pass: time until acknowledged";
  }

  @Override
  public List<Sample> run(Context context) throws InterruptedException {
    for (int run = 0; run < RUNS; run++) {
      int first = samples.size();
      measure(context, run);
      int number = run;
      samples.subList(first, samples.size()).stream()
          .filter(sample -> !sample.unit().equals("packets"))
          .forEach(sample ->
              context.log(
                  "run %d %s %s: %.6g %s"
                      .formatted(
                          number,
                          sample.scenario(),
                          sample.metric(),
                          sample.value(),
                          sample.unit())));
    }
    return samples;
  }

  private void measure(Context context, int run) throws InterruptedException {
    Path directory = context.directory("control" + run);
    // As it is by default: a worker that spins would leave one of two cores to all others.
    List<String> command = HeddleDaemon.command(context.root(), directory, "adaptive");
    try (HeddleDaemon daemon = HeddleDaemon.start(directory, command);
        SharedRings source = Scenario.SMALL.fill();
        SharedRings sink = new SharedRings(SharedRings.Shape.standard())) {
      Cores.spreadProcess(daemon.pid());
      List<Operation> state = BenchNetwork.operations(directory, Scenario.SMALL);
      for (int network = 0; network < NETWORKS; network++) {
        state.add(network(network));
        state.add(Operations.upsert(routes(network)));
      }
      daemon.client().apply(state);
      List<Operation> million = million();
      state.addAll(million);
      try (ForwardingRun.Connections connections =
          ForwardingRun.Connections.open(daemon, source, sink)) {
        PacedTraffic traffic =
            PacedTraffic.start(connections.loop(), connections.generator(), PACKETS_PER_MS);
        load(daemon.client(), run, million);
        replace(daemon.client(), run, state);
        changeOneRoute(daemon.client(), run);
        changeEachNetwork(daemon.client(), run);
        PacedTraffic.Account account = traffic.end();
        add("churn", run, "sent", account.sent(), "packets");
        add("churn", run, "lost", account.lost(), "packets");
      }
    }
  }

  private void load(HeddleClient client, int run, List<Operation> million) {
    long start = System.nanoTime();
    client.apply(million);
    add("1M-routes", run, "routes-per-second", ROUTES / seconds(start), "1/s");
  }

  /** The whole state that is there already. */
  private void replace(HeddleClient client, int run, List<Operation> state) {
    long before = client.listNetworks().revision();
    long start = System.nanoTime();
    long after = client.replace(state);
    add("unchanged-state", run, "seconds", seconds(start), "s");
    add("unchanged-state", run, "revisions", after - before, "revisions");
  }

  private void changeOneRoute(HeddleClient client, int run) {
    Histogram latencies = new Histogram(3);
    for (int change = 0; change < CHANGES; change++) {
      // Route 0 is where the packets go.
      int route = 1 + random.nextInt(ROUTES - 1);
      String endpoint = change % 2 == 0 ? BenchNetwork.GENERATOR : BenchNetwork.SINK;
      Operation operation =
          Operations.upsert(
              Routes.newBuilder()
                  .setNetwork(BenchNetwork.NAME)
                  .addPrefixes(BenchNetwork.prefix(route))
                  .addNextHops(Operations.toEndpoint(endpoint))
                  .build());
      long start = System.nanoTime();
      client.apply(operation);
      latencies.recordValue(System.nanoTime() - start);
    }
    add("1-route-of-1M", run, "p50-ms", latencies.getValueAtPercentile(50) / 1e6, "ms");
    add("1-route-of-1M", run, "p99-ms", latencies.getValueAtPercentile(99) / 1e6, "ms");
    add("1-route-of-1M", run, "longest-ms", latencies.getMaxValue() / 1e6, "ms");
  }

  private void changeEachNetwork(HeddleClient client, int run) {
    long start = System.nanoTime();
    for (int network = 0; network < NETWORKS; network++) {
      client.apply(Operations.deleteRoute(name(network), "10.1.0.0/24"));
    }
    add("800-networks", run, "seconds", seconds(start), "s");
  }

  private static List<Operation> million() {
    List<Operation> operations = new ArrayList<>();
    for (int route = 0; route < ROUTES; route += ROUTES_PER_OPERATION) {
      operations.add(BenchNetwork.routes(route, Math.min(ROUTES_PER_OPERATION, ROUTES - route)));
    }
    return operations;
  }

  private static Operation network(int number) {
    return Operations.upsert(
        Network.newBuilder()
            .setName(name(number))
            .setVni(FIRST_VNI + number)
            .setRange4(Addresses.parsePrefix("10.0.0.0/16"))
            .build());
  }

  private static Routes routes(int network) {
    Routes.Builder routes =
        Routes.newBuilder().setNetwork(name(network)).addNextHops(Operations.drop());
    for (int i = 0; i < 10; i++) {
      routes.addPrefixes(Addresses.parsePrefix("10.1." + i + ".0/24"));
    }
    return routes.build();
  }

  private static String name(int network) {
    return "network-" + network;
  }

  private static double seconds(long startNs) {
    return (System.nanoTime() - startNs) / 1e9;
  }

  private void add(String scenario, int run, String metric, double value, String unit) {
    samples.add(Sample.oneCore(ID, scenario, "heddle", run, metric, value, unit));
  }
}
