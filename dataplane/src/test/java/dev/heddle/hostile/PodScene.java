package dev.heddle.hostile;

import com.google.protobuf.ByteString;
import dev.heddle.api.Addresses;
import dev.heddle.api.HeddleClient;
import dev.heddle.api.Operations;
import dev.heddle.api.stats.Snapshot;
import dev.heddle.api.v1.Endpoint;
import dev.heddle.api.v1.Memif;
import dev.heddle.daemon.TestDaemon;
import dev.heddle.ffi.linux.SeqpacketSocket;
import dev.heddle.ffi.linux.UnixAddress;
import dev.heddle.observe.DropReason;
import dev.heddle.observe.InterfaceCounter;
import dev.heddle.observe.WorkerCounter;
import java.nio.file.Path;
import java.util.Map;

/**
 * A whole daemon with one network, and pods that all keep the rules, each connected as a test likes
 * it. The workers are not pinned and sleep when nothing comes; they share the pods in the order in
 * which these were added.
 */
final class PodScene implements AutoCloseable {
  static final String NETWORK = "blue";

  private final Path directory;
  private final TestDaemon daemon;

  PodScene(Path directory, int workers) {
    this.directory = directory;
    daemon = new TestDaemon(directory, workers);
    daemon.apply(Operations.upsert(Scene.network(NETWORK, 56)));
  }

  /** Adds an endpoint and connects its pod over a socket in the file system. */
  Pod add(String name, Frames.Address address, boolean podIsServer) {
    UnixAddress socket = UnixAddress.ofPath(directory.resolve(name));
    Memif.Builder memif =
        Memif.newBuilder().setRole(role(podIsServer)).setSocket(socket.toString());
    if (!podIsServer) {
      addEndpoint(name, address, memif);
      return ClientPod.connect(socket, 0);
    }
    try (SeqpacketSocket listener = ControlLine.listen(socket)) {
      addEndpoint(name, address, memif);
      return ServerPod.accept(listener);
    }
  }

  static Memif.Role role(boolean podIsServer) {
    return podIsServer ? Memif.Role.ROLE_CLIENT : Memif.Role.ROLE_SERVER;
  }

  /** Adds an endpoint whose pod the test connects itself. */
  void addEndpoint(String name, Frames.Address address, Memif.Builder memif) {
    boolean isIpMode = memif.getMode() == Memif.Mode.MODE_IP;
    daemon.apply(
        Operations.upsert(
            Endpoint.newBuilder()
                .setName(name)
                .setNetwork(NETWORK)
                .setMac(isIpMode ? ByteString.EMPTY : ByteString.copyFrom(address.mac()))
                .addAddresses(Addresses.parse(address.toString()))
                .setMemif(memif.setLog2RingSize(PodMemory.LOG2_RING_SIZE))
                .build()));
  }

  HeddleClient client() {
    return daemon.client();
  }

  /** Removes an endpoint, whose pod may be connected. */
  void remove(String name) {
    daemon.apply(Operations.deleteEndpoint(name));
  }

  /** Every column of an endpoint's counters by name. */
  Map<String, Long> counts(String endpoint) {
    return daemon.counts(endpoint);
  }

  /** A counter of a worker. */
  long counted(int worker, WorkerCounter counter) {
    return daemon.snapshot().workers().get(worker).value(counter.label());
  }

  /** What a worker counted for an endpoint. */
  long counted(int worker, String endpoint, InterfaceCounter counter) {
    Snapshot snapshot = daemon.snapshot();
    return TestDaemon.of(snapshot, endpoint).perWorker()[worker][snapshot.column(counter.label())];
  }

  /** Packets for, or of, an endpoint that were dropped for this reason. */
  long dropped(String endpoint, DropReason reason) {
    return daemon.counted(endpoint, reason.label());
  }

  /** How often this happened to an endpoint's interface. */
  long happened(String endpoint, String event) {
    return daemon.happened(endpoint, event);
  }

  /**
   * Waits until every worker serves this many pods, in both directions. A pod that is told that it
   * is connected is served a little later.
   */
  void awaitServed(int pods) {
    Await.until(
        "all workers serve all pods",
        () ->
            daemon.snapshot().workers().stream()
                .allMatch(worker -> worker.value(WorkerCounter.COMMANDS.label()) == pods));
  }

  /** Waits until all workers are asleep. */
  void awaitAsleep() {
    Await.until(
        "all workers sleep",
        () ->
            daemon.snapshot().workers().stream()
                .allMatch(worker ->
                    worker.value(WorkerCounter.SLEEPS.label())
                        == worker.value(WorkerCounter.WAKEUPS.label()) + 1));
  }

  /** Waits until every packet that came went somewhere, on each worker. */
  void awaitBalance() {
    Await.until("the counters balance", () -> Conservation.holds(daemon.snapshot()));
  }

  @Override
  public void close() {
    daemon.close();
  }
}
