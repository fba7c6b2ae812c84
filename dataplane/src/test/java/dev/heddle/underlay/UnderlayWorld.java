package dev.heddle.underlay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.api.stats.Accounting;
import dev.heddle.api.stats.CountersFileReader;
import dev.heddle.compile.TableCompiler;
import dev.heddle.daemon.InterfaceEvents;
import dev.heddle.daemon.KeptNeighbours;
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
import dev.heddle.observe.CountersFile;
import dev.heddle.observe.DropReason;
import dev.heddle.observe.InterfaceCounter;
import dev.heddle.observe.NeighbourEvent;
import dev.heddle.port.dpdk.DpdkPort;
import dev.heddle.port.loopback.LoopbackLink;
import dev.heddle.table.Neighbours;
import dev.heddle.table.RouteStore;
import dev.heddle.wire.Ethernet;
import dev.heddle.wire.IpProtocol;
import dev.heddle.wire.Ipv4;
import dev.heddle.worker.IdleMode;
import dev.heddle.worker.WorkerGroup;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;

/**
 * Two workers, a keeper of neighbours, a pod and an uplink, both of which the test plays, and a
 * route through a tunnel to another node. Outer addresses: ours ends in 1, the node's in 2, the
 * gateway's in fe.
 */
final class UnderlayWorld implements AutoCloseable {
  static final long UPLINK_MAC = 0x0101_0000_0002L;
  static final int OWN4 = 0xc000_0201;
  static final int NODE4 = 0xc000_0202;
  static final int GATEWAY4 = 0xc000_02fe;
  static final int FAR_NODE4 = 0xc633_6402;
  static final long PREFIX6 = 0x2001_0db8_0000_0000L;
  static final int PACKET_BYTES = 100;

  private static final int WORKERS = 2;
  private static final int INTERFACES = 2;
  private static final int RANGE = 0xac13_0000;
  private static final int POD_ADDRESS = RANGE + 10;
  private static final int REMOTE_ADDRESS = RANGE + 0x909;
  private static final long POD_MAC = 0x0a00_0000_0002L;
  private static final String NETWORK = "blue";
  private static final int UPLINK_MTU_BYTES = 1500;
  private static final int LOG2_SLOTS = 10;
  private static final int BUFFER_BYTES = 2048;
  private static final int NUMBER_OFFSET = PACKET_BYTES - Integer.BYTES;
  private static final long DEADLINE_NS = 120_000_000_000L;
  private static final long POLL_NS = 50_000;

  private final Arena arena = Arena.ofShared();
  private final Neighbours table = new Neighbours(arena);
  private final TableCompiler compiler = new TableCompiler(new RouteStore(1 << 24), table);
  private final CountersFile counters;
  private final CountersFileReader reader;
  private final WorkerGroup group;
  private final NeighbourService service;
  private final LoopbackLink pod;
  private final int uplinkIndex;
  private final boolean ipv6;
  private final DpdkPort port;
  private LoopbackLink uplink;

  private UnderlayWorld(Path directory, boolean ipv6, IpAddress node, IntFunction<DpdkPort> device)
      throws InterruptedException {
    this.ipv6 = ipv6;
    Path file = directory.resolve("counters");
    counters = CountersFile.create(file, WORKERS, INTERFACES, InterfaceEvents.all());
    reader = CountersFileReader.open(file);
    group = WorkerGroup.start(List.of(-1, -1), IdleMode.ADAPTIVE, counters);
    service =
        NeighbourService.start(
            table, group.neighbourOutput(), group.neighbourReports(), counters.slots()::count);
    compiler.begin();
    uplinkIndex = compiler.underlay().addUplink(ipv6 ? uplink(null, own6()) : uplink(own4(), null));
    counters.slots().claim(uplinkIndex, "uplink", "");
    port = device == null ? null : device.apply(uplinkIndex);
    compiler.underlay().setMac("", port == null ? UPLINK_MAC : port.mac());
    compiler
        .underlay()
        .addNode(new Node("other", RouterMac.ADDRESS, List.of(new Vtep("", node)), false));
    int podIndex = addNetwork();
    compiler.prepare();
    counters.slots().claim(podIndex, "pod", NETWORK);
    pod = new LoopbackLink(arena, podIndex, false, LOG2_SLOTS, BUFFER_BYTES);
    group.publish(compiler.finish(1));
    group.linkUp(pod);
    attach();
    new KeptNeighbours(service).want(compiler.underlay().wantedNeighbours());
    compiler.settle(routeId -> {});
  }

  static UnderlayWorld onLink4(Path directory) throws InterruptedException {
    return new UnderlayWorld(directory, false, IpAddress.v4(NODE4), null);
  }

  static UnderlayWorld onLink6(Path directory) throws InterruptedException {
    return new UnderlayWorld(directory, true, IpAddress.v6(PREFIX6, 2), null);
  }

  static UnderlayWorld behindGateway4(Path directory) throws InterruptedException {
    return new UnderlayWorld(directory, false, IpAddress.v4(FAR_NODE4), null);
  }

  static UnderlayWorld behindGateway6(Path directory) throws InterruptedException {
    return new UnderlayWorld(directory, true, IpAddress.v6(PREFIX6 + 1, 2), null);
  }

