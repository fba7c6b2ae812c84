package dev.heddle.stage;

import dev.heddle.memory.Memory;
import dev.heddle.packet.Arrivals;
import dev.heddle.packet.Batch;
import dev.heddle.table.Lpm4;
import dev.heddle.table.Lpm6;
import dev.heddle.table.NextHops;
import dev.heddle.table.Tables;
import dev.heddle.table.Tunnels;
import dev.heddle.table.Uplink;
import dev.heddle.table.Vrf;
import dev.heddle.wire.Ethernet;
import dev.heddle.wire.IpProtocol;
import dev.heddle.wire.Ipv4;
import dev.heddle.wire.Ipv6;
import java.util.Arrays;

/**
 * Anti-spoofing for packets that came out of a tunnel: the route to the inner source must lead to
 * the node that sent the packet (RFC 3704, strict; of an equal-cost route, one of its members).
 *
 * <p>The gateway's address belongs to the routers of all nodes, so their ICMP errors pass, too.
 *
 * <p>Packets from the outside of a network: the route to the source must lead outside, through
 * whichever uplink, and the network's own range is nobody's there.
 */
public final class ReversePath {
  private static final int SOURCE_4 = Ethernet.HEADER_BYTES + 12;
  private static final int SOURCE_6 = Ethernet.HEADER_BYTES + 8;

  private final int[] source4 = new int[Batch.CAPACITY];
  private final int[] route = new int[Batch.CAPACITY];

  /** Whether the sources read last are one that a host can have. */
  private boolean oneSource;

  /**
   * Looks at the sources of a batch whose next hops are known. The fast path must not forward those
   * that are wrong, and those that would leave through a tunnel again.
   *
   * @param arrivals with the batch of one network, which has a packet at least
   */
  public void check(Arrivals arrivals, Vrf vrf, Tables tables) {
    check(arrivals, NextHops.KIND_REMOTE, vrf, tables);
  }

  /** The same for packets that came from outside, and would go there again. */
  public void checkOutside(Arrivals arrivals, Vrf vrf, Tables tables) {
    check(arrivals, NextHops.KIND_OUTSIDE, vrf, tables);
    Batch batch = arrivals.inner;
    for (int i = 0; i < batch.count; i++) {
      if (isInRange(batch, i, vrf)) {
        batch.egress[i] = Batch.NO_EGRESS;
      }
    }
  }

  /** By the source that was read; of IPv6 any that looks like IPv4 is checked as such, too. */
  private boolean isInRange(Batch batch, int i, Vrf vrf) {
    long high = batch.sourceHigh[i];
    return high == 0
        ? EndpointAddresses.isInRange4(vrf, source4[i])
        : EndpointAddresses.isInRange6(
            vrf, Long.reverseBytes(high), Long.reverseBytes(batch.sourceLow[i]));
  }

  private void check(Arrivals arrivals, int kind, Vrf vrf, Tables tables) {
    Batch batch = arrivals.inner;
    int six = readSources(batch);
    if (six == 0 && oneSource && isOneWay(batch) && isRight(arrivals, kind, vrf, tables)) {
      return;
    }
    if (six < batch.count) {
      Lpm4.lookupAll(vrf.lpm4Root(), source4, route, batch.count);
    }
    if (six > 0) {
      lookup6(batch, vrf.lpm6Root());
    }
    checkEach(arrivals, kind, tables);
  }

  /** Whether all packets have one next hop. */
  private static boolean isOneWay(Batch batch) {
    int[] places = batch.hop;
    int count = batch.count;
    int first = places[0];
    int others = 0;
    for (int i = 0; i < count; i++) {
      others |= places[i] ^ first;
    }
    return others == 0;
  }

  /** Whether packets from one node, of one source and with one next hop, are all right. */
  private boolean isRight(Arrivals arrivals, int kind, Vrf vrf, Tables tables) {
    long[] hops = tables.hops();
    int hop = hop(Lpm4.lookup(vrf.lpm4Root(), source4[0]), tables.routeHops());
    int toKind = NextHops.kind(hops[arrivals.inner.hop[0] + 2]);
    return toKind != kind && leadsTo(hops, hop, kind, arrivals.onlyNode());
  }

  private static int hop(int result, int[] routeHops) {
    return result < 0 ? routeHops[NextHops.routeId(result)] : result;
  }

  private void checkEach(Arrivals arrivals, int kind, Tables tables) {
    Batch batch = arrivals.inner;
    long[] hops = tables.hops();
    for (int i = 0; i < batch.count; i++) {
      int hop = hop(route[i], tables.routeHops());
      int node = arrivals.innerNode[i];
      boolean right = leadsTo(hops, hop, kind, node) || isMember(tables, hop, kind, node);
      int toKind = NextHops.kind(hops[batch.hop[i] + 2]);
      if (!right || toKind == kind || isMartian(batch, i)) {
        batch.egress[i] = Batch.NO_EGRESS;
      }
    }
  }

