package dev.heddle.worker;

import dev.heddle.compile.TableCompiler;
import dev.heddle.compile.policy.Among;
import dev.heddle.compile.policy.Condition;
import dev.heddle.compile.policy.PortRange;
import dev.heddle.compile.policy.RuleTier;
import dev.heddle.compile.policy.RuleTier.Action;
import dev.heddle.compile.policy.RuleTier.Rule;
import dev.heddle.flow.FlowTable;
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
import dev.heddle.observe.WorkerCounter;
import dev.heddle.observe.WorkerCounters;
import dev.heddle.port.loopback.LoopbackLink;
import dev.heddle.port.memif.MemifPort;
import dev.heddle.table.Neighbours;
import dev.heddle.table.NextHops;
import dev.heddle.table.RouteStore;
import dev.heddle.table.Tables;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.IntStream;

/**
 * Three pods of one network, each polled by a worker of its own, that share a flow table; and an
 * uplink to another node, which the first pod's worker polls. Workers turn when a test says so.
 *
 * <p>On the underlay this node is node 1 of {@link TunnelNode}, and the other one node 2; it has
 * the addresses of pods {@link #REMOTE} and the next.
 */
final class PolicedPods implements AutoCloseable {
  static final int PODS = 3;
  static final int UPLINK = PODS;
  static final int REMOTE = 20;
  static final int VNI = 56;
  static final int FLOWS = 1 << 10;
  private static final int LOG2_SLOTS = 8;
  private static final int BUFFER_BYTES = 2048;
  private static final String NETWORK = "blue";
  private static final String NODE = "east";

  /** So that tunnels carry what pods send. */
  private static final int UPLINK_MTU_BYTES = Network.DEFAULT_MTU_BYTES + Uplink.OVERHEAD6_BYTES;

  private final Arena arena = Arena.ofConfined();
  private final Neighbours neighbours = new Neighbours(arena);
  private final TableCompiler compiler = new TableCompiler(new RouteStore(1 << 24), neighbours);
  private final Publication publication = new Publication();
  private final FlowTable flows = new FlowTable(FLOWS, 7, System.nanoTime());
  private final List<Worker> workers = new ArrayList<>();
  private final List<WorkerCounters> counters = new ArrayList<>();
  private final List<LoopbackLink> links = new ArrayList<>();
  private long revision;
  private Tables tables;

  PolicedPods() {
    compiler.begin();
    compiler.addNetwork(
        new Network(
            NETWORK,
            VNI,
            new IpPrefix(IpAddress.v4(PolicyPacket.RANGE4), 16),
            new IpPrefix(IpAddress.v6(PolicyPacket.HIGH6, 0), 64),
            IpAddress.v4(PolicyPacket.RANGE4 + 1),
            IpAddress.v6(PolicyPacket.HIGH6, 1),
            Network.DEFAULT_MTU_BYTES,
            "",
            false));
    for (int pod = 0; pod < PODS; pod++) {
      compiler.addEndpoint(endpoint(pod));
    }
    addUplink();
    compiler.announceGateways(NETWORK);
    for (int pod = 0; pod < PODS; pod++) {
      compiler.announce(name(pod));
    }
    leadToNode(IpAddress.v4(PolicyPacket.address4(REMOTE)), 31);
    leadToNode(IpAddress.v6(PolicyPacket.HIGH6, PolicyPacket.low6(REMOTE)), 127);
    publish();
    compiler
        .underlay()
        .wantedNeighbours()
        .forEach(wanted -> neighbours.set(wanted.index(), TunnelNode.uplinkMac(2)));
    for (int i = 0; i < PODS; i++) {
      WorkerCounters own = WorkerCounters.scratch(arena, PODS + 1);
      counters.add(own);
      workers.add(
          new Worker(
              "worker-" + i, -1, publication, arena, PODS + 1, own, new RouteCounters(), flows));
    }
    for (int pod = 0; pod <= UPLINK; pod++) {
      LoopbackLink link = new LoopbackLink(arena, pod, false, LOG2_SLOTS, BUFFER_BYTES);
      links.add(link);
      MemifPort port = new MemifPort(link);
      Worker poller = workers.get(worker(pod));
      poller.addQueue(port.openReceiveQueue(0, poller.tools()));
      workers.forEach(worker ->
          worker.egress().set(port.interfaceIndex(), port.openTransmitPort(0, worker.tools())));
    }
  }