  /** With a device as uplink, opened for an interface index; its peer is real. */
  static UnderlayWorld through(
      Path directory, boolean ipv6, boolean far, IntFunction<DpdkPort> device)
      throws InterruptedException {
    IpAddress node =
        ipv6 ? IpAddress.v6(far ? PREFIX6 + 1 : PREFIX6, 2) : IpAddress.v4(far ? FAR_NODE4 : NODE4);
    return new UnderlayWorld(directory, ipv6, node, device);
  }

  private static UnderlayAddress own4() {
    return new UnderlayAddress(IpAddress.v4(OWN4), 24, IpAddress.v4(GATEWAY4));
  }

  private static UnderlayAddress own6() {
    return new UnderlayAddress(IpAddress.v6(PREFIX6, 1), 64, IpAddress.v6(0xfe80L << 48, 0xfe));
  }

  private static Uplink uplink(UnderlayAddress address4, UnderlayAddress address6) {
    return new Uplink("", "", address4, address6, UPLINK_MTU_BYTES, UPLINK_MAC, memif());
  }

  private static MemifAttachment memif() {
    return new MemifAttachment(
        true, "/nowhere", "", 1, "", false, 1, LOG2_SLOTS, BUFFER_BYTES, 1, false, true);
  }

  private int addNetwork() {
    IpPrefix range = new IpPrefix(IpAddress.v4(RANGE), 16);
    compiler.addNetwork(
        new Network(NETWORK, 56, range, null, IpAddress.v4(RANGE + 1), null, 0, "", false));
    int index =
        compiler.addEndpoint(
            new Endpoint(
                "pod",
                NETWORK,
                List.of(IpAddress.v4(POD_ADDRESS)),
                POD_MAC,
                0,
                List.of(),
                memif()));
    compiler.announceGateways(NETWORK);
    compiler.announce("pod");
    NextHopSet toNode =
        new NextHopSet(List.of(new NextHopSet.Member(new NextHop.ToNode("other"), 1)));
    IpAddress remote = IpAddress.v4(REMOTE_ADDRESS);
    compiler.putRoute(
        NETWORK, compiler.hop(NETWORK, toNode), false, remote.high(), remote.low(), 32);
    return index;
  }

  private void attach() {
    if (port == null) {
      uplink = new LoopbackLink(arena, uplinkIndex, false, LOG2_SLOTS, BUFFER_BYTES);
      group.linkUp(uplink);
    } else {
      group.attach(port);
    }
    service.linkUp(uplinkIndex);
  }

  /** A peer comes after {@link #disconnect}. */
  UnderlayHost connect() {
    attach();
    return host();
  }

  /** Has the keeper ask all neighbours now, as when the link comes up. */
  void refresh() {
    service.linkUp(uplinkIndex);
  }

  /** The uplink's peer goes. */
  void disconnect() {
    group.detach(uplinkIndex);
    if (uplink != null) {
      uplink.close();
      uplink = null;
    }
  }

  /** The uplink's present peer. */
  UnderlayHost host() {
    return new UnderlayHost(uplink, ipv6);
  }

  List<NeighbourStatus> neighbours() {
    return service.list();
  }

  /** The pod sends a UDP datagram with a number to the other node. */
  void send(int number) {
    await(() -> pod.room() > 0);
    long frame = pod.nextBuffer();
    Ethernet.write(frame, RouterMac.ADDRESS, POD_MAC, Ethernet.TYPE_IPV4);
    Ipv4.write(
        frame + Ethernet.HEADER_BYTES,
        0,
        PACKET_BYTES,
        64,
        IpProtocol.UDP,
        POD_ADDRESS,
        REMOTE_ADDRESS);
    Memory.putInt(frame + Ethernet.HEADER_BYTES + NUMBER_OFFSET, number);
    pod.send(Ethernet.HEADER_BYTES + PACKET_BYTES);
  }

  /** The number in a tunnel packet, whatever outer headers it has. */
  static int number(long frame, int frameBytes) {
    return Memory.getInt(frame + frameBytes - Integer.BYTES);
  }

  long podCount(InterfaceCounter counter) {
    return count(counter, pod.interfaceIndex());
  }

  long uplinkCount(InterfaceCounter counter) {
    return count(counter, uplinkIndex);
  }

  private long count(InterfaceCounter counter, int interfaceIndex) {
    long sum = 0;
    for (int worker = 0; worker < WORKERS; worker++) {
      sum += counter.get(counters.rowAddress(worker, interfaceIndex));
    }
    return sum;
  }

  /** Of either interface. */
  long dropped(DropReason reason) {
    long sum = 0;
    for (int worker = 0; worker < WORKERS; worker++) {
      for (int i = 0; i < INTERFACES; i++) {
        sum += InterfaceCounter.dropped(counters.rowAddress(worker, i), reason);
      }
    }
    return sum;
  }

  long events(NeighbourEvent event) {
    return counters.slots().events(uplinkIndex, event);
  }

  /** Waits until all that was taken in is accounted for, and asserts that it is. */
  void awaitBalance() {
    await(() -> Accounting.of(reader.snapshot()).stream().allMatch(Accounting.Balance::balanced));
  }

  static void await(BooleanSupplier condition) {
    long deadlineNs = System.nanoTime() + DEADLINE_NS;
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("still waiting at the deadline").isLessThan(deadlineNs);
      LockSupport.parkNanos(POLL_NS);
    }
  }

  @Override
  public void close() {
    group.linkDown(pod);
    disconnect();
    service.close();
    group.close();
    pod.close();
    if (port != null) {
      port.close();
    }
    reader.close();
    counters.close();
    compiler.close();
    arena.close();
  }
}