  /** Reads the sources as IPv4; returns how many packets are IPv6. */
  private int readSources(Batch batch) {
    int six = 0;
    int first = Memory.getInt(batch.header[0] + SOURCE_4);
    int others = martian4(first & 0xff);
    long[] frames = batch.header;
    long[] lows = batch.sourceLow;
    int count = batch.count;
    Arrays.fill(batch.sourceHigh, 0, count, 0);
    for (int i = 0; i < count; i++) {
      long frame = frames[i];
      int source = Memory.getInt(frame + SOURCE_4);
      lows[i] = Integer.toUnsignedLong(source);
      source4[i] = Integer.reverseBytes(source);
      others |= source ^ first;
      six += isIp6(frame) ? 1 : 0;
    }
    oneSource = others == 0;
    return six;
  }

  private void lookup6(Batch batch, long root) {
    for (int i = 0; i < batch.count; i++) {
      long frame = batch.header[i];
      if (isIp6(frame)) {
        long high = Memory.getLong(frame + SOURCE_6);
        long low = Memory.getLong(frame + SOURCE_6 + 8);
        batch.sourceHigh[i] = high;
        batch.sourceLow[i] = low;
        route[i] = Lpm6.lookup(root, Long.reverseBytes(high), Long.reverseBytes(low));
      }
    }
  }

  private static boolean isIp6(long frame) {
    return (Memory.getByte(frame + Ethernet.HEADER_BYTES) & 0xf0) == 0x60;
  }

  /** Whether a default route may hide that no host has this source. */
  private static boolean isMartian(Batch batch, int i) {
    if (batch.sourceHigh[i] == 0) {
      return martian4((int) batch.sourceLow[i] & 0xff) != 0;
    }
    int firstTwo = (int) batch.sourceHigh[i] & 0xffff;
    int first = firstTwo & 0xff;
    return first == 0 || first == 0xff || first == 0xfe && (firstTwo & 0xc000) == 0x8000;
  }

  /** Without branches: -1 for 0, 127 and from 224 on, else 0. */
  private static int martian4(int firstByte) {
    return (firstByte - 1 | 223 - firstByte | (firstByte ^ 127) - 1) >> 31;
  }

  private static boolean isMember(Tables tables, int hop, int kind, int node) {
    long[] hops = tables.hops();
    int at = hop * NextHops.LONGS_PER_HOP;
    if (NextHops.kind(hops[at + 2]) != NextHops.KIND_ECMP) {
      return false;
    }
    int[] groups = tables.groups();
    int offset = (int) hops[at + 3];
    for (int i = 1; i <= groups[offset]; i++) {
      if (leadsTo(hops, groups[offset + i], kind, node)) {
        return true;
      }
    }
    return false;
  }

  private static boolean leadsTo(long[] hops, int hop, int kind, int node) {
    int at = hop * NextHops.LONGS_PER_HOP;
    return NextHops.kind(hops[at + 2]) == kind && Tunnels.node(hops[at + 3]) == node;
  }

  /**
   * Whether a node may send a packet of this source, as {@link #check} finds it, or as the error of
   * a router.
   *
   * @param frame address of the inner frame, private memory; its IP header is all there
   */
  static boolean isSource(long frame, int node, Vrf vrf, Tables tables) {
    long ip = frame + Ethernet.HEADER_BYTES;
    boolean router;
    if (isIp6(frame)) {
      router =
          Ipv6.nextHeader(ip) == IpProtocol.ICMPV6
              && EndpointAddresses.hasGateway6(vrf)
              && Ipv6.sourceHigh(ip) == vrf.gateway6High()
              && Ipv6.sourceLow(ip) == vrf.gateway6Low();
    } else {
      router =
          Ipv4.protocol(ip) == IpProtocol.ICMP
              && vrf.gateway4() != 0
              && Ipv4.source(ip) == vrf.gateway4();
    }
    return router || isBehind(frame, NextHops.KIND_REMOTE, node, vrf, tables);
  }

  /**
   * Whether a packet of this source may come from outside: as {@link #checkOutside} finds it, or
   * from the link itself.
   *
   * @param frame as for {@link #isSource}
   */
  static boolean isOutside(long frame, Uplink uplink, Vrf vrf, Tables tables) {
    long ip = frame + Ethernet.HEADER_BYTES;
    boolean inRange;
    boolean onLink;
    if (isIp6(frame)) {
      long high = Ipv6.sourceHigh(ip);
      long low = Ipv6.sourceLow(ip);
      inRange = EndpointAddresses.isInRange6(vrf, high, low);
      onLink = uplink.isOnLink6(high, low);
    } else {
      int source = Ipv4.source(ip);
      inRange = EndpointAddresses.isInRange4(vrf, source);
      onLink = uplink.isOnLink4(source);
    }
    return !inRange
        && (onLink || isBehind(frame, NextHops.KIND_OUTSIDE, Tunnels.OUTSIDE, vrf, tables));
  }

  /** Whether the route to the source leads to a node, or outside; perhaps among others. */
  private static boolean isBehind(long frame, int kind, int node, Vrf vrf, Tables tables) {
    long ip = frame + Ethernet.HEADER_BYTES;
    int result =
        isIp6(frame)
            ? Lpm6.lookup(vrf.lpm6Root(), Ipv6.sourceHigh(ip), Ipv6.sourceLow(ip))
            : Lpm4.lookup(vrf.lpm4Root(), Ipv4.source(ip));
    int hop = result < 0 ? tables.routeHops()[NextHops.routeId(result)] : result;
    return leadsTo(tables.hops(), hop, kind, node) || isMember(tables, hop, kind, node);
  }
}
