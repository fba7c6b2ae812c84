package dev.heddle.worker;

import dev.heddle.memory.Memory;
import dev.heddle.observe.DropReason;
import dev.heddle.packet.Batch;
import dev.heddle.packet.CountedRoutes;
import dev.heddle.packet.Exceptions;
import dev.heddle.packet.Offload;
import dev.heddle.packet.PacketPool;
import dev.heddle.stage.IcmpRateLimiter;
import dev.heddle.stage.OffloadChecks;
import dev.heddle.stage.Responder;
import dev.heddle.stage.Response;
import dev.heddle.stage.SlowTransit;
import dev.heddle.table.Attachment;
import dev.heddle.table.NextHops;
import dev.heddle.table.Tables;
import dev.heddle.table.Vrf;

/**
 * What happens to a pod's packet that is not plain transit: it is copied to a buffer of the pool
 * unless it lies in memory of our own anyhow, looked at rule by rule, and then answered, routed, or
 * dropped under a named reason. Belongs to one worker.
 */
final class SlowPath {
  private final PacketPool pool;
  private final Egress egress;
  private final PolicyGate policy;
  private final Delivery delivery;
  private final Fates fates;
  private final IcmpRateLimiter limiter;

  /** What the present packets have in common. */
  private Attachment in;

  private Vrf vrf;
  private Tables tables;
  private CountedRoutes counted;
  private long nowNs;

  SlowPath(
      PacketPool pool,
      Egress egress,
      PolicyGate policy,
      Delivery delivery,
      Fates fates,
      IcmpRateLimiter limiter) {
    this.pool = pool;
    this.egress = egress;
    this.policy = policy;
    this.delivery = delivery;
    this.fates = fates;
    this.limiter = limiter;
  }

  void process(
      Exceptions exceptions, Attachment from, Vrf network, Tables newest, CountedRoutes routes) {
    in = from;
    vrf = network;
    tables = newest;
    counted = routes;
    nowNs = System.nanoTime();
    delivery.begin(in.interfaceIndex(), vrf, tables, nowNs);
    int absentBytes = in.ipMode() ? Batch.ETHERNET_BYTES : 0;
    for (int i = 0; i < exceptions.count(); i++) {
      fates.begin(in.interfaceIndex(), exceptions.frame(i), exceptions.lengthBytes(i), absentBytes);
      long offload = exceptions.offload(i);
      if (offload != Offload.NONE) {
        handle(exceptions.frame(i), exceptions.lengthBytes(i), offload);
      } else {
        handleCopy(exceptions.frame(i), exceptions.lengthBytes(i));
      }
    }
  }

  private void handleCopy(long source, int frameBytes) {
    long packet = pool.take();
    if (packet == 0) {
      fates.drop(in.interfaceIndex(), DropReason.POOL_EXHAUSTED);
      return;
    }
    try {
      // What does not exist in IP mode must not be read; its place in the buffer is used all the
      // same.
      int shift = in.ipMode() ? Batch.ETHERNET_BYTES : 0;
      Memory.copy(source + shift, packet + shift, frameBytes - shift);
      handle(packet, frameBytes, Offload.NONE);
    } finally {
      pool.give(packet);
    }
  }

  /** Takes a packet in private memory. */
  private void handle(long packet, int frameBytes, long offload) {
    long response = Responder.inspect(packet, frameBytes, in, vrf, limiter, nowNs);
    if (Response.isTransit(response)) {
      long checked = OffloadChecks.check(packet, offload);
      if (checked == OffloadChecks.REFUSED) {
        fates.drop(in.interfaceIndex(), DropReason.BAD_OFFLOAD);
        return;
      }
      int hop = SlowTransit.lookup(packet, vrf, tables, counted);
      DropReason refusal = policy.refusal(packet, hop, in, vrf, tables, nowNs);
      if (refusal == null) {
        refusal = delivery.forward(packet, hop, checked);
      }
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
