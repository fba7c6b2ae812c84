package dev.heddle.stage;

import dev.heddle.observe.DropReason;
import dev.heddle.wire.IpProtocol;
import dev.heddle.wire.Ipv6;

/**
 * What must hold for an IPv6 header before the packet may leave its link (RFC 8200 3, RFC 4291
 * 2.5).
 *
 * <p>The rules, in this order; the first that fails names the reason:
 *
 * <ol>
 *   <li>{@code TOO_SHORT}: 40 bytes are there
 *   <li>{@code IP6_BAD_VERSION}: version is 6
 *   <li>{@code IP6_BAD_PAYLOAD_LENGTH}: the payload lies within the frame; a shorter one is
 *       padding, which is no error and not part of the packet. With hop-by-hop options it is not 0,
 *       which would mean a jumbogram (RFC 2675)
 *   <li>{@code MULTICAST_UNSUPPORTED}: destination is not in ff00::/8
 *   <li>{@code IP6_MARTIAN_SOURCE}: source is neither :: nor ::1, in none of ::ffff:0:0/96,
 *       fe80::/10, ff00::/8
 *   <li>{@code IP6_MARTIAN_DESTINATION}: destination is neither :: nor ::1, in none of
 *       ::ffff:0:0/96, fe80::/10
 * </ol>
 *
 * Neighbour discovery and packets to the router itself are looked at after the third rule: they
 * stay on the link and may have link-local addresses. Extension headers are not looked at in
 * transit, hop-by-hop options included (RFC 8200 4.3 allows that).
 */
public final class Ip6Checks {
  private static final int MAPPED_IPV4 = 0xffff;

  private Ip6Checks() {}

  /**
   * Checks a header by all rules.
   *
   * @param ip address of the header
   * @param availableBytes bytes of the frame from there on
   * @return 0 if every rule holds, else the reason's ordinal + 1
   */
  public static int verdict(long ip, int availableBytes) {
    int verdict = headerVerdict(ip, availableBytes);
    return verdict != 0 ? verdict : addressVerdict(ip);
  }

  /** The first three rules. */
  static int headerVerdict(long ip, int availableBytes) {
    if (!Ipv6.isComplete(availableBytes)) {
      return because(DropReason.TOO_SHORT);
    }
    if (Ipv6.version(ip) != Ipv6.VERSION) {
      return because(DropReason.IP6_BAD_VERSION);
    }
    int payloadBytes = Ipv6.payloadBytes(ip);
    if (payloadBytes > availableBytes - Ipv6.HEADER_BYTES
        || payloadBytes == 0 && Ipv6.nextHeader(ip) == IpProtocol.HOP_BY_HOP) {
      return because(DropReason.IP6_BAD_PAYLOAD_LENGTH);
    }
    return 0;
  }

  /** The other rules. */
  static int addressVerdict(long ip) {
    if (EndpointAddresses.isMulticast6(Ipv6.destinationHigh(ip))) {
      return because(DropReason.MULTICAST_UNSUPPORTED);
    }
    int verdict = sourceVerdict(ip);
    if (verdict != 0) {
      return verdict;
    }
    return isDestinationMartian(ip) ? because(DropReason.IP6_MARTIAN_DESTINATION) : 0;
  }

  /** The rule about the source. */
  static int sourceVerdict(long ip) {
    long high = Ipv6.sourceHigh(ip);
    return isMartian(high, Ipv6.sourceLow(ip)) || EndpointAddresses.isMulticast6(high)
        ? because(DropReason.IP6_MARTIAN_SOURCE)
        : 0;
  }

  static boolean isDestinationMartian(long ip) {
    return isMartian(Ipv6.destinationHigh(ip), Ipv6.destinationLow(ip));
  }

  private static boolean isMartian(long high, long low) {
    return high == 0 && (low >>> 1 == 0 || low >>> 32 == MAPPED_IPV4)
        || EndpointAddresses.isLinkLocal6(high);
  }

  private static int because(DropReason reason) {
    return reason.ordinal() + 1;
  }
}
