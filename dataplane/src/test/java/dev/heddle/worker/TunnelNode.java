package dev.heddle.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.memory.Memory;
import dev.heddle.observe.DropReason;
import dev.heddle.observe.InterfaceCounter;
import dev.heddle.observe.WorkerCounters;
import dev.heddle.port.Port;
import dev.heddle.port.loopback.LoopbackLink;
import dev.heddle.port.memif.MemifPort;
import dev.heddle.table.Attachment;
import dev.heddle.table.KeyTable;
import dev.heddle.table.Neighbours;
import dev.heddle.table.NextHops;
import dev.heddle.table.RouteStore;
import dev.heddle.table.RouteTable;
import dev.heddle.table.Tables;
import dev.heddle.table.Tunnels;
import dev.heddle.table.Underlay;
import dev.heddle.table.Uplink;
import dev.heddle.table.Vrf;
import dev.heddle.table.policy.PolicyTables;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;

/**
 * A node with one worker that a test turns by hand: two pods in network blue, one in red, and an
 * uplink to node {@code 3 - number}, which is node 1 or 2.
 *
 * <p>Pod {@code i} of node {@code n} has 10.{@code n}.0.{@code 10 + i} and fd00:{@code n}::{@code
 * 10 + i}; both networks have the same addresses. The nodes are 192.168.0.{@code n} and
 * fd00:ff::{@code n} on the underlay.
 */
final class TunnelNode implements AutoCloseable {
  /** What the underlay is, and whether UDP checksums are computed. */
  enum Kind {
    IPV4,
    IPV6,
    IPV6_CHECKSUMS
  }

  static final int POD = 0;
  static final int OTHER_POD = 1;
  static final int RED_POD = 2;
  static final int UPLINK = 3;
  private static final int INTERFACES = 4;

  static final int BLUE_VNI = 0x12_3456;
  static final int RED_VNI = 0x65_4321;
  static final int GATEWAY4 = 0x0a09_0001;
  static final long GATEWAY6_HIGH = 0xfd00_0009_0000_0000L;
  static final long ROUTER_MAC = 0x4c44_4445_4802L;
  static final long UNDERLAY6_HIGH = 0xfd00_00ff_0000_0000L;
  static final int POD_MTU_BYTES = 8000;
  static final int SMALL_MTU_BYTES = 600;
  private static final int LOG2_SLOTS = 9;
  private static final int NEIGHBOUR = 7;
  private static final int NODE = 5;
  private static final int FIRST_POD_HOP = 2;
  private static final int REMOTE_HOP = FIRST_POD_HOP + UPLINK;
  private static final int ROUTER_HOP = REMOTE_HOP + 1;
  private static final int SMALL_HOP = ROUTER_HOP + 1;
  private static final int HOPS = SMALL_HOP + 1;

  private final Arena arena = Arena.ofConfined();
  private final int number;
  private final Kind kind;
  private final int mtuBytes;
  private final RouteStore store = new RouteStore(1 << 24);
  private final Neighbours neighbours = new Neighbours(arena);
  private final WorkerCounters counters = WorkerCounters.scratch(arena, INTERFACES);
  private final RouteCounters routeCounters = new RouteCounters();
  private final Worker worker;
  private final List<LoopbackLink> links = new ArrayList<>();

  /**
   * @param mtuBytes of the uplink
   */
  TunnelNode(int number, Kind kind, int mtuBytes) {
    this.number = number;
    this.kind = kind;
    this.mtuBytes = mtuBytes;
    Publication publication = new Publication();
    publication.set(tables());
    worker =
        new Worker(
            "node-" + number,
            -1,
            publication,
            arena,
            INTERFACES,
            counters,
            routeCounters,
            TestFlows.TABLE);
    for (int i = 0; i < INTERFACES; i++) {
      LoopbackLink link = new LoopbackLink(arena, i, i % 2 == 0, false, LOG2_SLOTS, 16_384);
      links.add(link);
      worker.attach(new MemifPort(link), 0, 1);
    }
    resolve(true);
  }

  int pathMtuBytes() {
    return mtuBytes - overheadBytes();
  }

  int overheadBytes() {
    return kind == Kind.IPV4 ? Tunnels.OVERHEAD4_BYTES : Tunnels.OVERHEAD6_BYTES;
  }

