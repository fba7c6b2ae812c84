package dev.heddle.stage;

import dev.heddle.table.Attachment;
import dev.heddle.table.Vrf;
import dev.heddle.wire.Ethernet;
import dev.heddle.wire.Icmpv6;
import dev.heddle.wire.IpProtocol;
import dev.heddle.wire.Ipv6;

/**
 * ICMPv6 errors (RFC 4443 2.4, 3).
 *
 * <p>The error is built in front of the packet, which becomes its quotation without being moved. It
 * comes from the address that the packet was sent to where that is the router's, else from its
 * link-local address where the packet came from one, else from the gateway's, and is at most 1280
 * bytes long.
 */
final class Icmp6Errors {
  private static final int HOP_LIMIT = 64;
  private static final int MAX_ERROR_BYTES = 1280;
  private static final int OVERHEAD_BYTES = Ipv6.HEADER_BYTES + Icmpv6.HEADER_BYTES;

  private Icmp6Errors() {}

  /**
   * Makes an error about a packet whose header {@link Ip6Checks} accepted.
   *
   * @param fate of that packet
   * @param ip address of its header
   * @param rest of the ICMPv6 header: pointer or MTU
   * @param toGroup whether it came in an Ethernet frame to a group
   */
  static long send(
      long fate,
      long ip,
      int type,
      int code,
      int rest,
      boolean toGroup,
      Attachment in,
      Vrf vrf,
      IcmpRateLimiter limiter,
      long nowNs) {
    long toHigh = Ipv6.destinationHigh(ip);
    long toLow = Ipv6.destinationLow(ip);
    boolean local = EndpointAddresses.isRouter6(in, vrf, toHigh, toLow);
    boolean onLink = EndpointAddresses.isLinkLocal6(Ipv6.sourceHigh(ip));
    if (toGroup
        || !local && !onLink && !EndpointAddresses.hasGateway6(vrf)
        || !mayBeSentAbout(ip)) {
      return fate;
    }
    if (!limiter.tryTake(in.interfaceIndex(), nowNs)) {
      return Response.rateLimited(fate);
    }
    int bytes =
        Math.min(OVERHEAD_BYTES + Ipv6.HEADER_BYTES + Ipv6.payloadBytes(ip), MAX_ERROR_BYTES);
    long reply = ip - OVERHEAD_BYTES;
    long message = reply + Ipv6.HEADER_BYTES;
    Ipv6.write(reply, 0, bytes - Ipv6.HEADER_BYTES, IpProtocol.ICMPV6, HOP_LIMIT);
    if (local) {
      Ipv6.putSource(reply, toHigh, toLow);
    } else if (onLink) {
      EndpointAddresses.putRouterLinkLocal(reply, in);
    } else {
      Ipv6.putSource(reply, vrf.gateway6High(), vrf.gateway6Low());
    }
    Ipv6.putDestination(reply, Ipv6.sourceHigh(ip), Ipv6.sourceLow(ip));
    Icmpv6.write(message, type, code, rest);
    Icmpv6.putChecksum(reply, message, bytes - Ipv6.HEADER_BYTES);
    return ReplyFrame.finish(fate, ip, reply, bytes, Ethernet.TYPE_IPV6, in);
  }

  /** Never about multicasts, errors and redirects; where headers hide the type, neither. */
  private static boolean mayBeSentAbout(long ip) {
    if (EndpointAddresses.isMulticast6(Ipv6.destinationHigh(ip))) {
      return false;
    }
    int packetBytes = Ipv6.HEADER_BYTES + Ipv6.payloadBytes(ip);
    long found = Ip6Extensions.walk(ip, packetBytes);
    if (Ip6Extensions.isBroken(found)) {
      return false;
    }
    if (Ip6Extensions.protocol(found) != IpProtocol.ICMPV6) {
      return true;
    }
    int offset = Ip6Extensions.upperOffset(found);
    return !Ip6Extensions.isLaterFragment(found)
        && offset < packetBytes
        && !Icmpv6.isErrorOrRedirect(Icmpv6.type(ip + offset));
  }
}
