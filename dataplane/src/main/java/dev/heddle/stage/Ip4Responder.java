package dev.heddle.stage;

import dev.heddle.observe.DropReason;
import dev.heddle.table.Attachment;
import dev.heddle.table.Vrf;
import dev.heddle.wire.Icmp;
import dev.heddle.wire.IpProtocol;
import dev.heddle.wire.Ipv4;

/** An IPv4 packet before routing: checks, and the answer where it is for the router itself. */
final class Ip4Responder {
  private Ip4Responder() {}

  static long inspect(
      long ip,
      int availableBytes,
      boolean toGroup,
      Attachment in,
      Vrf vrf,
      IcmpRateLimiter limiter,
      long nowNs) {
    int verdict = Ip4Checks.verdict(ip, availableBytes);
    if (verdict != 0) {
      return Response.refused(verdict);
    }
    if (toGroup || EndpointAddresses.isRangeBroadcast4(vrf, Ipv4.destination(ip))) {
      return Response.dropped(DropReason.MULTICAST_UNSUPPORTED);
    }
    if (EndpointAddresses.isRangeBroadcast4(vrf, Ipv4.source(ip))) {
      return Response.dropped(DropReason.IP4_MARTIAN_SOURCE);
    }
    if (!EndpointAddresses.isSource4(in, Ipv4.source(ip))) {
      return Response.dropped(DropReason.SPOOFED_SOURCE);
    }
    int options = Ip4Options.verdict(ip);
    if (options == Ip4Options.SOURCE_ROUTE) {
      return Response.dropped(DropReason.IP4_SOURCE_ROUTE);
    }
    if (options != Ip4Options.GOOD) {
      long fate = Response.dropped(DropReason.IP4_BAD_OPTION);
      int pointer = options << 24;
      return Icmp4Errors.send(
          fate, ip, Icmp.PARAMETER_PROBLEM, 0, pointer, false, in, vrf, limiter, nowNs);
    }
    if (Ipv4.destination(ip) == vrf.gateway4()) {
      return receive(ip, in, vrf, limiter, nowNs);
    }
    if (Ipv4.timeToLive(ip) <= 1) {
      long fate = Response.dropped(DropReason.TTL_EXPIRED);
      return Icmp4Errors.send(fate, ip, Icmp.TIME_EXCEEDED, 0, 0, false, in, vrf, limiter, nowNs);
    }
    return Response.TRANSIT;
  }

  /** A packet to the router itself, which answers echo requests and offers nothing else. */
  private static long receive(
      long ip, Attachment in, Vrf vrf, IcmpRateLimiter limiter, long nowNs) {
    if (Ipv4.isFragment(ip)) {
      return Response.dropped(DropReason.FRAGMENT_FOR_ROUTER);
    }
    int protocol = Ipv4.protocol(ip);
    if (protocol == IpProtocol.ICMP) {
      return EchoResponder.answer4(ip, in.mtuBytes(), in.podMac(), in.routerMac());
    }
    int code = protocol == IpProtocol.UDP ? Icmp.CODE_PORT : Icmp.CODE_PROTOCOL;
    long fate = Response.dropped(DropReason.NO_SERVICE);
    return Icmp4Errors.send(
        fate, ip, Icmp.DESTINATION_UNREACHABLE, code, 0, false, in, vrf, limiter, nowNs);
  }
}
