package dev.heddle.stage;

import dev.heddle.observe.DropReason;
import dev.heddle.table.Tables;
import dev.heddle.table.Uplink;
import dev.heddle.table.Vrf;
import dev.heddle.wire.Ethernet;
import dev.heddle.wire.Icmpv6;
import dev.heddle.wire.IpProtocol;
import dev.heddle.wire.Ipv4;
import dev.heddle.wire.Ipv6;
import dev.heddle.wire.NeighbourDiscovery;

/**
 * Sorts what came in on an uplink that leads to the outside of a network and is not plain transit.
 * In private memory; the frame is a whole Ethernet header long at least.
 */
public final class OutsideChecks {
  private OutsideChecks() {}

  /**
   * Whether a frame is for the uplink itself, or for nobody here: {@link UnderlayResponder} takes
   * it then. All others are packets of the network, which {@link Responder} takes.
   *
   * @param frame address of its Ethernet header
   */
  public static boolean concernsUplink(long frame, int bytes, Uplink uplink) {
    if (Ethernet.destination(frame) != uplink.mac()) {
      return true;
    }
    long ip = frame + Ethernet.HEADER_BYTES;
    int available = bytes - Ethernet.HEADER_BYTES;
    return switch (Ethernet.type(frame)) {
      case Ethernet.TYPE_IPV4 ->
          uplink.address4() != 0
              && Ipv4.isComplete(available)
              && Ipv4.destination(ip) == uplink.address4();
      case Ethernet.TYPE_IPV6 -> Ipv6.isComplete(available) && concernsUplink6(ip, uplink);
      default -> true;
    };
  }

  private static boolean concernsUplink6(long ip, Uplink uplink) {
    long high = Ipv6.destinationHigh(ip);
    return uplink.hasAddress6()
            && high == uplink.address6High()
            && Ipv6.destinationLow(ip) == uplink.address6Low()
        || EndpointAddresses.isLinkLocal6(high)
        || isNeighbourDiscovery(ip);
  }

  /** With hop limit 255 it did not cross a router, and our pods are not on that link. */
  private static boolean isNeighbourDiscovery(long ip) {
    return Ipv6.nextHeader(ip) == IpProtocol.ICMPV6
        && Ipv6.payloadBytes(ip) > 0
        && NeighbourDiscovery.isType(Icmpv6.type(ip + Ipv6.HEADER_BYTES))
        && Ipv6.hopLimit(ip) == NeighbourDiscovery.HOP_LIMIT;
  }

  /**
   * Whether a packet that does not concern the uplink says that it comes from somewhere it cannot
   * come from. What has no whole header, or an address that none may have, has other names.
   */
  public static boolean isSpoofed(long frame, int bytes, Uplink uplink, Vrf vrf, Tables tables) {
    long ip = frame + Ethernet.HEADER_BYTES;
    int available = bytes - Ethernet.HEADER_BYTES;
    int verdict =
        Ethernet.type(frame) == Ethernet.TYPE_IPV4
            ? Ip4Checks.verdict(ip, available)
            : Ip6Checks.verdict(ip, available);
    return verdict == 0 && !ReversePath.isOutside(frame, uplink, vrf, tables);
  }

  /**
   * Why a packet from outside whose route leads there again is dropped: it is only passing by, or
   * there is no such host in the network.
   */
  public static DropReason refusal(long frame, Vrf vrf) {
    long ip = frame + Ethernet.HEADER_BYTES;
    boolean inRange =
        Ethernet.type(frame) == Ethernet.TYPE_IPV4
            ? EndpointAddresses.isInRange4(vrf, Ipv4.destination(ip))
            : EndpointAddresses.isInRange6(vrf, Ipv6.destinationHigh(ip), Ipv6.destinationLow(ip));
    return inRange ? DropReason.NO_ROUTE : DropReason.OUTSIDE_TO_OUTSIDE;
  }
}
