package dev.heddle.stage;

import dev.heddle.observe.DropReason;
import dev.heddle.table.Attachment;
import dev.heddle.table.Vrf;
import dev.heddle.wire.Icmpv6;
import dev.heddle.wire.IpProtocol;
import dev.heddle.wire.Ipv6;
import dev.heddle.wire.NeighbourDiscovery;

/** An IPv6 packet before routing: checks, and the answer where it is for the router itself. */
final class Ip6Responder {
  /** Offset of the routing type in a routing header. */
  private static final int ROUTING_TYPE = 2;

  private Ip6Responder() {}

  static long inspect(
      long ip,
      int availableBytes,
      boolean toGroup,
      Attachment in,
      Vrf vrf,
      IcmpRateLimiter limiter,
      long nowNs) {
    int verdict = Ip6Checks.headerVerdict(ip, availableBytes);
    if (verdict != 0) {
      return Response.refused(verdict);
    }
    long toHigh = Ipv6.destinationHigh(ip);
    boolean toRouter = EndpointAddresses.isRouter6(in, vrf, toHigh, Ipv6.destinationLow(ip));
    if (isNeighbourDiscovery(ip, toRouter)) {
      return NeighbourResponder.inspect(ip, in, vrf);
    }
    if (toGroup) {
      return Response.dropped(DropReason.MULTICAST_UNSUPPORTED);
    }
    long fromHigh = Ipv6.sourceHigh(ip);
    boolean onLink = toRouter && EndpointAddresses.isLinkLocal6(fromHigh);
    if (!onLink) {
      verdict = toRouter ? Ip6Checks.sourceVerdict(ip) : Ip6Checks.addressVerdict(ip);
      if (verdict != 0) {
        return refuse(verdict, ip, in, vrf, limiter, nowNs);
      }
      if (!EndpointAddresses.isSource6(in, fromHigh, Ipv6.sourceLow(ip))) {
        return Response.dropped(DropReason.SPOOFED_SOURCE);
      }
    }
    if (toRouter) {
      return receive(ip, in, vrf, limiter, nowNs);
    }
    if (Ipv6.hopLimit(ip) <= 1) {
      long fate = Response.dropped(DropReason.TTL_EXPIRED);
      return Icmp6Errors.send(fate, ip, Icmpv6.TIME_EXCEEDED, 0, 0, false, in, vrf, limiter, nowNs);
    }
    return Response.TRANSIT;
  }

  /**
   * Whether this is neighbour discovery on this link. A solicitation with hop limit 255 is, even
   * when it is sent to another pod's address: the asker probes whether that is still here. With
   * less it crossed a router and is anybody's packet, unless it is sent to a group or the router.
   */
  private static boolean isNeighbourDiscovery(long ip, boolean toRouter) {
    return Ipv6.nextHeader(ip) == IpProtocol.ICMPV6
        && Ipv6.payloadBytes(ip) > 0
        && NeighbourDiscovery.isType(Icmpv6.type(ip + Ipv6.HEADER_BYTES))
        && (toRouter
            || Ipv6.hopLimit(ip) == NeighbourDiscovery.HOP_LIMIT
            || EndpointAddresses.isMulticast6(Ipv6.destinationHigh(ip)));
  }

  /**
   * Why a packet does not leave its link. A source that is valid there only is told so, unless the
   * destination is, too (RFC 4443 3.1 code 2).
   */
  private static long refuse(
      int verdict, long ip, Attachment in, Vrf vrf, IcmpRateLimiter limiter, long nowNs) {
    long fate = Response.refused(verdict);
    boolean beyondScope =
        fate == Response.dropped(DropReason.IP6_MARTIAN_SOURCE)
            && EndpointAddresses.isLinkLocal6(Ipv6.sourceHigh(ip))
            && !Ip6Checks.isDestinationMartian(ip);
    return beyondScope
        ? Icmp6Errors.send(
            fate,
            ip,
            Icmpv6.DESTINATION_UNREACHABLE,
            Icmpv6.CODE_BEYOND_SCOPE,
            0,
            false,
            in,
            vrf,
            limiter,
            nowNs)
        : fate;
  }

  /** A packet to the router itself, which answers echo requests and offers nothing else. */
  private static long receive(
      long ip, Attachment in, Vrf vrf, IcmpRateLimiter limiter, long nowNs) {
    int packetBytes = Ipv6.HEADER_BYTES + Ipv6.payloadBytes(ip);
    long found = Ip6Extensions.walk(ip, packetBytes);
    if (Ip6Extensions.isBroken(found)) {
      return Response.dropped(DropReason.IP6_BAD_EXTENSION);
    }
    if (Ip6Extensions.isFragment(found)) {
      return Response.dropped(DropReason.FRAGMENT_FOR_ROUTER);
    }
    int option = Ip6Options.verdict(ip, Ip6Extensions.upperOffset(found));
    if (option == Ip6Options.BROKEN) {
      return Response.dropped(DropReason.IP6_BAD_EXTENSION);
    }
    int optionOffset = option & ~Ip6Options.TELL;
    int routing = Ip6Extensions.routingOffset(found);
    if (optionOffset != 0 && (routing == 0 || optionOffset < routing)) {
      return option == optionOffset
          ? Response.dropped(DropReason.NO_SERVICE)
          : problem(ip, Icmpv6.CODE_UNKNOWN_OPTION, optionOffset, in, vrf, limiter, nowNs);
    }
    if (routing != 0) {
      int pointer = routing + ROUTING_TYPE;
      return problem(ip, Icmpv6.CODE_ERRONEOUS_FIELD, pointer, in, vrf, limiter, nowNs);
    }
    return serve(ip, found, packetBytes, in, vrf, limiter, nowNs);
  }

  private static long serve(
      long ip,
      long found,
      int packetBytes,
      Attachment in,
      Vrf vrf,
      IcmpRateLimiter limiter,
      long nowNs) {
    return switch (Ip6Extensions.protocol(found)) {
      case IpProtocol.ICMPV6 ->
          EchoResponder.answer6(
              ip,
              Ip6Extensions.upperOffset(found),
              packetBytes,
              in.mtuBytes(),
              in.podMac(),
              in.routerMac());
      case IpProtocol.NO_NEXT_HEADER -> Response.CONSUMED;
      case IpProtocol.UDP ->
          Icmp6Errors.send(
              Response.dropped(DropReason.NO_SERVICE),
              ip,
              Icmpv6.DESTINATION_UNREACHABLE,
              Icmpv6.CODE_PORT,
              0,
              false,
              in,
              vrf,
              limiter,
              nowNs);
      default -> {
        int field = Ip6Extensions.fieldOffset(found);
        yield problem(ip, Icmpv6.CODE_UNKNOWN_NEXT_HEADER, field, in, vrf, limiter, nowNs);
      }
    };
  }

  /** A parameter problem with a packet to the router itself. */
  private static long problem(
      long ip, int code, int pointer, Attachment in, Vrf vrf, IcmpRateLimiter limiter, long nowNs) {
    return Icmp6Errors.send(
        Response.dropped(DropReason.NO_SERVICE),
        ip,
        Icmpv6.PARAMETER_PROBLEM,
        code,
        pointer,
        false,
        in,
        vrf,
        limiter,
        nowNs);
  }
}
