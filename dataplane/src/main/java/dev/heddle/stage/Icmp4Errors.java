package dev.heddle.stage;

import dev.heddle.table.Attachment;
import dev.heddle.table.Vrf;
import dev.heddle.wire.Ethernet;
import dev.heddle.wire.Icmp;
import dev.heddle.wire.IpProtocol;
import dev.heddle.wire.Ipv4;

/**
 * ICMP errors about IPv4 packets (RFC 1812 4.3.2).
 *
 * <p>The error is built in front of the packet, which becomes its quotation without being moved. It
 * comes from the gateway's address, with precedence 6, and is at most 576 bytes long, which is less
 * than any interface's MTU.
 */
final class Icmp4Errors {
  private static final int TIME_TO_LIVE = 64;

  /** Precedence 6, internetwork control, and the default type of service (RFC 1812 4.3.2.5). */
  private static final int PRECEDENCE_INTERNETWORK_CONTROL = 0xc0;

  private static final int MAX_ERROR_BYTES = 576;
  private static final int OVERHEAD_BYTES = Ipv4.HEADER_BYTES + Icmp.HEADER_BYTES;

  private Icmp4Errors() {}

  /**
   * Makes an error about a packet whose header {@link Ip4Checks} accepted.
   *
   * @param fate of that packet
   * @param ip address of its header
   * @param rest of the ICMP header: pointer or MTU
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
    if (toGroup || vrf.gateway4() == 0 || !mayBeSentAbout(ip)) {
      return fate;
    }
    if (!limiter.tryTake(in.interfaceIndex(), nowNs)) {
      return Response.rateLimited(fate);
    }
    int bytes = Math.min(OVERHEAD_BYTES + Ipv4.totalBytes(ip), MAX_ERROR_BYTES);
    long reply = ip - OVERHEAD_BYTES;
    Ipv4.write(
        reply,
        PRECEDENCE_INTERNETWORK_CONTROL,
        bytes,
        TIME_TO_LIVE,
        IpProtocol.ICMP,
        vrf.gateway4(),
        Ipv4.source(ip));
    Icmp.write(reply + Ipv4.HEADER_BYTES, type, code, rest, bytes - Ipv4.HEADER_BYTES);
    return ReplyFrame.finish(fate, ip, reply, bytes, Ethernet.TYPE_IPV4, in);
  }

  /**
   * Never about errors and later fragments (RFC 1812 4.3.2.7); broadcasts and multicasts do not
   * come here.
   */
  private static boolean mayBeSentAbout(long ip) {
    return !Ipv4.isLaterFragment(ip) && (Ipv4.protocol(ip) != IpProtocol.ICMP || isIcmpQuery(ip));
  }

  private static boolean isIcmpQuery(long ip) {
    int headerBytes = Ipv4.headerBytes(ip);
    return Ipv4.totalBytes(ip) > headerBytes && Icmp.isQuery(Icmp.type(ip + headerBytes));
  }
}
