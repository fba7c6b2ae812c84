package dev.heddle.worker;

import dev.heddle.memory.Memory;
import dev.heddle.observe.DropReason;
import dev.heddle.observe.InterfaceCounter;
import dev.heddle.observe.WorkerCounters;
import dev.heddle.packet.CountedRoutes;
import dev.heddle.packet.Exceptions;
import dev.heddle.packet.NeighbourReports;
import dev.heddle.packet.PacketPool;
import dev.heddle.stage.ArrivalChecks;
import dev.heddle.stage.IcmpRateLimiter;
import dev.heddle.stage.NeighbourRequest;
import dev.heddle.stage.OutsideChecks;
import dev.heddle.stage.Responder;
import dev.heddle.stage.Response;
import dev.heddle.stage.SlowTransit;
import dev.heddle.stage.UnderlayResponder;
import dev.heddle.table.Attachment;
import dev.heddle.table.NextHops;
import dev.heddle.table.Tables;
import dev.heddle.table.Uplink;
import dev.heddle.table.Vrf;
import dev.heddle.wire.Ethernet;

/**
 * What happens to a frame from an uplink that is no plain tunnel packet, nor a plain packet from
 * outside: copied to a buffer of the pool, it is looked at rule by rule; what is inside a tunnel
 * packet, or came from outside, then is treated like a pod's, but replies go where the routes lead.
 * Belongs to one worker.
 */
final class SlowArrival {
  private final WorkerCounters counters;
  private final PacketPool pool;
  private final Egress egress;
  private final PolicyGate policy;
  private final Delivery delivery;
  private final Fates fates;
  private final IcmpRateLimiter limiter;
  private final NeighbourReports reports;

  SlowArrival(
      WorkerCounters counters,
      PacketPool pool,
      Egress egress,
      PolicyGate policy,
      Delivery delivery,
      Fates fates,
      IcmpRateLimiter limiter,
      NeighbourReports reports) {
    this.counters = counters;
    this.pool = pool;
    this.egress = egress;
    this.policy = policy;
    this.delivery = delivery;
    this.fates = fates;
    this.limiter = limiter;
    this.reports = reports;
  }

  /**
   * Takes frames with their outer headers.
   *
   * @param in the uplink as if it were an endpoint that may send from all addresses
   */
  void process(
      Exceptions exceptions, Uplink uplink, Attachment in, Tables tables, CountedRoutes counted) {
    long nowNs = System.nanoTime();
    for (int i = 0; i < exceptions.count(); i++) {
      fates.begin(uplink.interfaceIndex(), exceptions.frame(i), exceptions.lengthBytes(i), 0);
      long packet = pool.take();
      if (packet == 0) {
        fates.drop(uplink.interfaceIndex(), DropReason.POOL_EXHAUSTED);
      } else {
        try {
          int frameBytes = exceptions.lengthBytes(i);
          Memory.copy(exceptions.frame(i), packet, frameBytes);
          if (uplink.outside() == null) {
            handle(packet, frameBytes, uplink, in, tables, counted, nowNs);
          } else {
            handleFromOutside(packet, frameBytes, uplink, in, tables, counted, nowNs);
          }
        } finally {
          pool.give(packet);
        }
      }
    }
  }

  private void handle(
      long packet,
      int frameBytes,
      Uplink uplink,
      Attachment in,
      Tables tables,
      CountedRoutes counted,
      long nowNs) {
    long result = ArrivalChecks.check(packet, frameBytes, uplink, tables);
    if (result == ArrivalChecks.NOT_TUNNEL) {
      concernUplink(packet, frameBytes, uplink, tables);
    } else if (ArrivalChecks.isRefused(result)) {
      fates.drop(uplink.interfaceIndex(), ArrivalChecks.dropReason(result));
    } else {
      Vrf vrf = tables.vrfs()[ArrivalChecks.vrf(result)];
      delivery.begin(uplink.interfaceIndex(), vrf, tables, nowNs);
      int innerBytes = ArrivalChecks.innerBytes(packet, result);
      long frame = packet + ArrivalChecks.outerBytes(result);
      route(frame, innerBytes, in, vrf, tables, counted, nowNs);
    }
  }

  private void handleFromOutside(
      long packet,
      int frameBytes,
      Uplink uplink,
      Attachment in,
      Tables tables,
      CountedRoutes counted,
      long nowNs) {
    Vrf vrf = tables.vrfs()[uplink.outside().vrf()];
    if (!Ethernet.isComplete(frameBytes)) {
      fates.drop(uplink.interfaceIndex(), DropReason.TOO_SHORT);
    } else if (OutsideChecks.concernsUplink(packet, frameBytes, uplink)) {
      concernUplink(packet, frameBytes, uplink, tables);
    } else if (OutsideChecks.isSpoofed(packet, frameBytes, uplink, vrf, tables)) {
      fates.drop(uplink.interfaceIndex(), DropReason.SPOOFED_SOURCE);
    } else {
      delivery.begin(uplink.interfaceIndex(), vrf, tables, nowNs);
      route(packet, frameBytes, in, vrf, tables, counted, nowNs);
    }
  }

  private void concernUplink(long packet, int frameBytes, Uplink uplink, Tables tables) {
    long response =
        UnderlayResponder.inspect(
            packet, frameBytes, uplink, tables.underlay().neighbours(), reports);
    int replyBytes = fates.count(response, uplink.interfaceIndex());
    if (replyBytes > 0) {
      egress.send(uplink.interfaceIndex(), packet + Response.replyOffset(response), replyBytes);
    }
  }

  /**
   * What came out of a tunnel goes to a pod or outside, and what is said about it into the tunnel;
   * what came from outside does not go there again.
   */
  private void route(
      long frame,
      int frameBytes,
      Attachment in,
      Vrf vrf,
      Tables tables,
      CountedRoutes counted,
      long nowNs) {
    long response = Responder.inspect(frame, frameBytes, in, vrf, limiter, nowNs);
    if (Response.isTransit(response)) {
      int hop = SlowTransit.lookup(frame, vrf, tables, counted);
      DropReason refusal = turnsBack(frame, hop, in, vrf, tables);
      if (refusal == null) {
        refusal = policy.refusal(frame, hop, in, vrf, tables, nowNs);
      }
      if (refusal == null) {
        refusal = delivery.forward(frame, hop);
      }
      if (refusal == null) {
        return;
      }
      int mtuBytes = refusal == DropReason.TOO_BIG ? NextHops.mtuBytes(tables.hops(), hop) : 0;
      response = Responder.refuse(refusal, mtuBytes, frame, in, vrf, limiter, nowNs);
    }
    int replyBytes = fates.count(response, in.interfaceIndex());
    if (replyBytes > 0) {
      DropReason refusal = delivery.originate(frame + Response.replyOffset(response), counted);
      if (refusal != null) {
        fates.drop(in.interfaceIndex(), refusal);
      }
    }
  }

  /** Why a packet may not leave the way it came; null if it does not. */
  static DropReason turnsBack(long frame, int hop, Attachment in, Vrf vrf, Tables tables) {
    boolean fromOutside = tables.underlay().uplink(in.interfaceIndex()).outside() != null;
    return switch (NextHops.kind(tables.hops(), hop)) {
      case NextHops.KIND_REMOTE -> fromOutside ? null : DropReason.TUNNEL_TO_TUNNEL;
      case NextHops.KIND_OUTSIDE -> fromOutside ? OutsideChecks.refusal(frame, vrf) : null;
      default -> null;
    };
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
}
