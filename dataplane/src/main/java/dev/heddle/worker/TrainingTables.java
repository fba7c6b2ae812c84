package dev.heddle.worker;

import dev.heddle.table.Attachment;
import dev.heddle.table.NextHops;
import dev.heddle.table.RouteStore;
import dev.heddle.table.RouteTable;
import dev.heddle.table.Tables;
import dev.heddle.table.Tunnels;
import dev.heddle.table.Underlay;
import dev.heddle.table.Vrf;
import dev.heddle.table.policy.PolicyTables;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The tables that workers are trained with: every kind of next hop and of lookup table, for IPv4
 * and IPv6.
 *
 * <p>Network 0 has one /16 whose third byte says what becomes of a packet; networks 1 and 2 have
 * random routes to its endpoints, so many that their tables take all forms that the trie knows.
 */
final class TrainingTables implements AutoCloseable {
  /** Interfaces 0 to 7 send and receive; the next four only play a part in somebody's failure. */
  static final int SENDERS = 8;

  /** The one of them that has a tap in some of the sessions. */
  static final int KERNEL = 2;

  /** Its peer never drains its ring. */
  static final int STUCK = 8;

  /** Its peer is not connected. */
  static final int DOWN = 9;

  /** It has no endpoint. */
  static final int UNATTACHED = 10;

  /** Its peer moves the rings' indexes too far. */
  static final int JUMPING = 11;

  /** Pods' interfaces; those behind them are uplinks, see {@link TrainingUnderlay}. */
  private static final int PODS = 12;

  static final int INTERFACES = TrainingUnderlay.END;

  /** Who sends from behind another node. */
  static final int REMOTE = TrainingUnderlay.UPLINK;

  /** Who sends from the outside of network 0. */
  static final int OUTSIDE = TrainingUnderlay.OUTSIDE;

  /** All that is there, but for what the kinds of network 0 say. */
  static final int OUTSIDE4 = 0x0b00_0000;

  static final long OUTSIDE6 = 0x2a00L << 48;

  static final int NETWORKS = 3;
  static final int RANGE4 = 0xac10_0000;
  static final long RANGE6 = 0xfd00_0000_0000_0000L;
  static final int GATEWAY4 = RANGE4 + 1;
  static final long ROUTER_MAC = 0x4c44_4445_4802L;

  /** What the third byte of an address means, or the last but one 16 bits of an IPv6 address. */
  static final int TO_ENDPOINT = 1;

  static final int TO_GROUP = 2;
  static final int TO_DROP = 3;
  static final int TO_UNRESOLVED = 4;
  static final int TO_REMOTE = 5;
  static final int TO_SMALL_MTU = 6;
  static final int TO_REMOTE6 = 7;
  static final int TO_REMOTE6_PLAIN = 8;
  static final int TO_REMOTE_UNRESOLVED = 9;
  static final int TO_REMOTE_GROUP = 10;
  static final int TO_REMOTE_SMALL_MTU = 11;
  static final int TO_REMOTE_DOWN = 12;
  static final int TO_REMOTE_SMALL_BUFFERS = 13;
  static final int TO_OUTSIDE = 14;
  static final int TO_OUTSIDE_UNRESOLVED = 15;
  static final int TO_COUNTED = 16;
  static final int KINDS = 16;

  private static final int MTU_BYTES = 9000;
  private static final int SMALL_MTU_BYTES = 300;
  private static final int RANDOM_ROUTES = 3_000;
  private static final long LIMIT_BYTES = 64L << 20;
  private static final int FIRST_ENDPOINT_HOP = 2;
  private static final int GROUP_HOP = FIRST_ENDPOINT_HOP + PODS;
  private static final int UNRESOLVED_HOP = GROUP_HOP + 1;
  private static final int REMOTE_HOP = GROUP_HOP + 2;
  private static final int SMALL_MTU_HOP = GROUP_HOP + 3;
  private static final int ROUTER_HOP = GROUP_HOP + 4;
  private static final int REMOTE6_HOP = GROUP_HOP + 5;
  private static final int REMOTE6_PLAIN_HOP = GROUP_HOP + 6;
  private static final int REMOTE_UNRESOLVED_HOP = GROUP_HOP + 7;
  private static final int REMOTE_GROUP_HOP = GROUP_HOP + 8;
  private static final int REMOTE_SMALL_MTU_HOP = GROUP_HOP + 9;
  private static final int REMOTE_DOWN_HOP = GROUP_HOP + 10;
  private static final int REMOTE_SMALL_BUFFERS_HOP = GROUP_HOP + 11;
  private static final int OUTSIDE_HOP = GROUP_HOP + 12;
  private static final int OUTSIDE_UNRESOLVED_HOP = GROUP_HOP + 13;
  private static final int HOPS = GROUP_HOP + 14;

