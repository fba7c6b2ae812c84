package dev.heddle.stage;

import dev.heddle.memory.Memory;
import dev.heddle.observe.DropReason;
import dev.heddle.packet.CountedRoutes;
import dev.heddle.table.Lpm4;
import dev.heddle.table.Lpm6;
import dev.heddle.table.NextHops;
import dev.heddle.table.Tables;
import dev.heddle.table.Vrf;
import dev.heddle.wire.Ethernet;
import dev.heddle.wire.Ipv4;
import dev.heddle.wire.Ipv6;

/**
 * Transit packets that are not plain: routed by the same tables as {@link Transit}, one at a time,
 * in private memory.
 *
 * <p>Addresses are those of the Ethernet header, which is made new even where the packet came
 * without one.
 */
public final class SlowTransit {
  private SlowTransit() {}

  /**
   * Looks up where a packet goes that passed {@link Responder#inspect}.
   *
   * @param frame address of the Ethernet header's place, private memory
   * @return next hop index, of any kind but an equal-cost group
   */
  public static int lookup(long frame, Vrf vrf, Tables tables, CountedRoutes counted) {
    long ip = frame + Ethernet.HEADER_BYTES;
    int result;
    int hash;
    if (isIp6(frame)) {
      result = Lpm6.lookup(vrf.lpm6Root(), Ipv6.destinationHigh(ip), Ipv6.destinationLow(ip));
      hash = Ip6Fast.flowHash(frame);
    } else {
      result = Lpm4.lookup(vrf.lpm4Root(), Ipv4.destination(ip));
      hash = Ip4Fast.flowHash(frame);
    }
    if (result < 0) {
      counted.add(NextHops.routeId(result), totalBytes(frame));
    }
    return NextHops.resolve(tables, result, hash);
  }

  /**
   * Why a packet cannot take a next hop.
   *
   * @return null if it can
   */
  public static DropReason refusal(long[] hops, int hop, long frame) {
    return refusal(hops, hop, totalBytes(frame));
  }

  /** The same for an IP packet, or each segment of a larger one, of so many bytes. */
  public static DropReason refusal(long[] hops, int hop, int packetBytes) {
    long meta = hops[hop * NextHops.LONGS_PER_HOP + 2];
    return switch (NextHops.kind(meta)) {
      case NextHops.KIND_LOCAL, NextHops.KIND_REMOTE, NextHops.KIND_OUTSIDE ->
          packetBytes > NextHops.mtuBytes(meta) ? DropReason.TOO_BIG : null;
      case NextHops.KIND_DROP -> DropReason.ROUTE_DROP;
      case NextHops.KIND_UNRESOLVED -> DropReason.GATEWAY_UNRESOLVED;
      default -> DropReason.NO_ROUTE;
    };
  }

  /** Bytes of the IP packet by its own header; what follows in the frame is padding. */
  public static int totalBytes(long frame) {
    long ip = frame + Ethernet.HEADER_BYTES;
    return isIp6(frame) ? Ipv6.HEADER_BYTES + Ipv6.payloadBytes(ip) : Ipv4.totalBytes(ip);
  }

  /**
   * Takes one from the time to live or hop limit and puts the next hop's Ethernet header in front.
   */
  public static void rewrite(long frame, long[] hops, int hop) {
    if (isIp6(frame)) {
      Memory.putLong(frame + 16, Ip6Fast.forwardedW2(word(frame, 2)));
    } else {
      Memory.putLong(frame + 16, Ip4Fast.forwardedW2(word(frame, 2)));
      Memory.putLong(frame + 24, Ip4Fast.forwardedW3(word(frame, 3)));
    }
    address(frame, hops, hop);
  }

  /** Puts the next hop's Ethernet header in front. */
  public static void address(long frame, long[] hops, int hop) {
    int at = hop * NextHops.LONGS_PER_HOP;
    Memory.putShortBe(frame + 12, isIp6(frame) ? Ethernet.TYPE_IPV6 : Ethernet.TYPE_IPV4);
    Memory.putLong(frame, hops[at]);
    Memory.putInt(frame + 8, (int) hops[at + 1]);
  }

  private static boolean isIp6(long frame) {
    return Ipv6.version(frame + Ethernet.HEADER_BYTES) == Ipv6.VERSION;
  }

  private static long word(long frame, int index) {
    return Memory.getLong(frame + (long) index * Long.BYTES);
  }
}
