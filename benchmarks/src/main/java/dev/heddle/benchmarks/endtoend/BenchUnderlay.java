package dev.heddle.benchmarks.endtoend;

import dev.heddle.api.Operations;
import dev.heddle.api.v1.Node;
import dev.heddle.api.v1.Operation;
import dev.heddle.api.v1.Uplink;
import dev.heddle.api.v1.Vtep;
import dev.heddle.benchmarks.traffic.Frames.Addresses;
import dev.heddle.benchmarks.traffic.SharedRings;
import dev.heddle.benchmarks.traffic.VxlanFrames;
import java.nio.file.Path;
import java.util.List;

/**
 * The network beneath the tunnels, 192.0.2.0/24: the tested router's uplink and one other node,
 * which the harness plays.
 */
public final class BenchUnderlay {
  /** Name of the default uplink's counters. */
  static final String UPLINK = "uplink";

  public static final String NODE = "node2";
  public static final int PREFIX_LENGTH = 24;
  public static final int OWN_ADDRESS = 0xc000_0201;
  public static final int NODE_ADDRESS = 0xc000_0202;
  public static final long UPLINK_MAC = 0x02_00_00_00_00_20L;

  /** Of the other node's interface. */
  public static final long NODE_MAC = 0x02_00_00_00_00_21L;

  /** Of the other node's router, to which inner frames are sent. */
  public static final long NODE_ROUTER_MAC = 0x02_00_00_00_00_22L;

  static final int SOURCE_PORT = 50_000;

  static final Addresses TO_NODE = new Addresses(NODE_MAC, UPLINK_MAC, OWN_ADDRESS, NODE_ADDRESS);
  static final Addresses FROM_NODE = new Addresses(UPLINK_MAC, NODE_MAC, NODE_ADDRESS, OWN_ADDRESS);

  private BenchUnderlay() {}

  /** What the daemon must be told of it, sockets in a directory. */
  static List<Operation> operations(Path directory) {
    Uplink uplink =
        Uplink.newBuilder()
            .setAddress4(BenchNetwork.bytes(OWN_ADDRESS))
            .setPrefixLength4(PREFIX_LENGTH)
            .setMac(BenchNetwork.macBytes(UPLINK_MAC))
            .setMemif(BenchNetwork.server(directory, UPLINK))
            .build();
    Node node =
        Node.newBuilder()
            .setName(NODE)
            .setRouterMac(BenchNetwork.macBytes(NODE_ROUTER_MAC))
            .addVteps(Vtep.newBuilder().setAddress(BenchNetwork.bytes(NODE_ADDRESS)))
            .build();
    return List.of(Operations.upsert(uplink), Operations.upsert(node));
  }

  /** An inner frame's addresses when it comes from behind the other node. */
  static Addresses fromRoute(int route) {
    return new Addresses(
        BenchNetwork.ROUTER_MAC,
        NODE_ROUTER_MAC,
        BenchNetwork.toRoute(route).destination(),
        BenchNetwork.SINK_ADDRESS);
  }

  /** Tells the router where the other node is, through the uplink's interface that only counts. */
  static void announce(SharedRings uplink) {
    uplink.send(VxlanFrames.arpReply(FROM_NODE));
  }
}
