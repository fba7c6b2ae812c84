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
import dev.heddle.observe.DropReason;
import dev.heddle.observe.InterfaceCounter;
import dev.heddle.observe.WorkerCounter;
import dev.heddle.observe.WorkerCounters;
import dev.heddle.port.loopback.LoopbackLink;
import dev.heddle.port.memif.MemifPort;
import dev.heddle.table.Neighbours;
import dev.heddle.table.RouteStore;
import dev.heddle.table.Tables;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.IntStream;

/**
 * Three pods of one network, each polled by a worker of its own, that share a flow table. Workers
 * turn when a test says so.
 */
final class PolicedPods implements AutoCloseable {
  static final int PODS = 3;
  static final int FLOWS = 1 << 10;
  private static final int LOG2_SLOTS = 8;
  private static final int BUFFER_BYTES = 2048;
  private static final String NETWORK = "blue";

  private final Arena arena = Arena.ofConfined();
  private final TableCompiler compiler =
      new TableCompiler(new RouteStore(1 << 24), new Neighbours(arena));
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
            56,
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
    compiler.announceGateways(NETWORK);
    for (int pod = 0; pod < PODS; pod++) {
      compiler.announce(name(pod));
    }
    publish();
    for (int i = 0; i < PODS; i++) {
      WorkerCounters own = WorkerCounters.scratch(arena, PODS);
      counters.add(own);
      workers.add(
          new Worker("worker-" + i, -1, publication, arena, PODS, own, new RouteCounters(), flows));
    }
    for (int pod = 0; pod < PODS; pod++) {
      LoopbackLink link = new LoopbackLink(arena, pod, false, LOG2_SLOTS, BUFFER_BYTES);
      links.add(link);
      MemifPort port = new MemifPort(link);
      Worker poller = workers.get(pod);
      poller.addQueue(port.openReceiveQueue(0, poller.tools()));
      workers.forEach(worker ->
          worker.egress().set(port.interfaceIndex(), port.openTransmitPort(0, worker.tools())));
    }
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
        new MemifAttachment(
            true, "/nowhere", "", pod, "", false, 1, LOG2_SLOTS, BUFFER_BYTES, 1, false, true));
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
    workers.get(from).doWork();
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
   * What its worker counted for one packet of a pod: the reason, "answered", or who received it.
   */
  String outcome(int from, byte[] frame) {
    long row = counters.get(from).rowAddress(from);
    long[] before = new long[DropReason.values().length];
    for (DropReason reason : DropReason.values()) {
      before[reason.ordinal()] = InterfaceCounter.dropped(row, reason);
    }
    long consumed = InterfaceCounter.CONSUMED.get(row);
    for (int pod = 0; pod < PODS; pod++) {
      collect(pod);
    }
    send(from, from, frame);
    for (DropReason reason : DropReason.values()) {
      if (InterfaceCounter.dropped(row, reason) > before[reason.ordinal()]) {
        return reason.label();
      }
    }
    if (InterfaceCounter.CONSUMED.get(row) > consumed) {
      return "answered";
    }
    for (int pod = 0; pod < PODS; pod++) {
      if (!collect(pod).isEmpty()) {
        return "to pod " + pod;
      }
    }
    return "to pod " + from;
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
