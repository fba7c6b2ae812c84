package dev.heddle.worker;

import dev.heddle.flow.FlowTable;
import dev.heddle.memory.Memory;
import dev.heddle.observe.DropReason;
import dev.heddle.observe.InterfaceCounter;
import dev.heddle.observe.PacketWatch;
import dev.heddle.observe.PolicyLog;
import dev.heddle.observe.WorkerCounter;
import dev.heddle.observe.WorkerCounters;
import dev.heddle.packet.Arrivals;
import dev.heddle.packet.Batch;
import dev.heddle.packet.CountedRoutes;
import dev.heddle.packet.Exceptions;
import dev.heddle.packet.NeighbourReports;
import dev.heddle.packet.PacketPool;
import dev.heddle.port.RxQueue;
import dev.heddle.stage.Decapsulation;
import dev.heddle.stage.IcmpRateLimiter;
import dev.heddle.stage.ReversePath;
import dev.heddle.stage.RouteLookup;
import dev.heddle.table.Attachment;
import dev.heddle.table.Tables;
import dev.heddle.table.Tunnels;
import dev.heddle.table.Uplink;
import dev.heddle.table.Vrf;
import java.lang.foreign.Arena;

/**
 * The whole way of a packet through a worker, one batch at a time:
 *
 * <pre>
 *   receive     take the next packets of one queue; bad descriptors are dropped here
 *   classify    the interface's attachment says the network and its VRF; on an uplink, tunnel packets are
 *               opened, and their identifiers say it; an uplink that leads outside is one network's
 *   look up     longest prefix match and next hop of all packets, in loops whose cache misses overlap
 *   police      in networks with policies, by headers copied before: known flow, or the sender's and the
 *               receiver's programs
 *   forward     runs of packets of one egress interface: header loaded once, checked (anti-spoofing too),
 *               rewritten and stored in the receiver's buffer, payload copied behind it
 *   slow path   what was not plain: answered by the router, routed with care, or dropped with a reason
 *   flush       publish to the receivers, give the sender its buffers back, add up the counters
 * </pre>
 *
 * Belongs to one worker. Allocates nothing.
 */
public final class Pipeline {
  private static final int POOL_BUFFERS = 64;

  private final Batch batch;
  private final Exceptions exceptions = new Exceptions();
  private final CountedRoutes counted = new CountedRoutes();
  private final WorkerCounters counters;
  private final RouteCounters routeCounters;
  private final Egress egress;
  private final PacketWatch watch;
  private final Explainer explainer;
  private final PolicyGate policy;
  private final SlowPath slowPath;
  private final SlowArrival slowArrival;
  private final Arrivals arrivals = new Arrivals();
  private final ReversePath reversePath = new ReversePath();
  private final TunnelEnds tunnelEnds;
  private final HeldPackets held;
  private final Unreachable unreachable;

  /** The queue of the last batch, where it is attached, and what it is forwarded by. */
  private RxQueue queue;

  private Attachment in;
  private Tables tables;

  /** Packets that were taken and are not counted yet. */
  private int taken;

  /**
   * @param arena for packet memory; must outlive every use
   * @param interfaces how many interfaces there may be
   * @param reports what is heard of neighbours on the underlay
   * @param flows shared by all workers
   */
  public Pipeline(
      Arena arena,
      int interfaces,
      WorkerCounters counters,
      RouteCounters routeCounters,
      Egress egress,
      NeighbourReports reports,
      FlowTable flows) {
    this.batch = new Batch();
    this.counters = counters;
    this.routeCounters = routeCounters;
    this.egress = egress;
    this.watch = egress.watch();
    this.explainer = new Explainer(arena, watch, flows);
    this.policy = new PolicyGate(arena, counters, watch, flows);
    PacketPool pool = new PacketPool(arena, POOL_BUFFERS);
    this.held = new HeldPackets(counters, pool, egress, reports);
    this.tunnelEnds = new TunnelEnds(interfaces);
    Fates fates = new Fates(counters, watch);
    Delivery delivery = new Delivery(counters, fates, pool, egress, held);
    IcmpRateLimiter limiter = new IcmpRateLimiter(interfaces, System.nanoTime());
    this.unreachable = new Unreachable(egress, delivery, fates, limiter, tunnelEnds);
    this.slowPath = new SlowPath(pool, egress, policy, delivery, fates, limiter);
    this.slowArrival =
        new SlowArrival(counters, pool, egress, policy, delivery, fates, limiter, reports);
    counters.set(WorkerCounter.POOL_BUFFERS, pool.buffers());
  }

