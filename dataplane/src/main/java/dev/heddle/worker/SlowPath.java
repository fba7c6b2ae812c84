package dev.heddle.worker;

import dev.heddle.memory.Memory;
import dev.heddle.observe.DropReason;
import dev.heddle.observe.InterfaceCounter;
import dev.heddle.observe.WorkerCounters;
import dev.heddle.packet.Batch;
import dev.heddle.packet.CountedRoutes;
import dev.heddle.packet.Exceptions;
import dev.heddle.packet.PacketPool;
import dev.heddle.stage.IcmpRateLimiter;
import dev.heddle.stage.Responder;
import dev.heddle.stage.Response;
import dev.heddle.stage.SlowTransit;
import dev.heddle.table.Attachment;
import dev.heddle.table.NextHops;
import dev.heddle.table.Tables;
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

  SlowPath(WorkerCounters counters, PacketPool pool, Egress egress, IcmpRateLimiter limiter) {
    this.counters = counters;
    this.pool = pool;
    this.egress = egress;
    this.limiter = limiter;
  }

  void process(
      Exceptions exceptions, Attachment in, Vrf vrf, Tables tables, CountedRoutes counted) {
    long nowNs = System.nanoTime();
    for (int i = 0; i < exceptions.count(); i++) {
      long packet = pool.take();
      if (packet == 0) {
        drop(in, DropReason.POOL_EXHAUSTED.ordinal());
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
    account(response, packet, in);
  }

  /** Counts the packet and sends the reply, if there is one, to where the packet came from. */
  private void account(long response, long packet, Attachment in) {
    long row = counters.rowAddress(in.interfaceIndex());
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
      egress.send(in.interfaceIndex(), packet + Response.replyOffset(response), replyBytes);
    }
  }

  private void drop(Attachment in, int reason) {
    InterfaceCounter.drop(counters.rowAddress(in.interfaceIndex()), reason, 1);
  }
}
