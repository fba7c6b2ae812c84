package dev.heddle.benchmarks.endtoend;

import dev.heddle.api.HeddleClient;
import dev.heddle.api.Operations;
import dev.heddle.api.v1.Prefix;
import dev.heddle.benchmarks.Benchmark.Context;
import dev.heddle.benchmarks.machine.Cores;
import dev.heddle.benchmarks.peer.DaemonJvm;
import dev.heddle.benchmarks.pollgap.GapRecorder;
import dev.heddle.benchmarks.traffic.SharedRings;
import dev.heddle.benchmarks.traffic.TrafficLoop;
import dev.heddle.worker.RecordedDaemon;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * Runs the recording daemon under full load while a client adds and deletes routes and networks.
 */
public final class RecordedPeer {
  private static final int CHURNED_ROUTES = 100;
  private static final int FIRST_CHURNED_ROUTE = 100_000;
  private static final long CHURN_PAUSE_NS = 5_000_000;
  private static final int LOWEST_PRIORITY = 19;
  private static final int NORMAL_PRIORITY = 0;
  private static final long SLICE_NS = 100_000_000L;

  private RecordedPeer() {}

  /** The gaps of a run at full load, by percentile; with control churn or without. */
  public static Map<String, Double> run(
      Context context, String name, long durationNs, boolean withChurn)
      throws IOException, InterruptedException {
    Path directory = context.directory("recorded-" + name);
    Path gaps = directory.resolve("gaps");
    List<String> command = new ArrayList<>();
    command.addAll(List.of("taskset", "--cpu-list", Cores.HARNESS + "," + Cores.TESTED));
    command.addAll(DaemonJvm.command(context, RecordedDaemon.class));
    command.add(directory.resolve("heddle.sock").toString());
    command.add(directory.resolve("counters").toString());
    command.add(Integer.toString(Cores.TESTED));
    command.add(gaps.toString());
    try (HeddleDaemon daemon = HeddleDaemon.start(directory, command)) {
      load(daemon, durationNs, withChurn);
      tell(daemon, "stop");
      if (!daemon.process().waitFor(30, TimeUnit.SECONDS)) {
        throw new IllegalStateException("the recording daemon does not end");
      }
    }
    return GapRecorder.read(gaps);
  }

  private static void load(HeddleDaemon daemon, long durationNs, boolean withChurn)
      throws IOException, InterruptedException {
    Scenario scenario = Scenario.SMALL;
    try (SharedRings source = scenario.fill();
        SharedRings sink = new SharedRings(SharedRings.Shape.standard())) {
      daemon.configure(scenario);
      try (ForwardingRun.Connections connections =
          ForwardingRun.Connections.open(daemon, source, sink)) {
        TrafficLoop loop = connections.loop();
        FrameCheck.check(connections, scenario, daemon);
        AtomicBoolean stopped = new AtomicBoolean(!withChurn);
        Thread churn =
            Thread.ofPlatform().name("churn").start(() -> churn(daemon.client(), stopped));
        // The daemon's other threads share this core: whom a busy loop keeps waiting here, the
        // worker may have to wait for.
        Cores.setNice(LOWEST_PRIORITY);
        loop.run(daemon.warmUpNs());
        tell(daemon, "record");
        long start = System.nanoTime();
        while (System.nanoTime() - start < durationNs) {
          loop.run(SLICE_NS);
        }
        Cores.setNice(NORMAL_PRIORITY);
        stopped.set(true);
        churn.join();
      }
    }
  }

  /** Adds a hundred routes and deletes them, and a network with them, again and again. */
  private static void churn(HeddleClient client, AtomicBoolean stopped) {
    List<Prefix> prefixes = new ArrayList<>();
    for (int route = 0; route < CHURNED_ROUTES; route++) {
      prefixes.add(BenchNetwork.prefix(FIRST_CHURNED_ROUTE + route));
    }
    while (!stopped.get()) {
      client.apply(
          BenchNetwork.routes(FIRST_CHURNED_ROUTE, CHURNED_ROUTES),
          Operations.upsert(BenchNetwork.otherNetwork()));
      client.apply(
          Operations.deleteRoutes(BenchNetwork.NAME, prefixes),
          Operations.deleteNetwork(BenchNetwork.otherNetwork().getName()));
      LockSupport.parkNanos(CHURN_PAUSE_NS);
    }
  }

  private static void tell(HeddleDaemon daemon, String command) throws IOException {
    Writer input = daemon.process().outputWriter();
    input.write(command + "\n");
    input.flush();
  }
}
