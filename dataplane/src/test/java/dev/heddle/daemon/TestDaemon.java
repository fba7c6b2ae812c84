package dev.heddle.daemon;

import dev.heddle.api.HeddleClient;
import dev.heddle.api.stats.CountersFileReader;
import dev.heddle.api.stats.Snapshot;
import dev.heddle.api.v1.Operation;
import dev.heddle.control.ApiDoors;
import dev.heddle.worker.IdleMode;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A whole daemon in this process, with a client and a look at its counters. The workers are not
 * pinned and sleep when nothing comes.
 */
public final class TestDaemon implements AutoCloseable {
  private static final Duration CALL_TIMEOUT = Duration.ofMinutes(1);
  private static final int NOT_PINNED = -1;
  private static final long TABLE_BYTES = 1L << 26;
  private static final int MAX_ENDPOINTS = 64;

  private final Daemon daemon;
  private final HeddleClient client;
  private final CountersFileReader counters;

  /**
   * @param directory where its control socket and its counters are
   */
  public TestDaemon(Path directory, int workers) {
    this(directory, workers, null);
  }

  /**
   * The same with metrics.
   *
   * @param metrics where they are served
   */
  public TestDaemon(Path directory, int workers, InetSocketAddress metrics) {
    Path control = directory.resolve("control");
    Path countersFile = directory.resolve("counters");
    daemon =
        Daemon.start(
            new DaemonSettings(
                ApiDoors.at(control),
                countersFile,
                directory.resolve("journal"),
                Collections.nCopies(workers, NOT_PINNED),
                IdleMode.ADAPTIVE,
                TABLE_BYTES,
                MAX_ENDPOINTS,
                metrics,
                List.of()));
    client = HeddleClient.connect(control, CALL_TIMEOUT);
    counters = CountersFileReader.open(countersFile);
  }

  public HeddleClient client() {
    return client;
  }

  public void apply(Operation... operations) {
    client.apply(operations);
  }

  public Snapshot snapshot() {
    return counters.snapshot();
  }

  /** What is known of an endpoint's interface. */
  public static Snapshot.InterfaceStats of(Snapshot snapshot, String endpoint) {
    return snapshot.interfaces().stream()
        .filter(each -> each.name().equals(endpoint))
        .findFirst()
        .orElseThrow();
  }

  /** A column of an endpoint's counters, all workers together. */
  public long counted(String endpoint, String column) {
    Snapshot snapshot = snapshot();
    return of(snapshot, endpoint).total(snapshot.column(column));
  }

  /** Every column of an endpoint's counters by name. */
  public Map<String, Long> counts(String endpoint) {
    Snapshot snapshot = snapshot();
    Snapshot.InterfaceStats stats = of(snapshot, endpoint);
    Map<String, Long> counts = new TreeMap<>();
    for (int column = 0; column < snapshot.columns().size(); column++) {
      counts.put(snapshot.columns().get(column).name(), stats.total(column));
    }
    return counts;
  }

  /** How often this happened to an endpoint's interface. */
  public long happened(String endpoint, String event) {
    Snapshot snapshot = snapshot();
    int column = snapshot.eventColumns().stream().map(each -> each.name()).toList().indexOf(event);
    return of(snapshot, endpoint).events()[column];
  }

  @Override
  public void close() {
    counters.close();
    client.close();
    daemon.close();
  }
}
