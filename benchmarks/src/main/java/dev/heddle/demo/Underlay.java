package dev.heddle.demo;

import dev.heddle.api.Addresses;
import dev.heddle.api.v1.Dpdk;
import dev.heddle.api.v1.Memif;
import dev.heddle.api.v1.Uplink;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What joins the two nodes.
 *
 * <pre>
 *   node1's namespace                      node2's namespace
 *   heddled -- DPDK port -- eth1 ======== eth1 -- DPDK port -- heddled
 *                                veth pair
 * </pre>
 *
 * <p>The kernels get no addresses there, so that nobody but the daemons speaks on the pair. Without
 * root rights, the daemons stand in this process's namespace and a memif joins them.
 */
final class Underlay implements AutoCloseable {
  /** The interface's name in both namespaces. */
  static final String DEVICE = "eth1";

  private static final int PREFIX_LENGTH = 24;

  /**
   * af_packet takes what arrives into a ring of this many frames; all that the demonstration sends
   * across at once fits, so that no packet is lost when a daemon has to wait for a processor.
   */
  private static final int RING_FRAMES = 4096;

  private final Path directory;
  private final Map<Node, Namespace> namespaces = new HashMap<>();

  private Underlay(Path directory) {
    this.directory = directory;
  }

  /** A veth pair between two new namespaces; takes root rights. */
  static Underlay ofVethPair(Path directory, List<Node> nodes) {
    Underlay underlay = new Underlay(directory);
    try {
      nodes.forEach(node -> underlay.namespaces.put(node, Namespace.create()));
      Namespace first = underlay.namespace(nodes.get(0));
      Namespace second = underlay.namespace(nodes.get(1));
      first.require(
          "ip",
          "link",
          "add",
          DEVICE,
          "type",
          "veth",
          "peer",
          "name",
          DEVICE,
          "netns",
          Long.toString(second.pid()));
      for (Namespace namespace : List.of(first, second)) {
        namespace.require("ip", "link", "set", DEVICE, "addrgenmode", "none");
        namespace.require("ip", "link", "set", DEVICE, "up");
      }
    } catch (RuntimeException e) {
      underlay.close();
      throw e;
    }
    return underlay;
  }

  /** A memif between both daemons. */
  static Underlay ofMemif(Path directory) {
    return new Underlay(directory);
  }

  /** Whether packets pass an interface of the kernel's, where they can be captured. */
  boolean visible() {
    return !namespaces.isEmpty();
  }

  /** The namespace of a node's daemon; null without root rights. */
  Namespace namespace(Node node) {
    return namespaces.get(node);
  }

  /** The node's uplink, as its daemon is told of it. */
  Uplink uplink(Node node) {
    Uplink.Builder uplink =
        Uplink.newBuilder()
            .setAddress4(Addresses.parse(node.vtep()))
            .setPrefixLength4(PREFIX_LENGTH);
    if (visible()) {
      return uplink.setDpdk(Dpdk.newBuilder().setDevargs(device())).build();
    }
    boolean listens = node.equals(Topology.NODES.getFirst());
    return uplink
        .setMemif(
            Memif.newBuilder()
                .setRole(listens ? Memif.Role.ROLE_SERVER : Memif.Role.ROLE_CLIENT)
                .setSocket(directory.resolve("underlay.memif").toString())
                .setLog2RingSize(Setup.LOG2_RING_SIZE))
        .build();
  }

  /** The interface as DPDK names it. */
  static String device() {
    return "net_af_packet0,iface=%s,framecnt=%d,blocksz=65536".formatted(DEVICE, RING_FRAMES);
  }

  /** Writes down what arrives at the node. What DPDK sends there passes by the kernel's taps. */
  Capture capture(Node node) {
    Path file = directory.resolve(node.name() + ".underlay.pcap");
    return Capture.start(namespace(node), DEVICE, file);
  }

  /** Cuts it. */
  void cut() {
    namespace(Topology.NODES.getLast()).require("ip", "link", "set", DEVICE, "down");
  }

  @Override
  public void close() {
    namespaces.values().forEach(Namespace::close);
  }
}
