package dev.heddle.worker;

import dev.heddle.table.KeyTable;
import dev.heddle.table.Neighbours;
import dev.heddle.table.Outside;
import dev.heddle.table.Tunnels;
import dev.heddle.table.Underlay;
import dev.heddle.table.Uplink;
import java.lang.foreign.Arena;

/**
 * The uplinks and tunnels that workers are trained with: two nodes, over IPv4 and IPv6, with and
 * without UDP checksums, and a node whose neighbour is never resolved; and an uplink that leads
 * outside, with two gateways.
 *
 * <p>Each tunnel has one in the other direction behind it, which the nodes' frames are made with.
 */
final class TrainingUnderlay {
  static final int UPLINK = 12;

  /** Its buffers are small. */
  static final int SMALL_UPLINK = 13;

  /** Its peer is not connected. */
  static final int DOWN_UPLINK = 14;

  /** It leads to the outside of network 0. */
  static final int OUTSIDE = 15;

  static final int END = 16;

  static final int NODE = 1;
  static final int OTHER_NODE = 2;

  static final int TUNNEL4 = 0;
  static final int TUNNEL6 = 2;
  static final int TUNNEL6_PLAIN = 4;
  static final int TUNNEL_UNRESOLVED = 6;

  /** Ways to gateways outside. */
  static final int WAY = 8;

  static final int WAY_UNRESOLVED = 9;
  private static final int TUNNELS = 10;

  static final int UNRESOLVED = 3;
  private static final int RESOLVED = 1;

  /** A network that there is, and the first one that there is not. */
  static final int FIRST_VNI = 0x12_3400;

  static final int UNKNOWN_VNI = FIRST_VNI + TrainingTables.NETWORKS;

  static final int ADDRESS4 = 0xc0a8_0001;
  static final long ADDRESS6_HIGH = 0xfd00_00ff_0000_0000L;
  static final long ADDRESS6_LOW = 0x1_0001;
  private static final int MTU_BYTES = 9100;

  private final Underlay underlay;

  TrainingUnderlay(Arena arena) {
    Neighbours neighbours = new Neighbours(arena);
    neighbours.set(RESOLVED, mac(0x77));
    Uplink[] uplinks = new Uplink[END];
    for (int i = UPLINK; i < END; i++) {
      uplinks[i] = uplink(i);
    }
    long[] tunnels = new long[TUNNELS * Tunnels.LONGS_PER_TUNNEL];
    write4(tunnels, TUNNEL4, RESOLVED);
    write6(tunnels, TUNNEL6, true);
    write6(tunnels, TUNNEL6_PLAIN, false);
    write4(tunnels, TUNNEL_UNRESOLVED, UNRESOLVED);
    Tunnels.writeOutside(tunnels, WAY, RESOLVED);
    Tunnels.writeOutside(tunnels, WAY_UNRESOLVED, UNRESOLVED);
    underlay = new Underlay(TrainingTables.ROUTER_MAC, uplinks, tunnels, neighbours);
  }

  Underlay tables() {
    return underlay;
  }

  static int node4(int node) {
    return ADDRESS4 + node;
  }

  private static long node6Low(int node) {
    return ADDRESS6_LOW + node;
  }

  static long mac(int interfaceIndex) {
    return TrainingTables.podMac(interfaceIndex);
  }

  private static Uplink uplink(int index) {
    KeyTable.Builder vrfs = new KeyTable.Builder(TrainingTables.NETWORKS);
    for (int i = 0; i < TrainingTables.NETWORKS; i++) {
      vrfs.put(FIRST_VNI + i, i);
    }
    KeyTable.Builder nodes = new KeyTable.Builder(4);
    KeyTable.Builder neighbours = new KeyTable.Builder(4);
    for (int node = NODE; node <= OTHER_NODE; node++) {
      nodes.putAddress4(node4(node), node).put(ADDRESS6_HIGH, node6Low(node), node);
      neighbours.putAddress4(node4(node), node).put(ADDRESS6_HIGH, node6Low(node), node);
    }
    return new Uplink(
        index,
        mac(UPLINK),
        ADDRESS4,
        ADDRESS6_HIGH,
        ADDRESS6_LOW,
        MTU_BYTES,
        vrfs.build(),
        nodes.build(),
        neighbours.build(),
        index == OUTSIDE ? new Outside(0, -1 << 8, -1, -1L << 8) : null);
  }

  private static void write4(long[] tunnels, int tunnel, int neighbour) {
    long mac = mac(UPLINK);
    Tunnels.write4(tunnels, tunnel, neighbour, mac, ADDRESS4, node4(NODE));
    Tunnels.write4(tunnels, tunnel + 1, neighbour, mac, node4(NODE), ADDRESS4);
  }

  private static void write6(long[] tunnels, int tunnel, boolean checksums) {
    long mac = mac(UPLINK);
    long high = ADDRESS6_HIGH;
    long node = node6Low(NODE);
    Tunnels.write6(tunnels, tunnel, RESOLVED, mac, high, ADDRESS6_LOW, high, node, checksums);
    Tunnels.write6(tunnels, tunnel + 1, RESOLVED, mac, high, node, high, ADDRESS6_LOW, checksums);
  }

  /** The next hop's argument of a tunnel to a node. */
  long argument(int tunnel, int node) {
    return Tunnels.hopArgument(underlay.tunnels(), tunnel, node);
  }
}
