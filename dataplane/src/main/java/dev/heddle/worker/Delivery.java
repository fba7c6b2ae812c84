package dev.heddle.worker;

import dev.heddle.observe.DropReason;
import dev.heddle.observe.InterfaceCounter;
import dev.heddle.observe.WorkerCounters;
import dev.heddle.packet.Batch;
import dev.heddle.packet.CountedRoutes;
import dev.heddle.packet.Offload;
import dev.heddle.packet.PacketPool;
import dev.heddle.stage.ChecksumCompletion;
import dev.heddle.stage.Encapsulation;
import dev.heddle.stage.Fragmenter;
import dev.heddle.stage.OffloadChecks;
import dev.heddle.stage.Segmentation;
import dev.heddle.stage.SlowTransit;
import dev.heddle.table.NextHops;
import dev.heddle.table.Tables;
import dev.heddle.table.Tunnels;
import dev.heddle.table.Underlay;
import dev.heddle.table.Vrf;

/**
 * Sends single packets in buffers of the pool to their next hops: to a pod, through a tunnel to
 * another node, or to a gateway outside; in fragments, where that must be. Belongs to one worker.
 */
final class Delivery {
  private final WorkerCounters counters;
  private final Fates fates;
  private final PacketPool pool;
  private final Egress egress;
  private final HeldPackets held;

  private int from;
  private Vrf vrf;
  private Tables tables;
  private long nowNs;

  Delivery(WorkerCounters counters, Fates fates, PacketPool pool, Egress egress, HeldPackets held) {
    this.counters = counters;
    this.fates = fates;
    this.pool = pool;
    this.egress = egress;
    this.held = held;
  }

  /**
   * Names what the next packets have in common.
   *
   * @param interfaceIndex where they or what caused them came in
   * @param network that they are in
   */
  void begin(int interfaceIndex, Vrf network, Tables newest, long timeNs) {
    from = interfaceIndex;
    vrf = network;
    tables = newest;
    nowNs = timeNs;
  }

  /**
   * Forwards a packet that passed all checks.
   *
   * @param frame in a buffer of the pool
   * @param hop its next hop, of any kind
   * @return why it cannot be; null where it was sent or waits, or was dropped and counted on its
   *     way out
   */
  DropReason forward(long frame, int hop) {
    long[] hops = tables.hops();
    DropReason refusal = SlowTransit.refusal(hops, hop, frame);
    if (refusal == DropReason.TOO_BIG && Fragmenter.isAllowed(frame)) {
      SlowTransit.rewrite(frame, hops, hop);
      sendFragments(frame, hop);
      return null;
    }
    if (refusal == null) {
      SlowTransit.rewrite(frame, hops, hop);
      send(frame, hop);
    }
    return refusal;
  }

  /**
   * Forwards a packet of which something may be left to do: as it is to who takes it so, else
   * complete, in segments where it is large.
   *
   * @param frame private memory, with room for headers before it
   * @param hop its next hop, of any kind
   * @param offload what {@link OffloadChecks} made of it
   * @return as {@link #forward(long, int)}; a large packet is too big if its segments are
   */
  DropReason forward(long frame, int hop, long offload) {
    if (offload == Offload.NONE) {
      return forward(frame, hop);
    }
    long[] hops = tables.hops();
    boolean large = Offload.isLarge(offload);
    int bytes = large ? Segmentation.packetBytes(frame, offload) : SlowTransit.totalBytes(frame);
    DropReason refusal = SlowTransit.refusal(hops, hop, bytes);
    if (refusal == null && passWhole(frame, hop, offload)) {
      return null;
    }
    if (refusal != null && (refusal != DropReason.TOO_BIG || !Fragmenter.isAllowed(frame))) {
      return refusal;
    }
    if (!large) {
      ChecksumCompletion.complete(frame, offload);
      return forward(frame, hop);
    }
    if (bytes + Batch.ETHERNET_BYTES > PacketPool.CAPACITY_BYTES) {
      // No interface may send such segments.
      return DropReason.BAD_OFFLOAD;
    }
    forwardSegments(frame, hop, offload);
    return null;
  }