  private void addUplink() {
    compiler
        .underlay()
        .addUplink(
            new Uplink(
                "",
                "",
                new UnderlayAddress(IpAddress.v4(TunnelNode.underlay4(1)), 24, null),
                new UnderlayAddress(IpAddress.v6(TunnelNode.UNDERLAY6_HIGH, 1), 64, null),
                UPLINK_MTU_BYTES,
                0,
                memif(UPLINK)));
    compiler.underlay().setMac("", TunnelNode.uplinkMac(1));
    List<Vtep> vteps =
        List.of(
            new Vtep("", IpAddress.v4(TunnelNode.underlay4(2))),
            new Vtep("", IpAddress.v6(TunnelNode.UNDERLAY6_HIGH, 2)));
    compiler.underlay().addNode(new Node(NODE, RouterMac.ADDRESS, vteps, false));
  }

  private void leadToNode(IpAddress prefix, int length) {
    NextHopSet node = new NextHopSet(List.of(new NextHopSet.Member(new NextHop.ToNode(NODE), 1)));
    int hop = compiler.hop(NETWORK, node);
    compiler.putRoute(NETWORK, hop, prefix.ipv6(), prefix.high(), prefix.low(), length);
  }

  private static int worker(int interfaceIndex) {
    return interfaceIndex == UPLINK ? 0 : interfaceIndex;
  }

  private void publish() {
    compiler.prepare();
    tables = compiler.finish(++revision);
    compiler.settle(routeId -> {});
    publication.set(tables);
  }

  private static Endpoint endpoint(int pod) {
    return new Endpoint(
        name(pod),
        NETWORK,
        List.of(
            IpAddress.v4(PolicyPacket.address4(pod)),
            IpAddress.v6(PolicyPacket.HIGH6, PolicyPacket.low6(pod))),
        mac(pod),
        0,
        List.of(),
        memif(pod));
  }

  private static MemifAttachment memif(int id) {
    return new MemifAttachment(
        true, "/nowhere", "", id, "", false, 1, LOG2_SLOTS, BUFFER_BYTES, 1, false, true);
  }

  private static String name(int pod) {
    return "pod" + pod;
  }

  static long mac(int pod) {
    return 0x0a00_0000_0002L + ((long) pod << 40);
  }

  /** Gives a pod its policy; no tiers: none. */
  void police(int pod, List<RuleTier> egress, List<RuleTier> ingress) {
    compiler.begin();
    compiler.policies().set(name(pod), egress, ingress);
    publish();
  }

  /** A rule for one port of a protocol, whatever the IP version. */
  static Rule port(Action action, int protocol, int port) {
    return new Rule(action, List.of(condition(protocol, port, port)));
  }

  static Rule protocol(Action action, int protocol) {
    return new Rule(action, List.of(condition(protocol, 0, 65_535)));
  }

  private static Condition condition(int protocol, int first, int last) {
    return new Condition(
        Among.anything(),
        Among.anything(),
        Among.anything(),
        Among.anything(),
        Among.anything(),
        new Among<>(
            List.of(PortRange.protocol(protocol, false), PortRange.protocol(protocol, true)),
            List.of()),
        Among.anything(),
        Among.one(new PortRange(first, last)));
  }

  static List<RuleTier> tier(Action last, Rule... rules) {
    return List.of(new RuleTier(List.of(rules), last));
  }

  /**
   * Sends frames from one pod in one batch; returns what the other one gets, without Ethernet
   * headers.
   */
  List<byte[]> send(int from, int to, byte[]... frames) {
    for (byte[] frame : frames) {
      long buffer = links.get(from).nextBuffer();
      for (int i = 0; i < frame.length; i++) {
        Memory.putByte(buffer + i, frame[i]);
      }
      links.get(from).send(frame.length);
    }
    workers.get(worker(from)).doWork();
    return collect(to);
  }

