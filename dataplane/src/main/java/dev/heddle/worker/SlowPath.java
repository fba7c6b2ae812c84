package dev.heddle.worker;

import dev.heddle.memory.Memory;
import dev.heddle.observe.DropReason;
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
 * What happens to a pod's packet that is not plain transit: it is copied to a buffer of the pool,
 * looked at rule by rule, and then answered, routed, or dropped under a named reason. Belongs to
 * one worker.
 */
final class SlowPath {
  private final PacketPool pool;
  private final Egress egress;
  private final Delivery delivery;
  private final Fates fates;
  private final IcmpRateLimiter limiter;

  SlowPath(
      PacketPool pool, Egress egress, Delivery delivery, Fates fates, IcmpRateLimiter limiter) {
    this.pool = pool;
    this.egress = egress;
    this.delivery = delivery;
    this.fates = fates;
    this.limiter = limiter;
  }

  void process(
      Exceptions exceptions, Attachment in, Vrf vrf, Tables tables, CountedRoutes counted) {
    long nowNs = System.nanoTime();
    delivery.begin(in.interfaceIndex(), vrf, tables, nowNs);
    for (int i = 0; i < exceptions.count(); i++) {
      long packet = pool.take();
      if (packet == 0) {
        fates.drop(in.interfaceIndex(), DropReason.POOL_EXHAUSTED);
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
      DropReason refusal = delivery.forward(packet, hop);
      if (refusal == null) {
        return;
      }
      int mtuBytes = refusal == DropReason.TOO_BIG ? NextHops.mtuBytes(tables.hops(), hop) : 0;
      response = Responder.refuse(refusal, mtuBytes, packet, in, vrf, limiter, nowNs);
    }
    int replyBytes = fates.count(response, in.interfaceIndex());
    if (replyBytes > 0) {
      egress.send(in.interfaceIndex(), packet + Response.replyOffset(response), replyBytes);
    }
  }
}
