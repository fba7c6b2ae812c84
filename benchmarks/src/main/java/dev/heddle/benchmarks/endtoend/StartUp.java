package dev.heddle.benchmarks.endtoend;

import dev.heddle.api.Addresses;
import dev.heddle.api.Operations;
import dev.heddle.api.v1.Network;
import dev.heddle.api.v1.Operation;
import dev.heddle.api.v1.Routes;
import dev.heddle.benchmarks.Benchmark;
import dev.heddle.benchmarks.machine.Cores;
import dev.heddle.benchmarks.report.Figures;
import dev.heddle.benchmarks.report.Sample;
import dev.heddle.benchmarks.traffic.SharedRings;
import dev.heddle.benchmarks.traffic.TrafficLoop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * From the start of the daemon, which finds 100 networks and 100,000 routes in its journal, to the
 * first packet that it forwards and to nine tenths of its full speed; and how long a command takes,
 * with its AOT cache and without.
 */
public final class StartUp implements Benchmark {
  private static final String ID = "start";
  private static final String SCENARIO = "100-networks-100k-routes";
  private static final int RUNS = 5;
  private static final int COMMANDS = 11;
  private static final int NETWORKS = 100;
  private static final int FIRST_VNI = 1_000;
  private static final int ROUTES_PER_NETWORK = 1_000;
  private static final long WINDOW_NS = 10_000_000;
  private static final int WINDOWS = 400;

  /** What the last of them receive is full speed. */
  private static final int SETTLED_WINDOWS = 100;

  private static final double NEARLY = 0.9;

  private final List<Sample> samples = new ArrayList<>();

  @Override
  public String id() {
    return ID;
  }

  @Override
  public String what() {
    return "start of the daemon to its first packet and to full speed, and of a command";
  }

  @Override
  public List<Sample> run(Context context) throws IOException, InterruptedException {
    Path directory = context.directory("start");
    List<String> command = HeddleDaemon.command(context.root(), directory, "spin");
    // A command needs a core, and a worker that spins would have one of two.
    List<String> quiet = HeddleDaemon.command(context.root(), directory, "adaptive");
    try (HeddleDaemon daemon = HeddleDaemon.start(directory, quiet)) {
      daemon.configure(Scenario.SMALL);
      daemon.client().apply(networks());
      Cores.spreadProcess(daemon.pid());
      for (int run = 0; run < COMMANDS; run++) {
        command(context, directory, run, "heddle", "");
        command(context, directory, run, "heddle-without-cache", "-XX:AOTMode=off");
      }
    }
    for (int run = 0; run < RUNS; run++) {
      daemon(directory, command, run);
    }
    samples.forEach(sample ->
        context.log(
            "run %d %s %s: %.3f %s"
                .formatted(
                    sample.run(),
                    sample.subject(),
                    sample.metric(),
                    sample.value(),
                    sample.unit())));
    return samples;
  }

  private static List<Operation> networks() {
    List<Operation> operations = new ArrayList<>();
    for (int network = 0; network < NETWORKS; network++) {
      String name = "network-" + network;
      operations.add(
          Operations.upsert(
              Network.newBuilder()
                  .setName(name)
                  .setVni(FIRST_VNI + network)
                  .setRange4(Addresses.parsePrefix("10.0.0.0/16"))
                  .build()));
      Routes.Builder routes = Routes.newBuilder().setNetwork(name).addNextHops(Operations.drop());
      for (int route = 0; route < ROUTES_PER_NETWORK; route++) {
        routes.addPrefixes(BenchNetwork.prefix(network * ROUTES_PER_NETWORK + route));
      }
      operations.add(Operations.upsert(routes.build()));
    }
    return operations;
  }

  private void command(Context context, Path directory, int run, String subject, String options)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
                "taskset",
                "--cpu-list",
                Cores.BOTH,
                context.root().resolve("bin/heddle").toString(),
                "network",
                "list",
                "--socket=" + directory.resolve("heddle.sock"))
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("list").toFile());
    builder.environment().put("HEDDLE_JVM_OPTIONS", options);
    long start = System.nanoTime();
    int status = builder.start().waitFor();
    double seconds = (System.nanoTime() - start) / 1e9;
    if (status != 0) {
      throw new IllegalStateException(Files.readString(directory.resolve("list")));
    }
    samples.add(Sample.oneCore(ID, "network-list", subject, run, "seconds", seconds, "s"));
  }

  private void daemon(Path directory, List<String> command, int run) {
    try (SharedRings source = Scenario.SMALL.fill();
        SharedRings sink = new SharedRings(SharedRings.Shape.standard())) {
      long start = System.nanoTime();
      try (HeddleDaemon daemon = HeddleDaemon.launch(directory, command)) {
        // Restoring is the last that it does before it serves.
        daemon.await(() -> Files.exists(daemon.socket(0)) && Files.exists(daemon.socket(1)));
        try (ForwardingRun.Connections connections =
            ForwardingRun.Connections.open(daemon, source, sink)) {
          time(connections.loop(), run, start);
        }
      }
    }
  }

  private void time(TrafficLoop loop, int run, long startNs) {
    while (loop.received() == 0) {
      loop.look();
    }
    add(run, "first-packet-seconds", (System.nanoTime() - startNs) / 1e9);
    double[] rates = new double[WINDOWS];
    double[] endSeconds = new double[WINDOWS];
    for (int window = 0; window < WINDOWS; window++) {
      rates[window] = loop.run(WINDOW_NS).mpps();
      endSeconds[window] = (System.nanoTime() - startNs) / 1e9;
    }
    double[] settled = new double[SETTLED_WINDOWS];
    System.arraycopy(rates, WINDOWS - SETTLED_WINDOWS, settled, 0, SETTLED_WINDOWS);
    double full = Figures.median(settled);
    int window = 0;
    while (rates[window] < NEARLY * full) {
      window++;
    }
    add(run, "nearly-full-speed-seconds", endSeconds[window]);
    samples.add(Sample.oneCore(ID, SCENARIO, "heddle", run, "full-speed", full, "million/s"));
  }

  private void add(int run, String metric, double seconds) {
    samples.add(Sample.oneCore(ID, SCENARIO, "heddle", run, metric, seconds, "s"));
  }
}