  private List<byte[]> collect(int pod) {
    LoopbackLink link = links.get(pod);
    List<byte[]> packets = new ArrayList<>();
    while (link.pending() > 0) {
      long packet = link.pendingPacket() + PolicyPacket.ETHERNET_BYTES;
      byte[] bytes = new byte[link.pendingBytes() - PolicyPacket.ETHERNET_BYTES];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = Memory.getByte(packet + i);
      }
      packets.add(bytes);
      link.collect();
    }
    return packets;
  }

  /**
   * What its worker counted for one packet of a pod, or a frame that came in on the uplink: the
   * reason, "answered", or who received it.
   */
  String outcome(int from, byte[] frame) {
    long row = counters.get(worker(from)).rowAddress(from);
    long[] before = new long[DropReason.values().length];
    for (DropReason reason : DropReason.values()) {
      before[reason.ordinal()] = InterfaceCounter.dropped(row, reason);
    }
    long consumed = InterfaceCounter.CONSUMED.get(row);
    for (int to = 0; to <= UPLINK; to++) {
      collect(to);
    }
    List<byte[]> own = send(from, from, frame);
    for (DropReason reason : DropReason.values()) {
      if (InterfaceCounter.dropped(row, reason) > before[reason.ordinal()]) {
        return reason.label();
      }
    }
    if (InterfaceCounter.CONSUMED.get(row) > consumed) {
      return "answered";
    }
    for (int to = 0; to <= UPLINK; to++) {
      if (!(to == from ? own : collect(to)).isEmpty()) {
        return "to " + to;
      }
    }
    return "nowhere";
  }

  /** What is told of a packet of a pod, or a frame that comes in on the uplink. */
  DryRun.Fate dryRun(int from, byte[] frame) {
    DryRun dryRun = new DryRun(flows);
    return from == UPLINK
        ? dryRun.runArrival(frame, tables.underlay().uplink(UPLINK), tables)
        : dryRun.run(frame, tables.attachment(from), tables);
  }

  /** What {@link #outcome} must be if this is what is told. */
  String outcome(DryRun.Fate told) {
    if (told.answered()) {
      return "answered";
    }
    if (told.reason() != null) {
      return told.reason().label();
    }
    long meta = tables.hops()[told.hop() * NextHops.LONGS_PER_HOP + 2];
    return "to " + NextHops.interfaceIndex(meta);
  }

  /** What Log rules noted on a worker since it was asked last. */
  List<String> notes(int worker) {
    List<String> notes = new ArrayList<>();
    workers
        .get(worker)
        .policyLog()
        .drain((timeMs, noted, interfaceIndex, ingress, rule, allowed, packet) ->
            notes.add(
                "interface %d %s rule %d allowed %s protocol %d port %d to %d"
                    .formatted(
                        interfaceIndex,
                        ingress ? "ingress" : "egress",
                        rule,
                        allowed,
                        packet.protocol(),
                        packet.sourcePort(),
                        packet.destinationPort())));
    return notes;
  }

  Tables tables() {
    return tables;
  }

  long dropped(int pod, DropReason reason) {
    return InterfaceCounter.dropped(counters.get(pod).rowAddress(pod), reason);
  }

  long counter(int worker, WorkerCounter counter) {
    return counters.get(worker).get(counter);
  }

  /** What came in and went nowhere, over all workers. */
  long missing() {
    return counters.stream().mapToLong(WorkerCounters::missingPackets).sum();
  }

  long egressHits(int pod, int rule) {
    return tables.policies().egressHits(pod).get(rule);
  }

  long ingressHits(int pod, int rule) {
    return tables.policies().ingressHits(pod).get(rule);
  }

  /** How often any rule decided about or noted a packet. */
  long hits() {
    long sum = 0;
    for (int pod = 0; pod < PODS; pod++) {
      sum += sum(tables.policies().egressHits(pod)) + sum(tables.policies().ingressHits(pod));
    }
    return sum;
  }

  private static long sum(AtomicLongArray hits) {
    return hits == null ? 0 : IntStream.range(0, hits.length()).mapToLong(hits::get).sum();
  }

  long flows() {
    return flows.flows(0);
  }

  FlowTable flowTable() {
    return flows;
  }

  @Override
  public void close() {
    workers.forEach(Worker::onClose);
    flows.close();
    compiler.close();
    arena.close();
  }
}