  /**
   * Takes one batch from a queue and does with it all there is to do.
   *
   * @return packets taken, 0 if there were none
   */
  public int process(RxQueue from, Tables newest) {
    queue = from;
    long row = counters.rowAddress(from.interfaceIndex());
    int packets = from.receive(batch, row);
    if (packets == 0) {
      return 0;
    }
    taken = packets;
    if (watch.isOn()) {
      watch.received(
          from.interfaceIndex(), batch.frame, batch.lengthBytes, batch.count, absentBytes());
    }
    tables = newest;
    in = tables.attachment(from.interfaceIndex());
    long bytes = batch.bytes();
    // Packets of this batch must not overtake those that wait.
    releaseHeld(tables);
    if (batch.count > 0) {
      process(row);
    }
    egress.flush();
    if (watch.isOn()) {
      watch.endBatch();
    }
    from.release();
    count(row, bytes);
    return packets;
  }

  /** The batch has a packet at least; none is left where all that was taken was malformed. */
  private void process(long row) {
    if (in == null) {
      arrive(row);
    } else {
      forward();
    }
  }

  /** Counts the batch once, even if an error is told in the middle of it. */
  private void count(long row, long bytes) {
    int packets = taken;
    taken = 0;
    InterfaceCounter.RX_PACKETS.add(row, packets);
    InterfaceCounter.RX_BYTES.add(row, queue.ipMode() ? bytes - ethernetBytes() : bytes);
    counters.batch(packets);
  }

  /**
   * Ends the batch that an error broke off, wherever that was: closes all ports, sends what can
   * still be sent, gives the sender its buffers back and accounts for the packets that are lost.
   */
  void recover() {
    watch.endBatch();
    egress.recover();
    if (queue == null) {
      return;
    }
    if (queue.check()) {
      egress.forwardRest();
      egress.flush();
      queue.release();
    } else {
      egress.forgetRest();
    }
    long row = counters.rowAddress(queue.interfaceIndex());
    // What is told later than this was done later, too.
    Memory.raiseFaults();
    if (taken > 0) {
      count(row, batch.bytes());
    }
    long missing = counters.missingPackets();
    if (missing >= 0) {
      InterfaceCounter.drop(row, DropReason.BROKEN_OFF.ordinal(), missing);
    } else {
      // Bad descriptors were counted, and then the queue's error kept them from being taken.
      taken = (int) -missing;
      count(row, 0);
    }
    counters.add(
        WorkerCounter.PACKETS, counters.receivedPackets() - counters.get(WorkerCounter.PACKETS));
  }

  /** Sends an ARP request or a neighbour solicitation, where a buffer is left for it. */
  void ask(Uplink uplink, boolean ipv6, long high, long low, long mac) {
    slowArrival.ask(uplink, ipv6, high, low, mac);
  }

  /** Sends the packets whose neighbour is known by now, if no batch has done so before. */
  void releaseHeld(Tables newest) {
    if (held.count() > 0) {
      held.release(newest.underlay().neighbours());
    }
  }

  /**
   * Drops the packets that have waited for a neighbour for too long; tells senders where it can.
   */
  void expireHeld(Tables newest, long nowNs) {
    held.expire(nowNs, newest, unreachable);
  }

  /** What Log rules noted; for one reader. */
  PolicyLog policyLog() {
    return policy.log();
  }

  /** The packets that wait for a neighbour on the underlay. */
  HeldPackets held() {
    return held;
  }

  /** The last batch's queue is no more; whatever error comes, it is not to be touched. */
  void forget() {
    queue = null;
  }

  private int absentBytes() {
    return queue.ipMode() ? Batch.ETHERNET_BYTES : 0;
  }