  /** Says whether the other node's MAC address on the underlay is known. */
  void resolve(boolean known) {
    neighbours.set(NEIGHBOUR, known ? uplinkMac(3 - number) : 0);
  }

  static int address4(int node, int pod) {
    return 0x0a00_000a | node << 16 | pod;
  }

  static long address6High(int node) {
    return 0xfd00L << 48 | (long) node << 32;
  }

  static long address6Low(int pod) {
    return 10 + pod;
  }

  static long podMac(int node, int pod) {
    return 0x0a00_0000_0002L + ((long) pod << 40) + ((long) node << 32);
  }

  static long uplinkMac(int node) {
    return 0x0b00_0000_0002L + ((long) node << 40);
  }

  static int underlay4(int node) {
    return 0xc0a8_0000 | node;
  }

  private Tables tables() {
    long[] hops = hops();
    Vrf[] vrfs = new Vrf[2];
    RouteTable[] tables4 = {store.create4(), store.create4()};
    RouteTable[] tables6 = {store.create6(), store.create6()};
    for (int network = 0; network < 2; network++) {
      int other = 3 - number;
      tables4[network].put(RouteTable.high4(address4(other, 0) & 0xffff_0000), 0, 16, REMOTE_HOP);
      tables6[network].put(address6High(other), 0, 32, REMOTE_HOP);
      tables4[network].put(RouteTable.high4(GATEWAY4), 0, 32, ROUTER_HOP);
      tables6[network].put(GATEWAY6_HIGH, 1, 128, ROUTER_HOP);
      // A way to a pod that is narrow.
      tables4[network].put(RouteTable.high4(0x0a63_0000), 0, 16, SMALL_HOP);
    }
    for (int pod = 0; pod < UPLINK; pod++) {
      int network = network(pod);
      int hop = FIRST_POD_HOP + pod;
      tables4[network].put(RouteTable.high4(address4(number, pod)), 0, 32, hop);
      tables6[network].put(address6High(number), address6Low(pod), 128, hop);
    }
    store.prepare();
    for (int network = 0; network < 2; network++) {
      int vni = network == 0 ? BLUE_VNI : RED_VNI;
      vrfs[network] = vrf(network, vni, tables4[network].root(), tables6[network].root());
    }
    store.seal(1);
    Attachment[] attachments = new Attachment[UPLINK];
    for (int pod = 0; pod < UPLINK; pod++) {
      attachments[pod] = attachment(pod);
    }
    return new Tables(
        1, attachments, vrfs, hops, new int[0], new int[0], underlay(hops), PolicyTables.NONE);
  }

  private static int network(int pod) {
    return pod == RED_POD ? 1 : 0;
  }

  private static Vrf vrf(int index, int vni, long root4, long root6) {
    return new Vrf(
        index, vni, root4, root6, 0x0a00_0000, 0xff00_0000, 0, 0, -1, GATEWAY4, GATEWAY6_HIGH, 1);
  }

  private Attachment attachment(int pod) {
    return new Attachment(
        pod,
        network(pod),
        ROUTER_MAC,
        podMac(number, pod),
        Integer.reverseBytes(address4(number, pod)),
        Long.reverseBytes(address6High(number)),
        Long.reverseBytes(address6Low(pod)),
        new int[0],
        new long[0],
        POD_MTU_BYTES,
        0,
        0,
        false);
  }

  private static long[] hops() {
    long[] hops = new long[HOPS * NextHops.LONGS_PER_HOP];
    System.arraycopy(NextHops.dropOnly(), 0, hops, 0, NextHops.dropOnly().length);
    return hops;
  }

