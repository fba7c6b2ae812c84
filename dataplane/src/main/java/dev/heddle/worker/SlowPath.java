package dev.heddle.worker;

import dev.heddle.memory.Memory;
import dev.heddle.observe.DropReason;
import dev.heddle.observe.InterfaceCounter;
import dev.heddle.observe.WorkerCounters;
import dev.heddle.packet.Batch;
import dev.heddle.packet.CountedRoutes;
import dev.heddle.packet.Exceptions;
import dev.heddle.packet.NeighbourReports;
import dev.heddle.packet.PacketPool;
import dev.heddle.stage.IcmpRateLimiter;
import dev.heddle.stage.NeighbourRequest;
import dev.heddle.stage.Responder;
import dev.heddle.stage.Response;
import dev.heddle.stage.SlowTransit;
import dev.heddle.stage.UnderlayResponder;
import dev.heddle.table.Attachment;
import dev.heddle.table.Neighbours;
import dev.heddle.table.NextHops;
import dev.heddle.table.Tables;
import dev.heddle.table.Uplink;
import dev.heddle.table.Vrf;

/**
 * What happens to a packet that is not plain transit: it is copied to a buffer of the pool, looked
 * at rule by rule, and then answered, routed, or dropped under a named reason. Belongs to one
 * worker.
 */
final class SlowPath {
  private final WorkerCounters counters;
  private final PacketPool pool;
  private final Egress egress;
  private final IcmpRateLimiter limiter;
  private final HeldPackets held;
  private final NeighbourReports reports;

  SlowPath(
      WorkerCounters counters,
      PacketPool pool,
      Egress egress,
      IcmpRateLimiter limiter,
      HeldPackets held,
      NeighbourReports reports) {
    this.counters = counters;
    this.pool = pool;
    this.egress = egress;
    this.limiter = limiter;
    this.held = held;
    this.reports = reports;
  }

  void process(
      Exceptions exceptions, Attachment in, Vrf vrf, Tables tables, CountedRoutes counted) {
    long nowNs = System.nanoTime();
    for (int i = 0; i < exceptions.count(); i++) {
      long packet = pool.take();
      if (packet == 0) {
        drop(in.interfaceIndex(), DropReason.POOL_EXHAUSTED.ordinal());
      } else {
        try {
          handle(
              packet,
              exceptions.frame(i),
              exceptions.lengthBytes(i),
              in,
              vrf,
              tables,
              counted,
              nowNs);
        } finally {
          pool.give(packet);
        }
      }
    }
  }

  private void handle(
      long packet,
      long source,
      int frameBytes,
      Attachment in,
      Vrf vrf,
      Tables tables,
      CountedRoutes counted,
      long nowNs) {
    // What does not exist in IP mode must not be read; its place in the buffer is used all the
    // same.
    int shift = in.ipMode() ? Batch.ETHERNET_BYTES : 0;
    Memory.copy(source + shift, packet + shift, frameBytes - shift);
    long response = Responder.inspect(packet, frameBytes, in, vrf, limiter, nowNs);
    if (Response.isTransit(response)) {
      int hop = SlowTransit.lookup(packet, vrf, tables, counted);
      long meta = tables.hops()[hop * NextHops.LONGS_PER_HOP + 2];
      DropReason refusal = SlowTransit.refusal(meta, packet);
      if (refusal == null) {
        SlowTransit.rewrite(packet, tables.hops(), hop);
        egress.send(
            NextHops.interfaceIndex(meta),
            packet,
            SlowTransit.totalBytes(packet) + Batch.ETHERNET_BYTES);
        return;
      }
      int mtuBytes = refusal == DropReason.TOO_BIG ? NextHops.mtuBytes(meta) : 0;
      response = Responder.refuse(refusal, mtuBytes, packet, in, vrf, limiter, nowNs);
    }
    account(response, packet, in.interfaceIndex());
  }

  /**
   * What came on an uplink and is no tunnel packet for us.
   *
   * @param source the frame in the sender's memory
   */
  void processUnderlay(long source, int frameBytes, Uplink uplink, Neighbours neighbours) {
    long packet = pool.take();
    if (packet == 0) {
      drop(uplink.interfaceIndex(), DropReason.POOL_EXHAUSTED.ordinal());
      return;
    }
    try {
      Memory.copy(source, packet, frameBytes);
      long response = UnderlayResponder.inspect(packet, frameBytes, uplink, neighbours, reports);
      account(response, packet, uplink.interfaceIndex());
    } finally {
      pool.give(packet);
    }
  }

  /** Sends an ARP request or a neighbour solicitation, where a buffer is left for it. */
  void ask(Uplink uplink, boolean ipv6, long high, long low, long mac) {
    long packet = pool.take();
    if (packet == 0) {
      return;
    }
    try {
      int bytes =
          ipv6
              ? NeighbourRequest.write6(packet, uplink, high, low, mac)
              : NeighbourRequest.write4(packet, uplink, (int) low, mac);
      InterfaceCounter.ORIGINATED.add(counters.rowAddress(uplink.interfaceIndex()), 1);
      egress.send(uplink.interfaceIndex(), packet, bytes);
    } finally {
      pool.give(packet);
    }
  }

  /** Counts the packet and sends the reply, if there is one, to where the packet came from. */
  private void account(long response, long packet, int interfaceIndex) {
    long row = counters.rowAddress(interfaceIndex);
    if (Response.isConsumed(response)) {
      InterfaceCounter.CONSUMED.add(row, 1);
    } else {
      InterfaceCounter.drop(row, Response.dropReason(response), 1);
    }
    if (Response.isRateLimited(response)) {
      InterfaceCounter.ICMP_RATE_LIMITED.add(row, 1);
    }
    int replyBytes = Response.replyBytes(response);
    if (replyBytes > 0) {
      InterfaceCounter.ORIGINATED.add(row, 1);
      egress.send(interfaceIndex, packet + Response.replyOffset(response), replyBytes);
    }
  }

  private void drop(int interfaceIndex, int reason) {
    InterfaceCounter.drop(counters.rowAddress(interfaceIndex), reason, 1);
  }
}