  private void forward() {
    if (watch.isOn()) {
      explainer.explain(batch, in, tables);
    }
    Vrf vrf = tables.vrfs()[in.vrfIndex()];
    exceptions.clear();
    counted.clear();
    if (batch.hasOffloads) {
      // All of them, so that none overtakes another.
      exceptions.addAll(batch);
    } else {
      forwardPlain(vrf);
    }
    if (exceptions.count() > 0) {
      slowPath.process(exceptions, in, vrf, tables, counted);
    }
    if (counted.count() > 0) {
      routeCounters.add(counted);
    }
  }

  private void forwardPlain(Vrf vrf) {
    boolean policed = begin(batch, vrf, in);
    boolean counting = RouteLookup.resolve(batch, vrf, tables);
    if (policed) {
      policy.decide(batch, in, vrf, tables);
    }
    egress.forward(batch, in, vrf, tables, exceptions);
    if (counting) {
      RouteLookup.count(batch, counted);
    }
  }

  /** Whether the batch's network has policies; then its headers are private copies from here on. */
  private boolean begin(Batch packets, Vrf vrf, Attachment from) {
    boolean policed = tables.policies().isPoliced(vrf.index());
    if (policed) {
      policy.takeHeaders(packets, from);
    } else {
      packets.useFrames();
    }
    return policed;
  }

  /** The interface is an uplink, or nobody's yet. */
  private void arrive(long row) {
    Uplink uplink = tables.underlay().uplink(queue.interfaceIndex());
    if (uplink == null) {
      dropAll(row);
      return;
    }
    Attachment end = tunnelEnds.of(uplink, tables.underlay());
    if (watch.isOn()) {
      explainer.explain(batch, uplink, end, tables);
    }
    exceptions.clear();
    counted.clear();
    if (uplink.outside() == null) {
      Decapsulation.open(batch, uplink, arrivals, exceptions);
      int network = arrivals.takeNetwork();
      while (network != Arrivals.NONE) {
        forwardArrived(tables.vrfs()[network], end);
        network = arrivals.takeNetwork();
      }
    } else {
      forwardFromOutside(tables.vrfs()[uplink.outside().vrf()], end);
    }
    if (exceptions.count() > 0) {
      slowArrival.process(exceptions, uplink, end, tables, counted);
    }
    if (counted.count() > 0) {
      routeCounters.add(counted);
    }
  }

  /** Forwards the packets of one network that came out of tunnels. */
  private void forwardArrived(Vrf vrf, Attachment end) {
    boolean policed = begin(arrivals.inner, vrf, end);
    boolean counting = RouteLookup.resolve(arrivals.inner, vrf, tables);
    reversePath.check(arrivals, vrf, tables);
    if (policed) {
      policy.decide(arrivals.inner, end, vrf, tables);
    }
    egress.forward(arrivals.inner, end, vrf, tables, exceptions);
    if (counting) {
      RouteLookup.count(arrivals.inner, counted);
    }
  }

  /** Forwards what came in on an uplink that leads to the outside of a network. */
  private void forwardFromOutside(Vrf vrf, Attachment end) {
    arrivals.takeOutside(batch, Tunnels.OUTSIDE);
    boolean policed = begin(arrivals.inner, vrf, end);
    boolean counting = RouteLookup.resolve(arrivals.inner, vrf, tables);
    reversePath.checkOutside(arrivals, vrf, tables);
    if (policed) {
      policy.decide(arrivals.inner, end, vrf, tables);
    }
    egress.forward(arrivals.inner, end, vrf, tables, exceptions);
    if (counting) {
      RouteLookup.count(arrivals.inner, counted);
    }
  }

  /** The interface has no network: nothing passes before its endpoint's revision runs. */
  private void dropAll(long row) {
    if (watch.isOn()) {
      int reason = DropReason.NOT_ATTACHED.ordinal();
      for (int i = 0; i < batch.count; i++) {
        watch.dropped(
            queue.interfaceIndex(), batch.frame[i], batch.lengthBytes[i], absentBytes(), reason);
      }
    }
    InterfaceCounter.drop(row, DropReason.NOT_ATTACHED.ordinal(), batch.count);
  }

  /** Bytes of the headers that the batch's frames are counted with although they do not exist. */
  private long ethernetBytes() {
    return (long) batch.count * Batch.ETHERNET_BYTES;
  }
}
