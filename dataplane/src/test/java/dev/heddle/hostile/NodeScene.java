package dev.heddle.hostile;

import com.google.protobuf.ByteString;
import dev.heddle.api.Addresses;
import dev.heddle.api.Operations;
import dev.heddle.api.stats.Column;
import dev.heddle.api.stats.Snapshot;
import dev.heddle.api.v1.Endpoint;
import dev.heddle.api.v1.Memif;
import dev.heddle.api.v1.NeighbourStatus;
import dev.heddle.api.v1.Node;
import dev.heddle.api.v1.Operation;
import dev.heddle.api.v1.Uplink;
import dev.heddle.api.v1.Vtep;
import dev.heddle.daemon.TestDaemon;
import dev.heddle.ffi.linux.UnixAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** One of two whole daemons whose uplinks are joined by a memif, each with a pod in blue. */
final class NodeScene implements AutoCloseable {
  static final String NETWORK = "blue";

  private final TestDaemon daemon;
  private final Path uplinkSocket;
  private final boolean uplinkServer;
  private final Frames.Address podAddress;
  private final Pod pod;

  /**
   * @param directory shared by the two
   * @param name of this node, and of its pod
   * @param uplinkServer whether it listens for the other's uplink
   */
  NodeScene(Path directory, String name, boolean uplinkServer, Frames.Address podAddress)
      throws IOException {
    Path own = Files.createDirectory(directory.resolve(name));
    this.uplinkServer = uplinkServer;
    this.podAddress = podAddress;
    uplinkSocket = directory.resolve("underlay.sock");
    daemon = new TestDaemon(own, 1);
    Path socket = own.resolve("pod.sock");
    daemon.apply(
        Operations.upsert(Scene.network(NETWORK, 56)),
        Operations.upsert(
            Endpoint.newBuilder()
                .setName(name)
                .setNetwork(NETWORK)
                .setMac(ByteString.copyFrom(podAddress.mac()))
                .addAddresses(Addresses.parse(podAddress.toString()))
                .setMemif(
                    Memif.newBuilder()
                        .setRole(Memif.Role.ROLE_SERVER)
                        .setSocket(socket.toString())
                        .setLog2RingSize(PodMemory.LOG2_RING_SIZE))
                .build()));
    pod = ClientPod.connect(UnixAddress.ofPath(socket), 0);
    Gateway.resolve(pod, podAddress);
  }

  /** Its uplink with this address of its own. */
  Operation uplink(String address) {
    Memif.Builder memif =
        Memif.newBuilder()
            .setRole(uplinkServer ? Memif.Role.ROLE_SERVER : Memif.Role.ROLE_CLIENT)
            .setSocket(uplinkSocket.toString())
            .setQueues(1);
    Uplink.Builder uplink = Uplink.newBuilder().setMemif(memif);
    if (address.contains(":")) {
      uplink.setAddress6(Addresses.parse(address)).setPrefixLength6(64);
    } else {
      uplink.setAddress4(Addresses.parse(address)).setPrefixLength4(24);
    }
    return Operations.upsert(uplink.build());
  }

  /** The other node at this address. */
  static Operation node(String name, String address) {
    return Operations.upsert(
        Node.newBuilder()
            .setName(name)
            .addVteps(Vtep.newBuilder().setAddress(Addresses.parse(address)))
            .build());
  }

  /** A route to the other node's pod. */
  static Operation route(Frames.Address to, String node) {
    return Operations.upsertRoute(NETWORK, to + "/32", Operations.toNode(node));
  }

  TestDaemon daemon() {
    return daemon;
  }

  Pod pod() {
    return pod;
  }

  Frames.Address podAddress() {
    return podAddress;
  }

  /** Waits until all neighbours on the underlay have answered. */
  void awaitNeighbours() {
    Await.until(
        "the neighbours answer",
        () -> {
          var neighbours = daemon.client().neighbours();
          return !neighbours.isEmpty()
              && neighbours.stream()
                  .allMatch(each -> each.getState() == NeighbourStatus.State.STATE_REACHABLE);
        });
  }

  /** Packets that were dropped so far, for any reason. */
  long drops() {
    Snapshot snapshot = daemon.snapshot();
    long drops = 0;
    for (int column = 0; column < snapshot.columns().size(); column++) {
      boolean isDrop = snapshot.columns().get(column).kind() == Column.Kind.DROP;
      drops += isDrop ? snapshot.workerTotal(0, column) : 0;
    }
    return drops;
  }

  /** Packets that were counted on the uplink so far, under one name. */
  long uplinkPackets(String column) {
    Snapshot snapshot = daemon.snapshot();
    return snapshot.interfaces().stream()
        .filter(each -> each.name().equals("uplink"))
        .mapToLong(each -> each.total(snapshot.column(column)))
        .sum();
  }

  /** Waits until no packet waits for a neighbour any more. */
  void awaitNothingHeld() {
    Await.until(
        "no packet is held",
        () -> {
          Snapshot snapshot = daemon.snapshot();
          return snapshot.workerTotal(0, snapshot.column("held")) == 0;
        });
  }

  void awaitBalance() {
    Await.until("the counters balance", () -> Conservation.holds(daemon.snapshot()));
  }

  @Override
  public void close() {
    pod.close();
    daemon.close();
  }
}
