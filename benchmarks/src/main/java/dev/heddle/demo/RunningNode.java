package dev.heddle.demo;

import dev.heddle.api.HeddleClient;
import dev.heddle.api.stats.CountersFileReader;
import dev.heddle.api.stats.Snapshot;
import dev.heddle.api.v1.NeighbourStatus;
import dev.heddle.api.v1.Operation;
import dev.heddle.api.v1.ServerInfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A node while it runs: its daemon, a client of that, and its counters. */
final class RunningNode implements AutoCloseable {
  private final Node node;
  private final DaemonProcess daemon;
  private final HeddleClient client;
  private ServerInfo server;
  private CountersFileReader counters;
  private Snapshot earlier;

  private RunningNode(Node node, DaemonProcess daemon) {
    this.node = node;
    this.daemon = daemon;
    client = daemon.connect();
  }

  /**
   * Starts its daemon.
   *
   * @param root the project's directory
   * @param directory where a directory of its own is made for what it writes
   * @param namespace where it lives; null if in this process's namespace
   */
  static RunningNode start(Path root, Path directory, Node node, Namespace namespace) {
    try {
      Path own = Files.createDirectory(directory.resolve(node.name()));
      return new RunningNode(node, DaemonProcess.start(root, own, namespace));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until the daemon answers. */
  void awaitReady() {
    server = daemon.awaitReady(client);
    counters = CountersFileReader.open(countersFile());
  }

  /** Tells the daemon what there is. */
  void configure(List<Operation> operations) {
    client.apply(operations);
    begin();
  }

  Node node() {
    return node;
  }

  HeddleClient client() {
    return client;
  }

  /** What the daemon said of itself when it was ready. */
  ServerInfo server() {
    return server;
  }

  Path countersFile() {
    return Path.of(server.getCountersFile());
  }

  /** Remembers its counters as they are now, since what is sent from now on matters. */
  void begin() {
    earlier = counters.snapshot();
  }

  /** Its counters as they are now. */
  Ledger ledger() {
    return new Ledger(node, counters.snapshot(), earlier);
  }

  /** Whether it knows the Ethernet addresses of all whom it sends tunnel packets to. */
  boolean knowsNeighbours() {
    return client.neighbours().stream()
        .allMatch(each -> each.getState() == NeighbourStatus.State.STATE_REACHABLE);
  }

  @Override
  public void close() {
    if (counters != null) {
      counters.close();
    }
    client.close();
    daemon.close();
  }
}
