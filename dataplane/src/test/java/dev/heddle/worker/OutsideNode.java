package dev.heddle.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.compile.TableCompiler;
import dev.heddle.memory.Memory;
import dev.heddle.model.Endpoint;
import dev.heddle.model.IpAddress;
import dev.heddle.model.IpPrefix;
import dev.heddle.model.MemifAttachment;
import dev.heddle.model.Network;
import dev.heddle.model.NextHop;
import dev.heddle.model.NextHopSet;
import dev.heddle.model.Node;
import dev.heddle.model.RouterMac;
import dev.heddle.model.UnderlayAddress;
import dev.heddle.model.Uplink;
import dev.heddle.model.Vtep;
import dev.heddle.observe.DropReason;
import dev.heddle.observe.InterfaceCounter;
import dev.heddle.observe.WorkerCounters;
import dev.heddle.port.loopback.LoopbackLink;
import dev.heddle.port.memif.MemifPort;
import dev.heddle.port.memif.RingLayout;
import dev.heddle.table.Neighbours;
import dev.heddle.table.RouteStore;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;

/**
 * A node with one worker that a test turns by hand: a pod in network blue (10.1.0.0/16 and
 * fd00:1::/64), uplinks wan and lan that lead outside it, and one that carries tunnels to node
 * east, behind which 10.1.2.0/24 and fd00:1::2:0/112 are. On wan the default gateway is 192.0.2.1
 * or 2001:db8::1, on lan 198.51.100.1 leads to 203.0.113.0/24.
 */
final class OutsideNode implements AutoCloseable {
  static final int TUNNELS = 0;
  static final int WAN = 1;
  static final int LAN = 2;
  static final int POD = 3;
  private static final int INTERFACES = 4;

  static final int POD4 = 0x0a01_000a;
  static final int GATEWAY4 = 0x0a01_0001;
  static final int EAST4 = 0x0a01_0205;
  static final int HOLE4 = 0x0a01_6363;
  static final long PREFIX6 = 0xfd00_0001L << 32;
  static final long POD6_LOW = 0x10;
  static final int OWN4 = 0xc000_020a;
  static final int NEXT4 = 0xc000_0201;
  static final int ON_LINK4 = 0xc000_024d;
  static final long LINK6 = 0x2001_0db8L << 32;
  static final long NEXT6_LOW = 1;
  static final long OWN6_LOW = 10;
  static final int FAR4 = 0x0808_0808;
  static final long FAR6 = 0x2620L << 48;
  static final int LAN_FAR4 = 0xcb00_7105;

  static final long POD_MAC = 0x0a00_0000_0002L;
  static final long WAN_MAC = 0x0b00_0000_0002L;
  static final long LAN_MAC = 0x0c00_0000_0002L;
  static final long TUNNELS_MAC = 0x0d00_0000_0002L;
  static final long GATEWAY_MAC = 0x0e00_0000_0002L;
  static final int POD_MTU_BYTES = 1400;
  static final int VNI = 0x12_3456;
  private static final int LOG2_SLOTS = 9;
  private static final String BLUE = "blue";

  private final Arena arena = Arena.ofConfined();
  private final Neighbours table = new Neighbours(arena);
  private final TableCompiler compiler = new TableCompiler(new RouteStore(1 << 24), table);
  private final WorkerCounters counters = WorkerCounters.scratch(arena, INTERFACES);
  private final RouteCounters routeCounters = new RouteCounters();
  private final Worker worker;
  private final List<LoopbackLink> links = new ArrayList<>();