  private static final int[] GROUPS = {
    4, 2, 3, 4, 2 + STUCK, 4, REMOTE_HOP, REMOTE6_HOP, REMOTE6_PLAIN_HOP, OUTSIDE_HOP
  };
  private static final int REMOTE_GROUP_OFFSET = 5;

  private static final int[] EGRESS_PROGRAMS = {
    TrainingPolicies.CHANGES_ITS_MIND, TrainingPolicies.BY_PAGES, 0, TrainingPolicies.BY_LISTS, 0
  };
  private static final int[] INGRESS_PROGRAMS = {
    TrainingPolicies.CHANGES_ITS_MIND, TrainingPolicies.BY_LISTS, TrainingPolicies.BY_PAGES, 0
  };

  private final RouteStore store = new RouteStore(LIMIT_BYTES);
  private final Arena arena = Arena.ofShared();
  private final TrainingUnderlay underlay = new TrainingUnderlay(arena);
  private final SplittableRandom random;
  private final long[] hops = new long[HOPS * NextHops.LONGS_PER_HOP];
  private final List<Integer> randomPrefixes4 = new ArrayList<>();
  private final List<Long> randomPrefixes6 = new ArrayList<>();
  private final Attachment[] attachments = new Attachment[INTERFACES];
  private final Attachment[] policed = new Attachment[INTERFACES];
  private final Vrf[] vrfs = new Vrf[NETWORKS];
  private final TrainingPolicies policies;
  private long revision;

  TrainingTables(SplittableRandom random) {
    this.random = random;
    fillHops();
    RouteTable[] tables4 = new RouteTable[NETWORKS];
    RouteTable[] tables6 = new RouteTable[NETWORKS];
    for (int i = 0; i < NETWORKS; i++) {
      tables4[i] = store.create4();
      tables6[i] = store.create6();
    }
    routeByKind(tables4[0], tables6[0]);
    // With a direct root, and with too few different beginnings for one.
    routeAtRandom(tables4[1], tables6[1], 100, 24);
    routeAtRandom(tables4[2], tables6[2], 2, 22);
    policies = new TrainingPolicies(store);
    store.prepare();
    for (int i = 0; i < NETWORKS; i++) {
      vrfs[i] = vrf(i, tables4[i].root(), tables6[i].root());
    }
    store.seal(1);
    for (int i = 0; i < PODS; i++) {
      attachments[i] = i == UNATTACHED ? null : attachment(i, false);
      policed[i] = i == UNATTACHED ? null : attachment(i, true);
    }
  }

  /** The same tables under a new revision, every other time with policies. */
  Tables next() {
    boolean withPolicies = revision % 2 == 1;
    return next(withPolicies);
  }

  /** The same tables under a new revision. */
  Tables next(boolean withPolicies) {
    boolean[] networks = new boolean[NETWORKS];
    Arrays.fill(networks, withPolicies);
    int[] routeHops = new int[HOPS];
    for (int hop = 0; hop < HOPS; hop++) {
      routeHops[hop] = hop;
    }
    return new Tables(
        ++revision,
        withPolicies ? policed : attachments,
        vrfs,
        hops,
        GROUPS,
        routeHops,
        underlay.tables(),
        withPolicies ? policies.tables(networks) : PolicyTables.NONE);
  }

  Underlay underlay() {
    return underlay.tables();
  }

  Vrf vrf(int network) {
    return vrfs[network];
  }

  /** Whether the peer of an interface sends IP packets without Ethernet headers. */
  static boolean ipMode(int interfaceIndex) {
    return interfaceIndex < 6 && interfaceIndex % 2 == 1;
  }

  static int network(int interfaceIndex) {
    return interfaceIndex == 6 || interfaceIndex == 7 ? interfaceIndex - 5 : 0;
  }

  static int address4(int interfaceIndex) {
    if (interfaceIndex == OUTSIDE) {
      return OUTSIDE4 + 10;
    }
    int kind = interfaceIndex == REMOTE ? TO_REMOTE : TO_ENDPOINT;
    return RANGE4 | kind << 8 | interfaceIndex + 10;
  }

  static long address6High(int interfaceIndex) {
    return interfaceIndex == OUTSIDE ? OUTSIDE6 : RANGE6;
  }

  static long address6Low(int interfaceIndex) {
    int kind = interfaceIndex == REMOTE ? TO_REMOTE : TO_ENDPOINT;
    return (long) kind << 16 | interfaceIndex + 10;
  }

  /** An address that one of the random routes leads somewhere, most often. */
  int randomAddress4() {
    return randomPrefixes4.get(random.nextInt(randomPrefixes4.size())) | random.nextInt(256);
  }

  /** The first half of such an IPv6 address. */
  long randomAddress6() {
    return randomPrefixes6.get(random.nextInt(randomPrefixes6.size())) | random.nextInt(256);
  }

