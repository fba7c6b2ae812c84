package dev.heddle.hostile;

import com.google.protobuf.ByteString;
import dev.heddle.api.Addresses;
import dev.heddle.api.Operations;
import dev.heddle.api.stats.Snapshot;
import dev.heddle.api.v1.Memif;
import dev.heddle.api.v1.NeighbourStatus;
import dev.heddle.api.v1.NextHop;
import dev.heddle.api.v1.Operation;
import dev.heddle.api.v1.Uplink;
import dev.heddle.ffi.linux.UnixAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The scene of the golden directories, as {@code src/test/scapy/golden.py} describes it: that of
 * {@link RouterScene} with an uplink, two nodes behind it, and routes.
 *
 * <p>The daemon asks the nodes for their MAC addresses when it likes. The scene answers, and keeps
 * the account of it, so that the rest of the uplink's counters is known exactly.
 */
final class GoldenScene implements AutoCloseable {
  static final List<String> PORTS = List.of("pod", "peer", "other", "uplink");

  private static final String UPLINK = "uplink";
  private static final byte[] UPLINK_MAC = {2, 0, 0, 0, 1, 1};

  /** The largest tunnel header leaves the pods an MTU of 1500. */
  private static final int UPLINK_MTU_BYTES = 1570;

  private static final int ETHERTYPE = 12;
  private static final byte[] ARP_REQUEST = {8, 6, 0, 1, 8, 0, 6, 4, 0, 1};
  private static final int ICMPV6_TYPE = 54;
  private static final byte NEIGHBOUR_SOLICITATION = (byte) 135;

  private final RouterScene scene;
  private final Map<String, Pod> pods = new HashMap<>();
  private final List<byte[]> neighbours = Golden.neighbours();
  private final Map<String, Long> neighbourTraffic = new TreeMap<>();
  private final Map<String, List<byte[]>> received = new HashMap<>();
  private final ErrorPace pace = new ErrorPace();

  GoldenScene(Path directory) {
    scene = new RouterScene(directory, false);
    pods.put("pod", scene.pod());
    pods.put("other", scene.other());
    pods.put("peer", scene.addPeer());
    Path socket = directory.resolve("underlay");
    scene.apply(uplink(socket));
    scene.apply(NodeScene.node("east", "192.0.2.2"), NodeScene.node("west", "2001:db8:ffff::2"));
    scene.apply(routes());
    pods.put(UPLINK, ClientPod.connect(UnixAddress.ofPath(socket), 0));
    PORTS.forEach(port -> received.put(port, new ArrayList<>()));
    Await.until("the nodes are known", this::areNodesKnown);
  }

  private static Operation uplink(Path socket) {
    Memif.Builder memif =
        Memif.newBuilder()
            .setRole(Memif.Role.ROLE_SERVER)
            .setSocket(socket.toString())
            .setLog2RingSize(PodMemory.LOG2_RING_SIZE);
    return Operations.upsert(
        Uplink.newBuilder()
            .setMemif(memif)
            .setAddress4(Addresses.parse("192.0.2.1"))
            .setPrefixLength4(24)
            .setAddress6(Addresses.parse("2001:db8:ffff::1"))
            .setPrefixLength6(64)
            .setMac(ByteString.copyFrom(UPLINK_MAC))
            .setMtu(UPLINK_MTU_BYTES)
            .build());
  }

  private static Operation[] routes() {
    NextHop peer = Operations.toEndpoint("peer");
    NextHop east = Operations.toNode("east");
    NextHop west = Operations.toNode("west");
    return new Operation[] {
      Operations.upsertRoute("blue", "198.51.100.0/24", peer),
      Operations.upsertRoute("blue", "2001:db8::/64", peer),
      Operations.upsertRoute("blue", "172.19.0.0/32", peer),
      Operations.upsertRoute("blue", "172.19.3.0/24", east),
      Operations.upsertRoute("blue", "fd00:56::3:0/112", east),
      Operations.upsertRoute("red", "172.19.3.0/24", east),
      Operations.upsertRoute("blue", "172.19.4.0/24", west),
      Operations.upsertRoute("blue", "fd00:56::4:0/112", west),
      Operations.upsertRoute("blue", "100.64.0.0/24", Operations.drop()),
      Operations.upsertRoute("blue", "fd00:64::/48", Operations.drop()),
      Operations.upsertRoute("blue", "100.65.0.0/24", Operations.toGateway("172.19.9.9")),
      Operations.upsertRoute("blue", "fd00:65::/48", Operations.toGateway("fd00:56::99"))
    };
  }

  private boolean areNodesKnown() {
    drain();
    List<NeighbourStatus> known = scene.neighbours();
    return known.size() == 2
        && known.stream()
            .allMatch(each -> each.getState() == NeighbourStatus.State.STATE_REACHABLE);
  }

  /**
   * Sends a frame into a port and waits until the daemon is done with it; what came out meanwhile
   * is kept.
   */
  void send(String port, byte[] frame) {
    pace.await();
    long before = count(port, "rx-bytes") - neighbourBytes(port);
    pods.get(port).awaitSend(frame);
    // The worker adds them last of all.
    Await.until(
        "the frame is taken",
        () -> {
          drain();
          return count(port, "rx-bytes") - neighbourBytes(port) == before + frame.length;
        });
    drain();
  }

  private long neighbourBytes(String port) {
    return neighbourTraffic.getOrDefault(port + " rx-bytes", 0L);
  }

  /** Frames that came out of a port since the last call. */
  List<byte[]> take(String port) {
    drain();
    return received.put(port, new ArrayList<>());
  }

  private void drain() {
    for (String port : PORTS) {
      for (byte[] frame : pods.get(port).receiveAll()) {
        if (!port.equals(UPLINK) || !isAnswered(frame)) {
          received.get(port).add(frame);
        }
      }
    }
  }

  /** Whether a frame asks for a node, which answers then. */
  private boolean isAnswered(byte[] frame) {
    boolean arp =
        Arrays.equals(
            frame, ETHERTYPE, ETHERTYPE + ARP_REQUEST.length, ARP_REQUEST, 0, ARP_REQUEST.length);
    boolean solicitation =
        frame.length > ICMPV6_TYPE
            && frame[ETHERTYPE] == (byte) 0x86
            && frame[ICMPV6_TYPE] == NEIGHBOUR_SOLICITATION;
    if (!arp && !solicitation) {
      return false;
    }
    byte[] answer = neighbours.get(arp ? 0 : 1);
    account("originated", 1);
    account("tx-packets", 1);
    account("tx-bytes", frame.length);
    account("rx-packets", 1);
    account("rx-bytes", answer.length);
    account("consumed", 1);
    pods.get(UPLINK).awaitSend(answer);
    return true;
  }

  private void account(String column, long amount) {
    neighbourTraffic.merge(UPLINK + " " + column, amount, Long::sum);
  }

  private long count(String port, String column) {
    return scene.counts(port).get(column);
  }

  /** All counters of all ports, by port and column, without the daemon's talk with the nodes. */
  Map<String, Long> counts() {
    drain();
    Map<String, Long> counts = new TreeMap<>();
    for (String port : PORTS) {
      scene.counts(port).forEach((column, count) -> counts.put(port + " " + column, count));
    }
    neighbourTraffic.forEach((column, amount) -> counts.merge(column, -amount, Long::sum));
    return counts;
  }

  Snapshot snapshot() {
    return scene.snapshot();
  }

  @Override
  public void close() {
    pods.get("peer").close();
    pods.get(UPLINK).close();
    scene.close();
  }
}
