package dev.heddle.benchmarks.endtoend;

import dev.heddle.api.HeddleClient;
import dev.heddle.api.stats.Column;
import dev.heddle.api.stats.CountersFileReader;
import dev.heddle.api.stats.Snapshot;
import dev.heddle.benchmarks.machine.Cores;
import dev.heddle.benchmarks.peer.Peer;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * The daemon as everybody starts it, with one spinning worker on the tested core and everything
 * else of it on the harness's.
 */
final class HeddleDaemon implements Peer {
  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(60);
  private static final long START_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(30);
  private static final long LOOK_NS = TimeUnit.MILLISECONDS.toNanos(1);

  /** Beginning of the name of a worker's thread. */
  static final String WORKER_THREAD = "worker-";

  private static final long WARM_UP_NS = TimeUnit.SECONDS.toNanos(3);

  private final Process process;
  private final Path directory;
  private final HeddleClient client;
  private CountersFileReader counters;
  private Work work = Work.ROUTE;

  private HeddleDaemon(Process process, Path directory) {
    this.process = process;
    this.directory = directory;
    client = HeddleClient.connect(directory.resolve("heddle.sock"), CALL_TIMEOUT);
  }

  /** Starts it and waits until it answers. */
  static HeddleDaemon start(Path root, Path directory) {
    return start(directory, command(root, directory, "spin"));
  }

  /** How it is started, with what a worker does when there are no packets. */
  static List<String> command(Path root, Path directory, String idle) {
    return List.of(
        "taskset",
        "--cpu-list",
        Cores.BOTH,
        root.resolve("bin/heddled").toString(),
        "--socket=" + directory.resolve("heddle.sock"),
        "--counters=" + directory.resolve("counters"),
        "--cores=" + Cores.TESTED,
        "--idle=" + idle);
  }

  /** Starts a command that serves the same way, and waits until it answers. */
  static HeddleDaemon start(Path directory, List<String> command) {
    HeddleDaemon daemon = launch(directory, command);
    daemon.awaitReady();
    return daemon;
  }

  /** Starts a command that will serve the same way; it has no counters yet. */
  static HeddleDaemon launch(Path directory, List<String> command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(directory.resolve("heddled.log").toFile())
              .start();
      return new HeddleDaemon(process, directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Tells it about the network, its two ports and some routes. */
  void configure(Scenario scenario) {
    client.apply(BenchNetwork.operations(directory, scenario));
    work = scenario.work();
  }

  Process process() {
    return process;
  }

  HeddleClient client() {
    return client;
  }

  /** What the counters file says now. */
  Snapshot snapshot() {
    return counters.snapshot();
  }

  @Override
  public String name() {
    return "heddle";
  }

  @Override
  public Path socket(int port) {
    return BenchNetwork.socket(directory, work.port(port));
  }

  @Override
  public long pid() {
    return process.pid();
  }

  @Override
  public byte[] expected(byte[] sent) {
    return work.expected(sent);
  }

  @Override
  public Counts counts() {
    Snapshot snapshot = snapshot();
    return new Counts(
        true,
        column(snapshot, work.port(0), "rx-packets"),
        column(snapshot, work.port(1), "tx-packets"),
        dropped(snapshot),
        worker(snapshot, "busy-ns"),
        worker(snapshot, "batches"));
  }

  @Override
  public long warmUpNs() {
    return WARM_UP_NS;
  }

  @Override
  public void close() {
    client.close();
    if (counters != null) {
      counters.close();
    }
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private void awaitReady() {
    await(this::answers);
    Cores.pinProcess(process.pid(), WORKER_THREAD);
    counters = CountersFileReader.open(directory.resolve("counters"));
  }

  /** Waits for something that it will have done soon, and leaves the core to it meanwhile. */
  void await(BooleanSupplier done) {
    long deadline = System.nanoTime() + START_TIMEOUT_NS;
    while (!done.getAsBoolean()) {
      if (!process.isAlive() || System.nanoTime() > deadline) {
        String log = log();
        close();
        throw new IllegalStateException("the daemon does not answer; its log says:\n" + log);
      }
      LockSupport.parkNanos(LOOK_NS);
    }
  }

  private String log() {
    try {
      return Files.readString(directory.resolve("heddled.log"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean answers() {
    try {
      return Files.exists(directory.resolve("heddle.sock")) && client.serverInfo().getPid() > 0;
    } catch (StatusRuntimeException _) {
      return false;
    }
  }

  private static long column(Snapshot snapshot, String endpoint, String name) {
    int column = snapshot.column(name);
    return snapshot.interfaces().stream()
        .filter(each -> each.name().equals(endpoint))
        .mapToLong(each -> each.total(column))
        .sum();
  }

  private static long dropped(Snapshot snapshot) {
    long sum = 0;
    for (int column = 0; column < snapshot.columns().size(); column++) {
      if (snapshot.columns().get(column).kind() == Column.Kind.DROP) {
        for (Snapshot.InterfaceStats each : snapshot.interfaces()) {
          sum += each.total(column);
        }
      }
    }
    return sum;
  }

  private static long worker(Snapshot snapshot, String name) {
    return snapshot.workers().stream().mapToLong(each -> each.value(name)).sum();
  }
}
