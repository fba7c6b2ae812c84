package dev.heddle.worker;

import dev.heddle.flow.FlowTable;
import dev.heddle.memory.Memory;
import dev.heddle.observe.CaptureRing;
import dev.heddle.observe.PacketWatch;
import dev.heddle.observe.TracePoint;
import dev.heddle.packet.Batch;
import dev.heddle.packet.CountedRoutes;
import dev.heddle.stage.ArrivalChecks;
import dev.heddle.stage.PolicyTrial.Decision;
import dev.heddle.stage.PolicyTrial.Verdict;
import dev.heddle.stage.Responder;
import dev.heddle.stage.SlowTransit;
import dev.heddle.table.Attachment;
import dev.heddle.table.NextHops;
import dev.heddle.table.Tables;
import dev.heddle.table.Uplink;
import dev.heddle.table.Vrf;
import dev.heddle.wire.Ipv4;
import dev.heddle.wire.Ipv6;
import java.lang.foreign.Arena;

/**
 * Tells for traced packets what the tables say of their destinations, and policy of the packets:
 * the same tables, lookup and flows as the packets are forwarded by a moment later. Belongs to one
 * worker; allocates for each packet of a network with policies.
 */
final class Explainer {
  private final PacketWatch watch;
  private final DryRun dryRun;

  /** With room before it for replies that are not sent. */
  private final long copy;

  private final CountedRoutes nobody = new CountedRoutes();

  /**
   * @param flows that the worker follows
   */
  Explainer(Arena arena, PacketWatch watch, FlowTable flows) {
    this.watch = watch;
    this.dryRun = new DryRun(flows);
    long bytes = Responder.HEADROOM_BYTES + CaptureRing.MAX_PACKET_BYTES;
    this.copy = arena.allocate(bytes, 64).address() + Responder.HEADROOM_BYTES;
  }

  /** Looks at a pod's packets. */
  void explain(Batch batch, Attachment in, Tables tables) {
    int absentBytes = in.ipMode() ? Batch.ETHERNET_BYTES : 0;
    for (int i = 0; i < batch.count; i++) {
      if (watch.isTraced(batch.frame[i])) {
        int bytes = batch.lengthBytes[i];
        Memory.copy(batch.frame[i] + absentBytes, copy + absentBytes, bytes - absentBytes);
        Vrf vrf = tables.vrfs()[in.vrfIndex()];
        lookUp(batch.frame[i], bytes, 0, in, vrf, tables);
      }
    }
  }

  /**
   * Looks at what comes out of tunnels, or from outside.
   *
   * @param in what the uplink has instead of an endpoint's
   */
  void explain(Batch batch, Uplink uplink, Attachment in, Tables tables) {
    for (int i = 0; i < batch.count; i++) {
      if (watch.isTraced(batch.frame[i])) {
        int bytes = batch.lengthBytes[i];
        Memory.copy(batch.frame[i], copy, bytes);
        if (uplink.outside() == null) {
          lookUpInner(batch.frame[i], bytes, uplink, in, tables);
        } else {
          Vrf vrf = tables.vrfs()[uplink.outside().vrf()];
          lookUp(batch.frame[i], bytes, 0, in, vrf, tables);
        }
      }
    }
  }

  private void lookUpInner(
      long frame, int frameBytes, Uplink uplink, Attachment in, Tables tables) {
    long result = ArrivalChecks.check(copy, frameBytes, uplink, tables);
    if (result != ArrivalChecks.NOT_TUNNEL && !ArrivalChecks.isRefused(result)) {
      Vrf vrf = tables.vrfs()[ArrivalChecks.vrf(result)];
      int outerBytes = ArrivalChecks.outerBytes(result);
      int innerBytes = ArrivalChecks.innerBytes(copy, result);
      lookUp(frame, innerBytes, outerBytes, in, vrf, tables);
    }
  }

  private void lookUp(
      long frame, int frameBytes, int outerBytes, Attachment in, Vrf vrf, Tables tables) {
    long at = copy + outerBytes;
    if (!isIp(at, frameBytes - Batch.ETHERNET_BYTES)) {
      return;
    }
    nobody.clear();
    int hop = SlowTransit.lookup(at, vrf, tables, nobody);
    long meta = tables.hops()[hop * NextHops.LONGS_PER_HOP + 2];
    int from = in.interfaceIndex();
    watch.lookedUp(frame, from, tables.revision(), meta, vrf.index(), outerBytes);
    if (watch.asksPolicy() && tables.policies().isPoliced(vrf.index())) {
      Decision policy = dryRun.route(at, frameBytes, in, vrf, tables).policy();
      if (policy != null && policy.isByPolicy()) {
        police(frame, from, NextHops.interfaceIndex(meta), tables.revision(), policy);
      }
    }
  }

  private void police(long frame, int from, int to, long revision, Decision policy) {
    boolean reply = policy.reply();
    watch.policed(
        frame,
        from,
        revision,
        TracePoint.flow(policy.flow() == null ? -1 : policy.flow().ordinal(), reply),
        reply ? to : from,
        rule(policy.egress()),
        reply ? from : to,
        rule(policy.ingress()));
  }

  private static int rule(Verdict verdict) {
    return verdict == null ? TracePoint.NO_RULE : verdict.rule();
  }

  private static boolean isIp(long frame, int packetBytes) {
    long ip = frame + Batch.ETHERNET_BYTES;
    return packetBytes >= Ipv4.HEADER_BYTES && Ipv4.version(ip) == Ipv4.VERSION
        || packetBytes >= Ipv6.HEADER_BYTES && Ipv6.version(ip) == Ipv6.VERSION;
  }
}
