package dev.heddle.stage;

import dev.heddle.observe.DropReason;
import dev.heddle.packet.NeighbourReports;
import dev.heddle.table.KeyTable;
import dev.heddle.table.Neighbours;
import dev.heddle.table.Uplink;
import dev.heddle.wire.Ethernet;
import dev.heddle.wire.Icmpv6;
import dev.heddle.wire.Ipv6;
import dev.heddle.wire.NeighbourDiscovery;

/**
 * Neighbour discovery on the underlay (RFC 4861): answers for our tunnel address, defends it where
 * another node is about to take it (RFC 4862 5.4), and reads what wanted neighbours say.
 */
final class UnderlayDiscovery {
  private UnderlayDiscovery() {}

  /**
   * Takes a message whose IPv6 header was checked and which follows it directly.
   *
   * @param source MAC address that it came from
   */
  static long inspect(
      long ip, long source, Uplink uplink, Neighbours neighbours, NeighbourReports reports) {
    long message = ip + Ipv6.HEADER_BYTES;
    int messageBytes = Ipv6.payloadBytes(ip);
    if (!NeighbourChecks.isValid(ip, message, messageBytes)) {
      return Response.dropped(DropReason.ND_MALFORMED);
    }
    if (!uplink.hasAddress6()) {
      return Response.CONSUMED;
    }
    return switch (Icmpv6.type(message)) {
      case NeighbourDiscovery.NEIGHBOUR_SOLICITATION ->
          solicited(ip, message, source, uplink, neighbours, reports);
      case NeighbourDiscovery.NEIGHBOUR_ADVERTISEMENT ->
          advertised(message, messageBytes, uplink, neighbours, reports);
      default -> Response.CONSUMED;
    };
  }

  private static long solicited(
      long ip,
      long message,
      long source,
      Uplink uplink,
      Neighbours neighbours,
      NeighbourReports reports) {
    long fromHigh = Ipv6.sourceHigh(ip);
    long fromLow = Ipv6.sourceLow(ip);
    if (isOwn(uplink, fromHigh, fromLow)) {
      return Response.dropped(DropReason.UNDERLAY_ADDRESS_CONFLICT);
    }
    long mac =
        NeighbourDiscovery.linkLayer(
            message, Ipv6.payloadBytes(ip), NeighbourDiscovery.OPTION_SOURCE_LINK_LAYER);
    if (Ethernet.isStation(mac)) {
      report(fromHigh, fromLow, mac, false, true, uplink, neighbours, reports);
    }
    long targetHigh = NeighbourDiscovery.targetHigh(message);
    long targetLow = NeighbourDiscovery.targetLow(message);
    return isOwn(uplink, targetHigh, targetLow)
        ? answer(ip, message, source, uplink)
        : Response.CONSUMED;
  }

  private static long answer(long ip, long message, long source, Uplink uplink) {
    boolean toAll = (Ipv6.sourceHigh(ip) | Ipv6.sourceLow(ip)) == 0;
    int flags = NeighbourDiscovery.FLAG_OVERRIDE | (toAll ? 0 : NeighbourDiscovery.FLAG_SOLICITED);
    int bytes = NeighbourDiscovery.ADVERTISEMENT_BYTES;
    NeighbourDiscovery.answer(message, flags, uplink.mac());
    Ipv6.putDestination(
        ip,
        toAll ? NeighbourDiscovery.ALL_NODES_HIGH : Ipv6.sourceHigh(ip),
        toAll ? NeighbourDiscovery.ALL_NODES_LOW : Ipv6.sourceLow(ip));
    Ipv6.putSource(ip, uplink.address6High(), uplink.address6Low());
    Ipv6.write(ip, 0, bytes, Ipv6.nextHeader(ip), NeighbourDiscovery.HOP_LIMIT);
    Icmpv6.putChecksum(ip, message, bytes);
    return ReplyFrame.finish(
        Response.CONSUMED,
        ip,
        ip,
        Ipv6.HEADER_BYTES + bytes,
        Ethernet.TYPE_IPV6,
        toAll ? NeighbourDiscovery.ALL_NODES_MAC : source,
        uplink.mac());
  }

  private static long advertised(
      long message,
      int messageBytes,
      Uplink uplink,
      Neighbours neighbours,
      NeighbourReports reports) {
    long high = NeighbourDiscovery.targetHigh(message);
    long low = NeighbourDiscovery.targetLow(message);
    if (isOwn(uplink, high, low)) {
      return Response.dropped(DropReason.UNDERLAY_ADDRESS_CONFLICT);
    }
    long mac =
        NeighbourDiscovery.linkLayer(
            message, messageBytes, NeighbourDiscovery.OPTION_TARGET_LINK_LAYER);
    if (mac != 0 && !Ethernet.isStation(mac)) {
      return Response.dropped(DropReason.ND_MALFORMED);
    }
    int flags = NeighbourDiscovery.flags(message);
    boolean answers = (flags & NeighbourDiscovery.FLAG_SOLICITED) != 0;
    boolean overrides = (flags & NeighbourDiscovery.FLAG_OVERRIDE) != 0;
    report(high, low, mac, answers, overrides, uplink, neighbours, reports);
    return Response.CONSUMED;
  }

  /** Unasked, what is known already is no news. */
  private static void report(
      long high,
      long low,
      long mac,
      boolean answers,
      boolean overrides,
      Uplink uplink,
      Neighbours neighbours,
      NeighbourReports reports) {
    int neighbour = uplink.neighbours().get(high, low);
    if (neighbour != KeyTable.NONE && (answers || mac != 0 && neighbours.mac(neighbour) != mac)) {
      reports.heard(uplink.interfaceIndex(), true, high, low, mac, answers, overrides);
    }
  }

  private static boolean isOwn(Uplink uplink, long high, long low) {
    return high == uplink.address6High() && low == uplink.address6Low();
  }
}
