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
 * <p>Afterwards each routed packet has its egress interface, its length trimmed to what the IP
 * header says, and a header that is ready to go out; the others are in the list of exceptions and
 * have no egress.
 */
public final class Transit {
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
    int[] routeHops = tables.routeHops();
    boolean ipMode = in.ipMode();
    long routerMac = in.routerMac();
    int address4 = in.address4();
    long root4 = vrf.lpm4Root();
    int count = batch.count;
    long bytes = 0;
    for (int i = 0; i < count; i++) {
      long frame = Memory.base(frames[i]);
      int length = lengths[i];
      bytes += length;
      long header = Memory.base(Batch.header(headers, i));
      long w0 = ipMode ? routerMac : Memory.getLong(frame);
      long w1 = ipMode ? ipModeW1(frame) : Memory.getLong(frame + 8);
      long w2 = Memory.getLong(frame + 16);
      long w3 = Memory.getLong(frame + 24);
      long w4 = Memory.getLong(frame + 32);
      long w5 = Memory.getLong(frame + 40);
      long w6 = Memory.getLong(frame + 48);
      int total = Integer.MAX_VALUE;
      int result = NextHops.NO_ROUTE;
      boolean ip4 = Ip4Fast.isPlain(w0, w1, w2, w3, w4, length, routerMac, address4);
      if (ip4) {
        total = Ip4Fast.totalBytes(w2);
        result = Lpm4.lookup(root4, Ip4Fast.destination(w3, w4));
        w2 = Ip4Fast.forwardedW2(w2);
        w3 = Ip4Fast.forwardedW3(w3);
      } else if (Ip6Fast.isIp6(w1) && isPlain6(w0, w1, w2, w3, w4, length, in)) {
        total = Ip6Fast.totalBytes(w2);
        result = lookup6(w4, w5, w6, vrf);
        w2 = Ip6Fast.forwardedW2(w2);
      }
      int hop = result < 0 ? routeHops[NextHops.routeId(result)] : result;
      int at = hop * NextHops.LONGS_PER_HOP;
      long meta = hops[at + 2];
      if (NextHops.kind(meta) != NextHops.KIND_LOCAL) {
        int hash = ip4 ? Ip4Fast.flowHash(w2, w3, w4) : Ip6Fast.flowHash(w1, w2, w3, w4, w5, w6);
        at = localMember(tables, hop, hash);
        meta = hops[at + 2];
      }
      // Next hops that are not on this node have no MTU here, so that one comparison finds both.
      if (total > NextHops.mtuBytes(meta)) {
        egress[i] = Batch.NO_EGRESS;
        exceptions.add(frame, length);
        continue;
      }
      if (result < 0) {
        counted.add(NextHops.routeId(result), total);
      }
      writeMacs(header, hops, at, w1);
      writeRest(header, w2, w3, w4, w5, w6, Memory.getLong(frame + 56));
      lengths[i] = total + Batch.ETHERNET_BYTES;
      egress[i] = NextHops.interfaceIndex(meta);
    }
    return bytes;
  }

  /**
   * Looks the batch's destinations up once ahead, where the tables are larger than the processor's
   * caches. This loop does nothing else, so that its cache misses overlap; {@link #route} then
   * finds everything near. What it reads is a mere hint: nothing is decided on it.
   *
   * @return a value that depends on all that was read, for the caller to keep
   */
  public static int warm(Batch batch, Vrf vrf, Tables tables) {
    long root4 = vrf.lpm4Root();
    int[] routeHops = tables.routeHops();
    int count = batch.count;
    int seen = 0;
    for (int i = 0; i < count; i++) {
      long ip = Memory.base(batch.frame[i]) + Batch.ETHERNET_BYTES;
      int result =
          (Memory.getByte(ip) & 0xf0) == 0x40
              ? Lpm4.lookup(root4, Memory.getIntBe(ip + 16))
              : warm6(ip, vrf);
      seen += result < 0 ? routeHops[NextHops.routeId(result)] : result;
    }
    return seen;
  }

  private static int warm6(long ip, Vrf vrf) {
    return Lpm6.lookup(vrf.lpm6Root(), Memory.getLongBe(ip + 24), Memory.getLongBe(ip + 32));
  }

  /** The next hop's Ethernet header, and what follows it in the same word. */
  private static void writeMacs(long header, long[] hops, int at, long w1) {
    Memory.putLong(header, hops[at]);
    Memory.putLong(header + 8, hops[at + 1] | w1 & 0xffff_ffff_0000_0000L);
  }

  private static void writeRest(long header, long w2, long w3, long w4, long w5, long w6, long w7) {
    Memory.putLong(header + 16, w2);
    Memory.putLong(header + 24, w3);
    Memory.putLong(header + 32, w4);
    Memory.putLong(header + 40, w5);
    Memory.putLong(header + 48, w6);
    Memory.putLong(header + 56, w7);
  }

  private static boolean isPlain6(
      long w0, long w1, long w2, long w3, long w4, int length, Attachment in) {
    return Ip6Fast.isPlain(
        w0, w1, w2, w3, w4, length, in.routerMac(), in.address6High(), in.address6Low());
  }

  private static int lookup6(long w4, long w5, long w6, Vrf vrf) {
    return Lpm6.lookup(
        vrf.lpm6Root(), Ip6Fast.destinationHigh(w4, w5), Ip6Fast.destinationLow(w5, w6));
  }

  /**
   * Resolves equal-cost groups.
   *
   * @return place of a local next hop in the table, or that of {@link NextHops#NO_ROUTE}
   */
  private static int localMember(Tables tables, int hop, int flowHash) {
    int at = NextHops.resolve(tables, hop, flowHash) * NextHops.LONGS_PER_HOP;
    boolean local = NextHops.kind(tables.hops()[at + 2]) == NextHops.KIND_LOCAL;
    return local ? at : NextHops.NO_ROUTE * NextHops.LONGS_PER_HOP;
  }

  /** The word that the Ethernet header's end and the IP header's beginning would make. */
  private static long ipModeW1(long frame) {
    long firstTwo = Memory.getShort(frame + Batch.ETHERNET_BYTES) & 0xffffL;
    boolean version6 = (firstTwo & 0xf0) == 0x60;
    return firstTwo << 48 | (long) (version6 ? ETHERTYPE_IP6_AT_32 : ETHERTYPE_IP4_AT_32) << 32;
  }
}