  /** Sends a packet as it is, if its receiver takes it so. */
  private boolean passWhole(long frame, int hop, long offload) {
    long[] hops = tables.hops();
    int interfaceIndex = NextHops.interfaceIndex(hops[hop * NextHops.LONGS_PER_HOP + 2]);
    if (NextHops.isThroughUplink(hops, hop) || !egress.takesOffloads(interfaceIndex)) {
      return false;
    }
    SlowTransit.rewrite(frame, hops, hop);
    int frameBytes = SlowTransit.totalBytes(frame) + Batch.ETHERNET_BYTES;
    egress.sendOffloaded(interfaceIndex, frame, frameBytes, offload);
    return true;
  }

  /** Forwards each segment of a large packet, which all fit the next hop or may be fragmented. */
  private void forwardSegments(long frame, int hop, long offload) {
    long row = counters.rowAddress(from);
    long segment = pool.take();
    if (segment == 0) {
      fates.drop(from, DropReason.POOL_EXHAUSTED);
      return;
    }
    try {
      int payloadBytes = Segmentation.payloadBytes(frame, offload);
      int at = 0;
      while (at < payloadBytes) {
        InterfaceCounter.COPIES.add(row, at > 0 ? 1 : 0);
        at = Segmentation.cut(frame, offload, at, segment);
        forward(segment, hop);
      }
    } finally {
      pool.give(segment);
    }
  }

  private void sendFragments(long frame, int hop) {
    long row = counters.rowAddress(from);
    long fragment = pool.take();
    if (fragment == 0) {
      fates.drop(from, DropReason.POOL_EXHAUSTED);
      return;
    }
    try {
      int mtuBytes = NextHops.mtuBytes(tables.hops(), hop);
      int payloadBytes = Fragmenter.payloadBytes(frame);
      int at = 0;
      while (at < payloadBytes) {
        InterfaceCounter.COPIES.add(row, at > 0 ? 1 : 0);
        at = Fragmenter.cut(frame, at, mtuBytes, fragment);
        send(fragment, hop);
      }
    } finally {
      pool.give(fragment);
    }
  }

  /**
   * Sends a packet that the router made itself, by the route to its destination.
   *
   * @return why there is no way; null as from {@link #forward}
   */
  DropReason originate(long frame, CountedRoutes counted) {
    int hop = SlowTransit.lookup(frame, vrf, tables, counted);
    DropReason refusal = SlowTransit.refusal(tables.hops(), hop, frame);
    if (refusal == null) {
      SlowTransit.address(frame, tables.hops(), hop);
      send(frame, hop);
    }
    return refusal;
  }

  /** Sends a packet that has the next hop's Ethernet header. */
  private void send(long frame, int hop) {
    int bytes = SlowTransit.totalBytes(frame) + Batch.ETHERNET_BYTES;
    int at = hop * NextHops.LONGS_PER_HOP;
    int interfaceIndex = NextHops.interfaceIndex(tables.hops()[at + 2]);
    if (NextHops.isThroughUplink(tables.hops(), hop)) {
      sendThroughUplink(frame, bytes, tables.hops()[at + 3], interfaceIndex);
    } else {
      egress.send(interfaceIndex, frame, bytes);
    }
  }

  private void sendThroughUplink(long frame, int bytes, long argument, int interfaceIndex) {
    Underlay underlay = tables.underlay();
    int tunnel = Tunnels.tunnel(argument) * Tunnels.LONGS_PER_TUNNEL;
    int neighbour = Tunnels.neighbour(underlay.tunnels()[tunnel]);
    long mac = underlay.neighbours().mac(neighbour);
    Encapsulation.wrapOne(frame, bytes, argument, mac, underlay, vrf);
    long outer = frame - Tunnels.overheadBytes(argument);
    int outerBytes = bytes + Tunnels.overheadBytes(argument);
    if (mac == 0) {
      held.hold(neighbour, outer, outerBytes, from, interfaceIndex, nowNs);
    } else {
      egress.send(interfaceIndex, outer, outerBytes);
    }
  }
}
