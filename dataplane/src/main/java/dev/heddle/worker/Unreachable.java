package dev.heddle.worker;

import dev.heddle.observe.DropReason;
import dev.heddle.packet.CountedRoutes;
import dev.heddle.stage.IcmpRateLimiter;
import dev.heddle.stage.Responder;
import dev.heddle.stage.Response;
import dev.heddle.table.Attachment;
import dev.heddle.table.Tables;
import dev.heddle.table.Uplink;
import dev.heddle.table.Vrf;

/**
 * What becomes of a packet to a gateway outside that did not say its MAC address: its sender is
 * told that the host is unreachable (RFC 4861 7.2.2, RFC 1812 3.3.2), whether it is a pod or behind
 * another node. Belongs to one worker.
 */
final class Unreachable {
  private final Egress egress;
  private final Delivery delivery;
  private final Fates fates;
  private final IcmpRateLimiter limiter;
  private final TunnelEnds tunnelEnds;

  /** Errors count under no route. */
  private final CountedRoutes counted = new CountedRoutes();

  Unreachable(
      Egress egress,
      Delivery delivery,
      Fates fates,
      IcmpRateLimiter limiter,
      TunnelEnds tunnelEnds) {
    this.egress = egress;
    this.delivery = delivery;
    this.fates = fates;
    this.limiter = limiter;
    this.tunnelEnds = tunnelEnds;
  }

  /**
   * Drops and counts a packet that no longer waits.
   *
   * @param frame in a buffer of the pool
   * @param from interface that it came in on
   * @param to the uplink that it was to leave through
   */
  void drop(long frame, int from, int to, Tables tables, long nowNs) {
    Uplink uplink = tables.underlay().uplink(to);
    Attachment pod = tables.attachment(from);
    Uplink origin = tables.underlay().uplink(from);
    if (uplink == null || uplink.outside() == null || pod == null && origin == null) {
      fates.drop(from, DropReason.NEIGHBOUR_UNRESOLVED);
      return;
    }
    Vrf vrf = tables.vrfs()[uplink.outside().vrf()];
    Attachment in = pod != null ? pod : tunnelEnds.of(origin, tables.underlay());
    long response =
        Responder.refuse(DropReason.NEIGHBOUR_UNRESOLVED, 0, frame, in, vrf, limiter, nowNs);
    int replyBytes = fates.count(response, from);
    if (replyBytes == 0) {
      return;
    }
    long reply = frame + Response.replyOffset(response);
    if (pod != null) {
      egress.send(from, reply, replyBytes);
      return;
    }
    delivery.begin(from, vrf, tables, nowNs);
    DropReason refusal = delivery.originate(reply, counted);
    if (refusal != null) {
      fates.drop(from, refusal);
    }
    counted.clear();
  }
}