  private Underlay underlay(long[] hops) {
    long[] tunnels = new long[Tunnels.LONGS_PER_TUNNEL];
    int other = 3 - number;
    long mac = uplinkMac(number);
    if (kind == Kind.IPV4) {
      Tunnels.write4(tunnels, 0, NEIGHBOUR, mac, underlay4(number), underlay4(other));
    } else {
      long high = UNDERLAY6_HIGH;
      boolean checksums = kind == Kind.IPV6_CHECKSUMS;
      Tunnels.write6(tunnels, 0, NEIGHBOUR, mac, high, number, high, other, checksums);
    }
    for (int pod = 0; pod < UPLINK; pod++) {
      long podMac = podMac(number, pod);
      setHop(hops, FIRST_POD_HOP + pod, podMac, NextHops.KIND_LOCAL, pod, POD_MTU_BYTES);
    }
    setHop(hops, REMOTE_HOP, ROUTER_MAC, NextHops.KIND_REMOTE, UPLINK, pathMtuBytes());
    hops[REMOTE_HOP * NextHops.LONGS_PER_HOP + 3] = Tunnels.hopArgument(tunnels, 0, NODE);
    setHop(hops, ROUTER_HOP, 0, NextHops.KIND_ROUTER, 0, 0);
    setHop(hops, SMALL_HOP, podMac(number, POD), NextHops.KIND_LOCAL, POD, SMALL_MTU_BYTES);
    Uplink[] uplinks = new Uplink[INTERFACES];
    uplinks[UPLINK] = uplink(other);
    return new Underlay(ROUTER_MAC, uplinks, tunnels, neighbours);
  }

  private static void setHop(
      long[] hops, int hop, long mac, int kind, int interfaceIndex, int mtuBytes) {
    int at = hop * NextHops.LONGS_PER_HOP;
    hops[at] = mac | ROUTER_MAC << 48;
    hops[at + 1] = ROUTER_MAC >>> 16;
    hops[at + 2] = NextHops.meta(kind, interfaceIndex, mtuBytes);
  }

  private Uplink uplink(int other) {
    KeyTable peers =
        new KeyTable.Builder(2)
            .putAddress4(underlay4(other), NODE)
            .put(UNDERLAY6_HIGH, other, NODE)
            .build();
    return new Uplink(
        UPLINK,
        uplinkMac(number),
        underlay4(number),
        UNDERLAY6_HIGH,
        number,
        mtuBytes,
        new KeyTable.Builder(2).put(BLUE_VNI, 0).put(RED_VNI, 1).build(),
        peers,
        peers,
        null);
  }

  /** Gives a pod another interface than its loopback link. */
  void replace(Port port) {
    worker.removeInterface(port.interfaceIndex());
    worker.attach(port, 0, 1);
  }

  /** Takes a pod's interface away. */
  void disconnect(int interfaceIndex) {
    worker.removeInterface(interfaceIndex);
  }

  /** Puts a frame into an interface's ring, as its peer; turn the worker then. */
  void send(int interfaceIndex, byte[] frame) {
    LoopbackLink link = links.get(interfaceIndex);
    long buffer = link.nextBuffer();
    for (int i = 0; i < frame.length; i++) {
      Memory.putByte(buffer + i, frame[i]);
    }
    link.send(frame.length);
  }

  /** Lets the worker take all that was sent; its books must balance then. */
  void turn() {
    worker.doWork();
    worker.doWork();
    assertThat(counters.missingPackets()).as("packets that are missing").isZero();
  }

  /** Takes what the worker sent to an interface. */
  List<byte[]> collect(int interfaceIndex) {
    LoopbackLink link = links.get(interfaceIndex);
    List<byte[]> frames = new ArrayList<>();
    while (link.pending() > 0) {
      byte[] frame = new byte[link.pendingBytes()];
      for (int i = 0; i < frame.length; i++) {
        frame[i] = Memory.getByte(link.pendingPacket() + i);
      }
      frames.add(frame);
      link.collect();
    }
    return frames;
  }

  /** Sends a frame and returns what then comes out of an interface. */
  List<byte[]> pass(int from, byte[] frame, int to) {
    send(from, frame);
    turn();
    return collect(to);
  }

  long dropped(int interfaceIndex, DropReason reason) {
    return InterfaceCounter.dropped(counters.rowAddress(interfaceIndex), reason);
  }

  long counted(int interfaceIndex, InterfaceCounter counter) {
    return counter.get(counters.rowAddress(interfaceIndex));
  }

  /** Sends what waits for the other node. */
  void release() {
    resolve(true);
    worker.submit(worker::releaseHeld);
    turn();
  }

  @Override
  public void close() {
    worker.onClose();
    links.forEach(LoopbackLink::close);
    routeCounters.close();
    store.close();
    arena.close();
  }
}
