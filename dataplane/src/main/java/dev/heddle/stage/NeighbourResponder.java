package dev.heddle.stage;

import dev.heddle.observe.DropReason;
import dev.heddle.table.Attachment;
import dev.heddle.table.Vrf;
import dev.heddle.wire.Ethernet;
import dev.heddle.wire.Icmpv6;
import dev.heddle.wire.Ipv6;
import dev.heddle.wire.NeighbourDiscovery;

/**
 * The gateway's neighbour discovery (RFC 4861): whoever solicits an address of the network gets the
 * gateway's MAC address, since everything is routed.
 *
 * <p>Not answered: the asker's own addresses, duplicate address detection (source unspecified, RFC
 * 4862 5.4) but of the router's own, addresses that are neither in the range nor the router's.
 * Router solicitations are taken and not answered, because addresses and routes come from the API.
 * All other messages are checked and taken: nothing is learnt from what a pod sends.
 */
final class NeighbourResponder {
  private NeighbourResponder() {}

  /** Takes a message whose IPv6 header was checked and which follows it directly. */
  static long inspect(long ip, Attachment in, Vrf vrf) {
    long message = ip + Ipv6.HEADER_BYTES;
    int messageBytes = Ipv6.payloadBytes(ip);
    if (!NeighbourChecks.isValid(ip, message, messageBytes)) {
      return Response.dropped(DropReason.ND_MALFORMED);
    }
    int type = Icmpv6.type(message);
    long sourceHigh = Ipv6.sourceHigh(ip);
    long sourceLow = Ipv6.sourceLow(ip);
    boolean unspecified = (sourceHigh | sourceLow) == 0;
    boolean valid =
        unspecified
            ? maySourceBeUnspecified(type)
            : EndpointAddresses.isLinkLocal6(sourceHigh)
                || EndpointAddresses.isSource6(in, sourceHigh, sourceLow);
    if (!valid) {
      return Response.dropped(DropReason.SPOOFED_SOURCE);
    }
    if (type != NeighbourDiscovery.NEIGHBOUR_SOLICITATION) {
      return Response.CONSUMED;
    }
    return solicited(ip, message, unspecified, in, vrf);
  }

  private static long solicited(
      long ip, long message, boolean unspecified, Attachment in, Vrf vrf) {
    long high = NeighbourDiscovery.targetHigh(message);
    long low = NeighbourDiscovery.targetLow(message);
    if (EndpointAddresses.isRouter6(in, vrf, high, low)) {
      return unspecified
          ? defend(ip, message, in)
          : answer(ip, message, NeighbourDiscovery.FLAG_OVERRIDE, in);
    }
    // A proxy's answer gives way to the owner's, so it does not override (RFC 4861 7.2.8).
    boolean forAnother =
        !unspecified
            && EndpointAddresses.isInRange6(vrf, high, low)
            && !EndpointAddresses.isOwn6(in, high, low);
    return forAnother ? answer(ip, message, 0, in) : Response.CONSUMED;
  }

  private static long answer(long ip, long message, int override, Attachment in) {
    int flags = NeighbourDiscovery.FLAG_SOLICITED | override;
    return advertise(ip, message, flags, Ipv6.sourceHigh(ip), Ipv6.sourceLow(ip), in.podMac(), in);
  }

  /** Somebody is about to take the router's own address (RFC 4862 5.4.3). */
  private static long defend(long ip, long message, Attachment in) {
    return advertise(
        ip,
        message,
        NeighbourDiscovery.FLAG_OVERRIDE,
        NeighbourDiscovery.ALL_NODES_HIGH,
        NeighbourDiscovery.ALL_NODES_LOW,
        NeighbourDiscovery.ALL_NODES_MAC,
        in);
  }

  private static long advertise(
      long ip, long message, int flags, long toHigh, long toLow, long toMac, Attachment in) {
    int bytes = NeighbourDiscovery.ADVERTISEMENT_BYTES;
    long targetHigh = NeighbourDiscovery.targetHigh(message);
    long targetLow = NeighbourDiscovery.targetLow(message);
    NeighbourDiscovery.answer(message, flags | NeighbourDiscovery.FLAG_ROUTER, in.routerMac());
    Ipv6.putDestination(ip, toHigh, toLow);
    Ipv6.putSource(ip, targetHigh, targetLow);
    Ipv6.write(ip, 0, bytes, Ipv6.nextHeader(ip), NeighbourDiscovery.HOP_LIMIT);
    Icmpv6.putChecksum(ip, message, bytes);
    return ReplyFrame.finish(
        Response.CONSUMED,
        ip,
        ip,
        Ipv6.HEADER_BYTES + bytes,
        Ethernet.TYPE_IPV6,
        toMac,
        in.routerMac());
  }

  private static boolean maySourceBeUnspecified(int type) {
    return type == NeighbourDiscovery.NEIGHBOUR_SOLICITATION
        || type == NeighbourDiscovery.ROUTER_SOLICITATION;
  }
}
