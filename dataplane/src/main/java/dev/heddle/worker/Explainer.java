package dev.heddle.worker;

import dev.heddle.memory.Memory;
import dev.heddle.observe.CaptureRing;
import dev.heddle.observe.PacketWatch;
import dev.heddle.packet.Batch;
import dev.heddle.packet.CountedRoutes;
import dev.heddle.stage.ArrivalChecks;
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
 * Tells for traced packets what the tables say of their destinations: the same tables, and the same
 * lookup, as the packets are forwarded by a moment later. Belongs to one worker.
 */
final class Explainer {
  private final PacketWatch watch;
  private final long copy;
  private final CountedRoutes nobody = new CountedRoutes();

  Explainer(Arena arena, PacketWatch watch) {
    this.watch = watch;
    this.copy = arena.allocate(CaptureRing.MAX_PACKET_BYTES, 64).address();
  }

  /** Looks at a pod's packets. */
  void explain(Batch batch, Attachment in, Tables tables) {
    int absentBytes = in.ipMode() ? Batch.ETHERNET_BYTES : 0;
    for (int i = 0; i < batch.count; i++) {
      if (watch.isTraced(batch.frame[i])) {
        int bytes = batch.lengthBytes[i];
        Memory.copy(batch.frame[i] + absentBytes, copy + absentBytes, bytes - absentBytes);
        Vrf vrf = tables.vrfs()[in.vrfIndex()];
        lookUp(batch.frame[i], in.interfaceIndex(), bytes, 0, vrf, tables);
      }
    }
  }

  /** Looks at what comes out of tunnels, or from outside. */
  void explain(Batch batch, Uplink uplink, Tables tables) {
    for (int i = 0; i < batch.count; i++) {
      if (watch.isTraced(batch.frame[i])) {
        int bytes = batch.lengthBytes[i];
        Memory.copy(batch.frame[i], copy, bytes);
        if (uplink.outside() == null) {
          lookUpInner(batch.frame[i], bytes, uplink, tables);
        } else {
          Vrf vrf = tables.vrfs()[uplink.outside().vrf()];
          lookUp(batch.frame[i], uplink.interfaceIndex(), bytes, 0, vrf, tables);
        }
      }
    }
  }

  private void lookUpInner(long frame, int frameBytes, Uplink uplink, Tables tables) {
    long result = ArrivalChecks.check(copy, frameBytes, uplink, tables);
    if (result != ArrivalChecks.NOT_TUNNEL && !ArrivalChecks.isRefused(result)) {
      Vrf vrf = tables.vrfs()[ArrivalChecks.vrf(result)];
      int outerBytes = ArrivalChecks.outerBytes(result);
      int innerBytes = ArrivalChecks.innerBytes(copy, result);
      lookUp(frame, uplink.interfaceIndex(), innerBytes, outerBytes, vrf, tables);
    }
  }

  private void lookUp(
      long frame, int interfaceIndex, int frameBytes, int outerBytes, Vrf vrf, Tables tables) {
    long at = copy + outerBytes;
    if (!isIp(at, frameBytes - Batch.ETHERNET_BYTES)) {
      return;
    }
    nobody.clear();
    int hop = SlowTransit.lookup(at, vrf, tables, nobody);
    long meta = tables.hops()[hop * NextHops.LONGS_PER_HOP + 2];
    watch.lookedUp(frame, interfaceIndex, tables.revision(), meta, vrf.index(), outerBytes);
  }

  private static boolean isIp(long frame, int packetBytes) {
    long ip = frame + Batch.ETHERNET_BYTES;
    return packetBytes >= Ipv4.HEADER_BYTES && Ipv4.version(ip) == Ipv4.VERSION
        || packetBytes >= Ipv6.HEADER_BYTES && Ipv6.version(ip) == Ipv6.VERSION;
  }
}
