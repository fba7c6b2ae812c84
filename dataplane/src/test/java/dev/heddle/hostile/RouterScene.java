package dev.heddle.hostile;

import com.google.protobuf.ByteString;
import dev.heddle.api.Addresses;
import dev.heddle.api.HeddleClient;
import dev.heddle.api.Operations;
import dev.heddle.api.stats.Snapshot;
import dev.heddle.api.v1.Endpoint;
import dev.heddle.api.v1.Memif;
import dev.heddle.api.v1.NeighbourStatus;
import dev.heddle.api.v1.Network;
import dev.heddle.api.v1.Operation;
import dev.heddle.daemon.TestDaemon;
import dev.heddle.ffi.linux.UnixAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A whole daemon with one worker, and the network and pod of the router's golden cases.
 *
 * <pre>
 *   blue: pod, whose frames the cases are; peer once it is added
 *   red:  other, with the peer's addresses; nothing may reach it
 * </pre>
 */
final class RouterScene implements AutoCloseable {
  static final byte[] PEER_MAC = {2, 0, 0, 0, 0, 0x14};
  static final int PEER_MTU_BYTES = 1400;

  private static final byte[] POD_MAC = {2, 0, 0, 0, 0, 0x0a};
  private static final String[] POD_ADDRESSES = {
    "172.19.1.10", "172.19.1.11", "fd00:56::a", "fd00:56::b"
  };
  private static final String[] PEER_ADDRESSES = {"172.19.2.20", "fd00:56::14"};

  private final Path directory;
  private final TestDaemon daemon;
  private final Pod pod;
  private final Pod other;

  /**
   * @param ipMode whether the pod's packets have no Ethernet headers
   */
  RouterScene(Path directory, boolean ipMode) {
    this.directory = directory;
    daemon = new TestDaemon(directory, 1);
    Endpoint podEndpoint = endpoint("pod", "blue", POD_MAC, 0, POD_ADDRESSES);
    apply(
        Operations.upsert(network("blue", 56)),
        Operations.upsert(network("red", 57)),
        Operations.upsert(ipMode ? inIpMode(podEndpoint) : podEndpoint),
        Operations.upsert(endpoint("other", "red", PEER_MAC, 0, PEER_ADDRESSES)));
    pod = ipMode ? ClientPod.connectInIpMode(socket("pod"), 0) : connect("pod");
    other = connect("other");
  }

  private static Network network(String name, int vni) {
    return Network.newBuilder()
        .setName(name)
        .setVni(vni)
        .setRange4(Addresses.parsePrefix("172.19.0.0/16"))
        .setRange6(Addresses.parsePrefix("fd00:56::/64"))
        .build();
  }

  private Endpoint endpoint(
      String name, String network, byte[] mac, int mtuBytes, String... addresses) {
    Endpoint.Builder endpoint =
        Endpoint.newBuilder()
            .setName(name)
            .setNetwork(network)
            .setMac(ByteString.copyFrom(mac))
            .setMtu(mtuBytes)
            .addAllowedSourcePrefixes(Addresses.parsePrefix("10.99.0.0/24"))
            .addAllowedSourcePrefixes(Addresses.parsePrefix("fd00:99::/48"))
            .setMemif(
                Memif.newBuilder()
                    .setRole(Memif.Role.ROLE_SERVER)
                    .setSocket(directory.resolve(name).toString())
                    .setLog2RingSize(PodMemory.LOG2_RING_SIZE));
    for (String address : addresses) {
      endpoint.addAddresses(Addresses.parse(address));
    }
    return endpoint.build();
  }

  private static Endpoint inIpMode(Endpoint endpoint) {
    return endpoint.toBuilder()
        .clearMac()
        .setMemif(endpoint.getMemif().toBuilder().setMode(Memif.Mode.MODE_IP))
        .build();
  }

  /** The pod's neighbour, with a smaller MTU; closed by the caller. */
  Pod addPeer() {
    apply(Operations.upsert(endpoint("peer", "blue", PEER_MAC, PEER_MTU_BYTES, PEER_ADDRESSES)));
    return connect("peer");
  }

  void apply(Operation... operations) {
    daemon.apply(operations);
  }

  private Pod connect(String endpoint) {
    return ClientPod.connect(socket(endpoint), 0);
  }

  private UnixAddress socket(String endpoint) {
    return UnixAddress.ofPath(directory.resolve(endpoint));
  }

  HeddleClient client() {
    return daemon.client();
  }

  Pod pod() {
    return pod;
  }

  /** The pod of the other network. */
  Pod other() {
    return other;
  }

  /** Whom tunnel packets are sent to. */
  List<NeighbourStatus> neighbours() {
    return daemon.client().neighbours();
  }

  Snapshot snapshot() {
    return daemon.snapshot();
  }

  /** Every column of an interface's counters by name. */
  Map<String, Long> counts(String endpoint) {
    return daemon.counts(endpoint);
  }

  /** What moved between two looks at an interface's counters, and by how much. */
  static Map<String, Long> changes(Map<String, Long> before, Map<String, Long> after) {
    Map<String, Long> changes = new TreeMap<>();
    after.forEach((column, count) -> {
      if (!count.equals(before.get(column))) {
        changes.put(column, count - before.get(column));
      }
    });
    return changes;
  }

  @Override
  public void close() {
    pod.close();
    other.close();
    daemon.close();
  }
}