  private void fillHops() {
    setHop(NextHops.DROP, NextHops.KIND_DROP, 0, 0, 0);
    for (int i = 0; i < PODS; i++) {
      setHop(FIRST_ENDPOINT_HOP + i, NextHops.KIND_LOCAL, i, MTU_BYTES, 0);
    }
    setHop(GROUP_HOP, NextHops.KIND_ECMP, 0, 0, 0);
    setHop(UNRESOLVED_HOP, NextHops.KIND_UNRESOLVED, 0, 0, 0);
    setHop(SMALL_MTU_HOP, NextHops.KIND_LOCAL, 0, SMALL_MTU_BYTES, 0);
    setHop(ROUTER_HOP, NextHops.KIND_ROUTER, 0, 0, 0);
    fillRemoteHops();
    fillOutsideHops();
  }

  private void fillRemoteHops() {
    int uplink = TrainingUnderlay.UPLINK;
    int tunnel4 = TrainingUnderlay.TUNNEL4;
    int tunnel6 = TrainingUnderlay.TUNNEL6;
    setRemote(REMOTE_HOP, uplink, MTU_BYTES, tunnel4, TrainingUnderlay.NODE);
    setRemote(REMOTE6_HOP, uplink, MTU_BYTES, tunnel6, TrainingUnderlay.OTHER_NODE);
    setRemote(
        REMOTE6_PLAIN_HOP,
        uplink,
        MTU_BYTES,
        TrainingUnderlay.TUNNEL6_PLAIN,
        TrainingUnderlay.OTHER_NODE);
    setRemote(
        REMOTE_UNRESOLVED_HOP,
        uplink,
        MTU_BYTES,
        TrainingUnderlay.TUNNEL_UNRESOLVED,
        TrainingUnderlay.NODE);
    setHop(REMOTE_GROUP_HOP, NextHops.KIND_ECMP, 0, 0, REMOTE_GROUP_OFFSET);
    setRemote(REMOTE_SMALL_MTU_HOP, uplink, SMALL_MTU_BYTES, tunnel4, TrainingUnderlay.NODE);
    setRemote(
        REMOTE_DOWN_HOP, TrainingUnderlay.DOWN_UPLINK, MTU_BYTES, tunnel4, TrainingUnderlay.NODE);
    setRemote(
        REMOTE_SMALL_BUFFERS_HOP,
        TrainingUnderlay.SMALL_UPLINK,
        MTU_BYTES,
        tunnel6,
        TrainingUnderlay.NODE);
  }

  private void fillOutsideHops() {
    int uplink = TrainingUnderlay.OUTSIDE;
    long way = Tunnels.outsideArgument(TrainingUnderlay.WAY);
    long unresolved = Tunnels.outsideArgument(TrainingUnderlay.WAY_UNRESOLVED);
    setHop(OUTSIDE_HOP, NextHops.KIND_OUTSIDE, uplink, MTU_BYTES, way);
    setHop(OUTSIDE_UNRESOLVED_HOP, NextHops.KIND_OUTSIDE, uplink, MTU_BYTES, unresolved);
    for (int hop = OUTSIDE_HOP; hop <= OUTSIDE_UNRESOLVED_HOP; hop++) {
      hops[hop * NextHops.LONGS_PER_HOP] = ROUTER_MAC << 48;
    }
  }

  private void setRemote(int hop, int uplink, int mtuBytes, int tunnel, int node) {
    setHop(hop, NextHops.KIND_REMOTE, uplink, mtuBytes, underlay.argument(tunnel, node));
  }

  private void setHop(int hop, int kind, int interfaceIndex, int mtuBytes, long argument) {
    int at = hop * NextHops.LONGS_PER_HOP;
    hops[at] = podMac(interfaceIndex) | ROUTER_MAC << 48;
    hops[at + 1] = ROUTER_MAC >>> 16;
    hops[at + 2] = NextHops.meta(kind, interfaceIndex, mtuBytes);
    hops[at + 3] = argument;
  }

