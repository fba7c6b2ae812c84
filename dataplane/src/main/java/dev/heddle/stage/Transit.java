package dev.heddle.stage;

import dev.heddle.memory.Memory;
import dev.heddle.packet.Batch;
import dev.heddle.packet.CountedRoutes;
import dev.heddle.packet.Exceptions;
import dev.heddle.table.Attachment;
import dev.heddle.table.Lpm4;
import dev.heddle.table.Lpm6;
import dev.heddle.table.NextHops;
import dev.heddle.table.Tables;
import dev.heddle.table.Vrf;

/**
 * Plain transit packets: each header word is loaded once, checked, looked up, and written rewritten
 * to the batch's private headers. Everything else is left to the slow path.
 *
 * <p>Afterwards the batch holds the routed packets only, in their order, each with its egress
 * interface, its length trimmed to what the IP header says, and a header that is ready to go out.
 */
public final class Transit {
  private static final int NOT_ROUTED = -1;
  private static final int ETHERTYPE_IP4_AT_32 = 0x0008;
  private static final int ETHERTYPE_IP6_AT_32 = 0xdd86;

  private Transit() {}

  /**
   * Routes a batch that came in on one interface.
   *
   * @return sum of the bytes of all packets of the batch, Ethernet headers included
   */
  public static long route(
      Batch batch,
      Attachment in,
      Vrf vrf,
      Tables tables,
      Exceptions exceptions,
      CountedRoutes counted) {
    long[] frames = batch.frame;
    int[] lengths = batch.lengthBytes;
    int[] egress = batch.egress;
    long headers = batch.headers();
    long[] hops = tables.hops();
    boolean ipMode = in.ipMode();
    long routerMac = in.routerMac();
    int address4 = in.address4();
    long root4 = vrf.lpm4Root();
    int count = batch.count;
    int routed = 0;
    long bytes = 0;
    for (int i = 0; i < count; i++) {
      long frame = Memory.base(frames[i]);
      int length = lengths[i];
      bytes += length;
      long header = Memory.base(Batch.header(headers, routed));
      long w0 = ipMode ? routerMac : Memory.getLong(frame);
      long w1 = ipMode ? ipModeW1(frame) : Memory.getLong(frame + 8);
      long w2 = Memory.getLong(frame + 16);
      long w3 = Memory.getLong(frame + 24);
      long w4 = Memory.getLong(frame + 32);
      int hop = NOT_ROUTED;
      int total = 0;
      if (Ip4Fast.isPlain(w0, w1, w2, w3, w4, length, routerMac, address4)) {
        total = Ip4Fast.totalBytes(w2);
        hop = Lpm4.lookup(root4, Ip4Fast.destination(w3, w4));
        if (isSpecial(hops, hop)) {
          int hash = Ip4Fast.flowHash(w2, w3, w4);
          hop = specialHop(tables, hop, hash, total, counted);
        }
        Memory.putLong(header + 16, Ip4Fast.forwardedW2(w2));
        Memory.putLong(header + 24, Ip4Fast.forwardedW3(w3));
        Memory.putLong(header + 40, Memory.getLong(frame + 40));
        Memory.putLong(header + 48, Memory.getLong(frame + 48));
      } else if (Ip6Fast.isIp6(w1)) {
        total = Ip6Fast.totalBytes(w2);
        hop = route6(frame, length, w0, w1, w2, w3, w4, header, in, vrf, tables, counted);
      }
      if (hop < 0) {
        exceptions.add(frame, length);
        continue;
      }
      int at = hop * NextHops.LONGS_PER_HOP;
      long meta = hops[at + 2];
      if (total > NextHops.mtuBytes(meta)) {
        exceptions.add(frame, length);
        continue;
      }
      Memory.putLong(header, hops[at]);
      Memory.putLong(header + 8, hops[at + 1] | w1 & 0xffff_ffff_0000_0000L);
      Memory.putLong(header + 32, w4);
      Memory.putLong(header + 56, Memory.getLong(frame + 56));
      frames[routed] = frame;
      lengths[routed] = total + Batch.ETHERNET_BYTES;
      egress[routed++] = NextHops.interfaceIndex(meta);
    }
    batch.count = routed;
    return bytes;
  }

  /**
   * Checks and looks up an IPv6 packet and writes the words that IPv4 has otherwise.
   *
   * @return next hop index, or {@link #NOT_ROUTED}
   */
  private static int route6(
      long frame,
      int length,
      long w0,
      long w1,
      long w2,
      long w3,
      long w4,
      long header,
      Attachment in,
      Vrf vrf,
      Tables tables,
      CountedRoutes counted) {
    long w5 = Memory.getLong(frame + 40);
    long w6 = Memory.getLong(frame + 48);
    if (!Ip6Fast.isPlain(
        w0, w1, w2, w3, w4, length, in.routerMac(), in.address6High(), in.address6Low())) {
      return NOT_ROUTED;
    }
    int hop =
        Lpm6.lookup(
            vrf.lpm6Root(), Ip6Fast.destinationHigh(w4, w5), Ip6Fast.destinationLow(w5, w6));
    if (isSpecial(tables.hops(), hop)) {
      int hash = Ip6Fast.flowHash(w1, w2, w3, w4, w5, w6);
      hop = specialHop(tables, hop, hash, Ip6Fast.totalBytes(w2), counted);
    }
    Memory.putLong(header + 16, Ip6Fast.forwardedW2(w2));
    Memory.putLong(header + 24, w3);
    Memory.putLong(header + 40, w5);
    Memory.putLong(header + 48, w6);
    return hop;
  }

  /** Whether a lookup's result is anything but the next hop of a pod on this node. */
  private static boolean isSpecial(long[] hops, int result) {
    return result < 0
        || NextHops.kind(hops[result * NextHops.LONGS_PER_HOP + 2]) != NextHops.KIND_LOCAL;
  }

  /**
   * Resolves counted routes and equal-cost groups.
   *
   * @return index of a local next hop, or {@link #NOT_ROUTED}
   */
  private static int specialHop(
      Tables tables, int result, int flowHash, int packetBytes, CountedRoutes counted) {
    int hop = NextHops.resolve(tables, result, flowHash);
    if (NextHops.kind(tables.hops()[hop * NextHops.LONGS_PER_HOP + 2]) != NextHops.KIND_LOCAL) {
      return NOT_ROUTED;
    }
    if (result < 0) {
      counted.add(NextHops.routeId(result), packetBytes);
    }
    return hop;
  }

  /** The word that the Ethernet header's end and the IP header's beginning would make. */
  private static long ipModeW1(long frame) {
    long firstTwo = Memory.getShort(frame + Batch.ETHERNET_BYTES) & 0xffffL;
    boolean version6 = (firstTwo & 0xf0) == 0x60;
    return firstTwo << 48 | (long) (version6 ? ETHERTYPE_IP6_AT_32 : ETHERTYPE_IP4_AT_32) << 32;
  }
}
