package dev.heddle.table;

/**
 * The layout of {@link Tables#hops()}: four longs a next hop, so that two share a cache line.
 *
 * <pre>
 * long 0   Ethernet bytes 0..7 as stored on the wire (little-endian long): destination MAC, first two of the source MAC
 * long 1   Ethernet bytes 8..11 in the low 32 bits: last four bytes of the source MAC; upper 32 bits zero
 * long 2   bits 0..7 kind, bits 8..31 interface index or all ones, bits 32..63 longest frame in bytes
 * long 3   by kind: ECMP group's offset in {@link Tables#groups()}, {@link Tunnels#hopArgument} or
 *          {@link Tunnels#outsideArgument}; else 0
 * </pre>
 *
 * Next hop 0 is always "no route", next hop 1 always "drop by route", so that a lookup that finds
 * nothing needs no branch.
 */
public final class NextHops {
  public static final int LONGS_PER_HOP = 4;

  /** Index of the hop that an empty table's lookup yields. */
  public static final int NO_ROUTE = 0;

  /** Index of the hop of a route that drops on purpose. */
  public static final int DROP = 1;

  public static final int KIND_NO_ROUTE = 0;
  public static final int KIND_DROP = 1;

  /** A pod on this node; the interface index says which. */
  public static final int KIND_LOCAL = 2;

  /** Several next hops of equal cost; a flow stays with one of them. */
  public static final int KIND_ECMP = 3;

  /** A gateway whose address no local endpoint or node has, so there is no way to it now. */
  public static final int KIND_UNRESOLVED = 4;

  /** An address of the router itself. */
  public static final int KIND_ROUTER = 5;

  /**
   * Another node, reached through a tunnel. The interface is an uplink, the Ethernet header the
   * inner one, and the longest frame counts without the outer headers.
   */
  public static final int KIND_REMOTE = 6;

  /**
   * A gateway on the link of an uplink that leads outside. The interface is that uplink; the
   * destination MAC address is left 0, as it is the gateway's.
   */
  public static final int KIND_OUTSIDE = 7;

  /**
   * Set in a lookup's result where the route counts its packets: the other bits are then a route
   * id, and {@link Tables#routeHops()} has its next hop.
   */
  public static final int COUNTED_ROUTE = 0x8000_0000;

  /** Route ids are below this number. */
  public static final int MAX_COUNTED_ROUTES = 1 << 24;

  private static final int ETHERNET_BYTES = 14;

  private NextHops() {}

  /** A hop table that has only the two fixed entries. */
  public static long[] dropOnly() {
    long[] hops = new long[2 * LONGS_PER_HOP];
    hops[LONGS_PER_HOP * NO_ROUTE + 2] = meta(KIND_NO_ROUTE);
    hops[LONGS_PER_HOP * DROP + 2] = meta(KIND_DROP);
    return hops;
  }

  public static int kind(long meta) {
    return (int) meta & 0xff;
  }

  /** The interface that the next hop is reached through; negative where there is none. */
  public static int interfaceIndex(long meta) {
    return (int) meta >> 8;
  }

  /** Longest packet, without an Ethernet header, that the next hop takes. */
  public static int mtuBytes(long meta) {
    return maxFrameBytes(meta) - ETHERNET_BYTES;
  }

  /** The same of a next hop in a table of them. */
  public static int mtuBytes(long[] hops, int hop) {
    return mtuBytes(hops[hop * LONGS_PER_HOP + 2]);
  }

  /** Of what kind a next hop in a table of them is. */
  public static int kind(long[] hops, int hop) {
    return kind(hops[hop * LONGS_PER_HOP + 2]);
  }

  /** Whether a next hop in a table of them is reached through an uplink. */
  public static boolean isThroughUplink(long[] hops, int hop) {
    return kind(hops, hop) >= KIND_REMOTE;
  }

  /** Longest frame that the next hop takes, with an Ethernet header. */
  public static int maxFrameBytes(long meta) {
    return (int) (meta >>> 32);
  }

  /** Of a next hop that is reached through an interface. */
  public static long meta(int kind, int interfaceIndex, int mtuBytes) {
    return kind | (interfaceIndex & 0xff_ffffL) << 8 | mtuBytes + (long) ETHERNET_BYTES << 32;
  }

  /** Of a next hop that no interface leads to. */
  public static long meta(int kind) {
    return meta(kind, -1, 0);
  }

  /**
   * The member of an equal-cost group that a flow takes. A group is its size, a power of two,
   * followed by that many next hop indexes; shares come from repeating an index.
   */
  public static int ecmpMember(int[] groups, int offset, int flowHash) {
    return groups[offset + 1 + (flowHash & groups[offset] - 1)];
  }

  /** Id of the counted route that a lookup's negative result stands for. */
  public static int routeId(int result) {
    return result & ~COUNTED_ROUTE;
  }

  /**
   * The next hop that a lookup's result leads a flow to: counted routes and equal-cost groups
   * resolved.
   *
   * @param result of a lookup in one of the VRFs of {@code tables}
   * @return index of a next hop of any kind but {@link #KIND_ECMP}
   */
  public static int resolve(Tables tables, int result, int flowHash) {
    int hop = result < 0 ? tables.routeHops()[routeId(result)] : result;
    int at = hop * LONGS_PER_HOP;
    if (kind(tables.hops()[at + 2]) == KIND_ECMP) {
      return ecmpMember(tables.groups(), (int) tables.hops()[at + 3], flowHash);
    }
    return hop;
  }
}