  private void routeByKind(RouteTable table4, RouteTable table6) {
    int[] hopOfKind = new int[KINDS];
    hopOfKind[TO_GROUP] = GROUP_HOP;
    hopOfKind[TO_DROP] = NextHops.DROP;
    hopOfKind[TO_UNRESOLVED] = UNRESOLVED_HOP;
    hopOfKind[TO_REMOTE] = REMOTE_HOP;
    hopOfKind[TO_SMALL_MTU] = SMALL_MTU_HOP;
    hopOfKind[TO_REMOTE6] = REMOTE6_HOP;
    hopOfKind[TO_REMOTE6_PLAIN] = REMOTE6_PLAIN_HOP;
    hopOfKind[TO_REMOTE_UNRESOLVED] = REMOTE_UNRESOLVED_HOP;
    hopOfKind[TO_REMOTE_GROUP] = REMOTE_GROUP_HOP;
    hopOfKind[TO_REMOTE_SMALL_MTU] = REMOTE_SMALL_MTU_HOP;
    hopOfKind[TO_REMOTE_DOWN] = REMOTE_DOWN_HOP;
    hopOfKind[TO_REMOTE_SMALL_BUFFERS] = REMOTE_SMALL_BUFFERS_HOP;
    hopOfKind[TO_OUTSIDE] = OUTSIDE_HOP;
    hopOfKind[TO_OUTSIDE_UNRESOLVED] = OUTSIDE_UNRESOLVED_HOP;
    table4.put(RouteTable.high4(OUTSIDE4), 0, 8, OUTSIDE_HOP);
    table6.put(OUTSIDE6, 0, 16, OUTSIDE_HOP);
    for (int kind = TO_GROUP; kind < KINDS; kind++) {
      put(table4, table6, kind, hopOfKind[kind]);
      put(table4, table6, TO_COUNTED + kind, NextHops.COUNTED_ROUTE | hopOfKind[kind]);
    }
    table4.put(RouteTable.high4(GATEWAY4), 0, 32, ROUTER_HOP);
    table6.put(RANGE6, 1, 128, ROUTER_HOP);
    for (int i = 0; i < PODS; i++) {
      int value = FIRST_ENDPOINT_HOP + i;
      table4.put(RouteTable.high4(address4(i)), 0, 32, value);
      table6.put(RANGE6, address6Low(i), 128, value);
      int counted = NextHops.COUNTED_ROUTE | value;
      int kind = TO_COUNTED + TO_ENDPOINT;
      table4.put(RouteTable.high4(RANGE4 | kind << 8 | i + 10), 0, 32, counted);
      table6.put(RANGE6, (long) kind << 16 | i + 10, 128, counted);
    }
  }

  private static void put(RouteTable table4, RouteTable table6, int kind, int value) {
    table4.put(RouteTable.high4(RANGE4 | kind << 8), 0, 24, value);
    table6.put(RANGE6, (long) kind << 16, 112, value);
  }

  private void routeAtRandom(RouteTable table4, RouteTable table6, int firstBytes, int moreBits) {
    put(table4, table6, TO_REMOTE, REMOTE_HOP);
    for (int i = 0; i < RANDOM_ROUTES; i++) {
      int hop = FIRST_ENDPOINT_HOP + random.nextInt(SENDERS);
      int value = random.nextInt(4) == 0 ? NextHops.COUNTED_ROUTE | hop : hop;
      int first = 10 + random.nextInt(firstBytes);
      int length4 = 17 + random.nextInt(12);
      int prefix4 = (first << 24 | random.nextInt(1 << moreBits)) & -1 << 32 - length4;
      table4.put(RouteTable.high4(prefix4), 0, length4, value);
      randomPrefixes4.add(prefix4);
      int length6 = 17 + random.nextInt(44);
      long address6 = (0x20L + first % 16) << 56 | random.nextLong(1L << moreBits + 32);
      long prefix6 = address6 & -1L << 64 - length6;
      table6.put(prefix6, 0, length6, value);
      randomPrefixes6.add(prefix6);
    }
  }

  private static Vrf vrf(int index, long root4, long root6) {
    return new Vrf(
        index,
        TrainingUnderlay.FIRST_VNI + index,
        root4,
        root6,
        RANGE4,
        0xffff_0000,
        RANGE6,
        0,
        64,
        GATEWAY4,
        RANGE6,
        1);
  }

  /** With policies, one endpoint has none, and others for one direction only. */
  private static Attachment attachment(int index, boolean withPolicy) {
    int egress = withPolicy ? EGRESS_PROGRAMS[index % EGRESS_PROGRAMS.length] : 0;
    int ingress = withPolicy ? INGRESS_PROGRAMS[index % INGRESS_PROGRAMS.length] : 0;
    boolean without6 = index == 7;
    return new Attachment(
        index,
        network(index),
        ROUTER_MAC,
        podMac(index),
        index == 5 ? 0 : Integer.reverseBytes(address4(index)),
        without6 ? 0 : Long.reverseBytes(RANGE6),
        without6 ? 0 : Long.reverseBytes(address6Low(index)),
        new int[] {RANGE4 | 0x6401, -1, 0x0a63_0000, 0xffff_ff00},
        new long[] {RANGE6, 0x6401, 128, 0xfd00_0099_0000_0000L, 0, 48},
        MTU_BYTES,
        egress,
        ingress,
        ipMode(index));
  }

  static long podMac(int interfaceIndex) {
    return 0x0a00_0000_0002L + ((long) interfaceIndex << 40);
  }

  @Override
  public void close() {
    store.close();
    arena.close();
  }
}