  OutsideNode() {
    compiler.begin();
    add(uplink("", "", 0x0a09_0001, null), TUNNELS_MAC, TUNNELS);
    UnderlayAddress wan6 = new UnderlayAddress(IpAddress.v6(LINK6, OWN6_LOW), 64, null);
    add(uplink("wan", BLUE, OWN4, wan6), WAN_MAC, WAN);
    add(uplink("lan", BLUE, 0xc633_640a, null), LAN_MAC, LAN);
    Vtep vtep = new Vtep("", IpAddress.v4(0x0a09_0002));
    compiler.underlay().addNode(new Node("east", RouterMac.ADDRESS, List.of(vtep), false));
    addNetwork();
    NextHop next4 = new NextHop.ToGateway(IpAddress.v4(NEXT4));
    NextHop next6 = new NextHop.ToGateway(IpAddress.v6(LINK6, NEXT6_LOW));
    NextHop lan = new NextHop.ToGateway(IpAddress.v4(0xc633_6401));
    route(IpAddress.v4(0), 0, next4);
    route(IpAddress.v4(0x0b00_0000), 8, next4, lan);
    route(IpAddress.v4(0xcb00_7100), 24, lan);
    route(IpAddress.v4(0x0a01_0200), 24, new NextHop.ToNode("east"));
    route(IpAddress.v6(0x2600L << 48, 0), 8, next6);
    route(IpAddress.v6(PREFIX6, 0x2_0000), 112, new NextHop.ToNode("east"));
    compiler.prepare();
    Publication publication = new Publication();
    publication.set(compiler.finish(1));
    worker =
        new Worker(
            "outside",
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
    resolve(GATEWAY_MAC);
  }

  private static Uplink uplink(String name, String network, int address, UnderlayAddress ipv6) {
    UnderlayAddress ipv4 = new UnderlayAddress(IpAddress.v4(address), 24, null);
    return new Uplink(name, network, ipv4, ipv6, 1500, 0, memif());
  }

  private void add(Uplink uplink, long mac, int interfaceIndex) {
    assertThat(compiler.underlay().addUplink(uplink)).isEqualTo(interfaceIndex);
    compiler.underlay().setMac(uplink.name(), mac);
  }

  private static MemifAttachment memif() {
    return new MemifAttachment(true, "/nowhere", "", 1, "", false, 1, 10, 2048, 1, false, true);
  }

  private void addNetwork() {
    compiler.addNetwork(
        new Network(
            BLUE,
            VNI,
            new IpPrefix(IpAddress.v4(0x0a01_0000), 16),
            new IpPrefix(IpAddress.v6(PREFIX6, 0), 64),
            IpAddress.v4(GATEWAY4),
            IpAddress.v6(PREFIX6, 1),
            POD_MTU_BYTES,
            "",
            false));
    List<IpAddress> addresses = List.of(IpAddress.v4(POD4), IpAddress.v6(PREFIX6, POD6_LOW));
    Endpoint pod = new Endpoint("pod", BLUE, addresses, POD_MAC, 0, List.of(), memif());
    assertThat(compiler.addEndpoint(pod)).isEqualTo(POD);
    compiler.announceGateways(BLUE);
    compiler.announce("pod");
  }

  private void route(IpAddress prefix, int length, NextHop... hops) {
    List<NextHopSet.Member> members = new ArrayList<>();
    for (NextHop hop : hops) {
      members.add(new NextHopSet.Member(hop, 1));
    }
    int hop = compiler.hop(BLUE, new NextHopSet(members));
    compiler.putRoute(BLUE, hop, prefix.ipv6(), prefix.high(), prefix.low(), length);
  }

  /** Gives all neighbours this MAC address, or none with 0. */
  void resolve(long mac) {
    compiler.underlay().wantedNeighbours().forEach(wanted -> table.set(wanted.index(), mac));
  }

  /** Sends what waits, to this MAC address. */
  void release(long mac) {
    resolve(mac);
    worker.submit(worker::releaseHeld);
    turn();
  }

  /** Drops what waits, as if it had waited for too long. */
  void expire() {
    worker.submit(() -> worker.expireHeld(System.nanoTime() + HeldPackets.MAX_WAIT_NS));
    turn();
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

  /** Sends a descriptor that is of no bytes. */
  void sendBadDescriptor(int interfaceIndex) {
    LoopbackLink link = links.get(interfaceIndex);
    link.fillRaw(RingLayout.descriptorLow(0, 0, 0), 0);
    link.publishSent();
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

  @Override
  public void close() {
    for (int i = 0; i < INTERFACES; i++) {
      assertThat(collect(i)).as("frames that nobody asked about").isEmpty();
    }
    worker.onClose();
    links.forEach(LoopbackLink::close);
    routeCounters.close();
    compiler.close();
    arena.close();
  }
}
