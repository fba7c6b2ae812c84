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
 * 4862 5.4), addresses that are neither in the range nor the router's. Router solicitations are
 * taken and not answered, because addresses and routes come from the API. All other messages are
 * checked and taken: nothing is learnt from what a pod sends.
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
    if ((sourceHigh | sourceLow) == 0) {
      return maySourceBeUnspecified(type)
          ? Response.CONSUMED
          : Response.dropped(DropReason.SPOOFED_SOURCE);
    }
    if (!EndpointAddresses.isLinkLocal6(sourceHigh)
        && !EndpointAddresses.isSource6(in, sourceHigh, sourceLow)) {
      return Response.dropped(DropReason.SPOOFED_SOURCE);
    }
    if (type != NeighbourDiscovery.NEIGHBOUR_SOLICITATION) {
      return Response.CONSUMED;
    }
    return answer(ip, message, in, vrf);
  }

  private static long answer(long ip, long message, Attachment in, Vrf vrf) {
    long targetHigh = NeighbourDiscovery.targetHigh(message);
    long targetLow = NeighbourDiscovery.targetLow(message);
    boolean router = EndpointAddresses.isRouter6(in, vrf, targetHigh, targetLow);
    if (!router
        && (EndpointAddresses.isOwn6(in, targetHigh, targetLow)
            || !EndpointAddresses.isInRange6(vrf, targetHigh, targetLow))) {
      return Response.CONSUMED;
    }
    // A proxy's answer gives way to the owner's, so it does not override (RFC 4861 7.2.8).
    int flags =
        NeighbourDiscovery.FLAG_ROUTER
            | NeighbourDiscovery.FLAG_SOLICITED
            | (router ? NeighbourDiscovery.FLAG_OVERRIDE : 0);
    int bytes = NeighbourDiscovery.ADVERTISEMENT_BYTES;
    NeighbourDiscovery.answer(message, flags, in.routerMac());
    Ipv6.putDestination(ip, Ipv6.sourceHigh(ip), Ipv6.sourceLow(ip));
    Ipv6.putSource(ip, targetHigh, targetLow);
    Ipv6.write(ip, 0, bytes, Ipv6.nextHeader(ip), NeighbourDiscovery.HOP_LIMIT);
    Icmpv6.putChecksum(ip, message, bytes);
    return ReplyFrame.finish(
        Response.CONSUMED, ip, ip, Ipv6.HEADER_BYTES + bytes, Ethernet.TYPE_IPV6, in);
  }

  private static boolean maySourceBeUnspecified(int type) {
    return type == NeighbourDiscovery.NEIGHBOUR_SOLICITATION
        || type == NeighbourDiscovery.ROUTER_SOLICITATION;
  }
}
