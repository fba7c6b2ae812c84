package dev.heddle.stage;

import dev.heddle.observe.DropReason;
import dev.heddle.packet.NeighbourReports;
import dev.heddle.table.Neighbours;
import dev.heddle.table.Uplink;
import dev.heddle.wire.Ethernet;
import dev.heddle.wire.Icmpv6;
import dev.heddle.wire.IpProtocol;
import dev.heddle.wire.Ipv4;
import dev.heddle.wire.Ipv6;
import dev.heddle.wire.NeighbourDiscovery;

/**
 * What becomes of a frame from the underlay that is no tunnel packet for us: ARP and neighbour
 * discovery are answered for our tunnel addresses and read for those of wanted neighbours, echo
 * requests are answered, and everything else is dropped under a named reason. No ICMP error is ever
 * sent on the underlay.
 *
 * <p>Frames and replies as {@link Responder} says.
 */
public final class UnderlayResponder {
  private UnderlayResponder() {}

  /**
   * Looks at a frame.
   *
   * @param frame address of its Ethernet header
   * @param length its bytes, Ethernet header included
   * @param uplink that it came in on
   * @param neighbours what is known already
   * @param reports told what is news of wanted neighbours
   * @return consumed or dropped, and the reply if there is one; it leaves through the same uplink
   */
  public static long inspect(
      long frame, int length, Uplink uplink, Neighbours neighbours, NeighbourReports reports) {
    if (!Ethernet.isComplete(length)) {
      return Response.dropped(DropReason.TOO_SHORT);
    }
    boolean toGroup = Ethernet.isToGroup(frame);
    long source = Ethernet.source(frame);
    if (!toGroup && Ethernet.destination(frame) != uplink.mac()
        || source == uplink.mac()
        || !Ethernet.isStation(source)) {
      return Response.dropped(DropReason.UNDERLAY_NOT_FOR_US);
    }
    long payload = frame + Ethernet.HEADER_BYTES;
    int bytes = length - Ethernet.HEADER_BYTES;
    return switch (Ethernet.type(frame)) {
      case Ethernet.TYPE_IPV4 -> inspect4(payload, bytes, source, toGroup, uplink);
      case Ethernet.TYPE_IPV6 ->
          inspect6(payload, bytes, source, toGroup, uplink, neighbours, reports);
      case Ethernet.TYPE_ARP ->
          UnderlayArp.inspect(payload, bytes, toGroup, uplink, neighbours, reports);
      default -> Response.dropped(DropReason.UNKNOWN_ETHERTYPE);
    };
  }

  private static long inspect4(
      long ip, int availableBytes, long source, boolean toGroup, Uplink uplink) {
    int verdict = Ip4Checks.verdict(ip, availableBytes);
    if (verdict != 0) {
      return Response.refused(verdict);
    }
    if (toGroup) {
      return Response.dropped(DropReason.MULTICAST_UNSUPPORTED);
    }
    if (Ipv4.destination(ip) != uplink.address4()) {
      return Response.dropped(DropReason.UNDERLAY_NOT_FOR_US);
    }
    if (Ipv4.isFragment(ip)) {
      return Response.dropped(DropReason.FRAGMENT_FOR_ROUTER);
    }
    return Ipv4.protocol(ip) == IpProtocol.ICMP
        ? EchoResponder.answer4(ip, uplink.mtuBytes(), source, uplink.mac())
        : Response.dropped(DropReason.NO_SERVICE);
  }

  private static long inspect6(
      long ip,
      int availableBytes,
      long source,
      boolean toGroup,
      Uplink uplink,
      Neighbours neighbours,
      NeighbourReports reports) {
    int verdict = Ip6Checks.headerVerdict(ip, availableBytes);
    if (verdict != 0) {
      return Response.refused(verdict);
    }
    boolean forUs =
        uplink.hasAddress6()
            && Ipv6.destinationHigh(ip) == uplink.address6High()
            && Ipv6.destinationLow(ip) == uplink.address6Low();
    boolean multicast = EndpointAddresses.isMulticast6(Ipv6.destinationHigh(ip));
    if ((forUs || multicast) && isNeighbourDiscovery(ip)) {
      return UnderlayDiscovery.inspect(ip, source, uplink, neighbours, reports);
    }
    if (toGroup || multicast) {
      return Response.dropped(DropReason.MULTICAST_UNSUPPORTED);
    }
    if (!forUs) {
      return Response.dropped(DropReason.UNDERLAY_NOT_FOR_US);
    }
    return receive6(ip, source, uplink);
  }

  private static boolean isNeighbourDiscovery(long ip) {
    return Ipv6.nextHeader(ip) == IpProtocol.ICMPV6
        && Ipv6.payloadBytes(ip) > 0
        && NeighbourDiscovery.isType(Icmpv6.type(ip + Ipv6.HEADER_BYTES));
  }

  private static long receive6(long ip, long source, Uplink uplink) {
    int verdict = Ip6Checks.sourceVerdict(ip);
    if (verdict != 0 && !EndpointAddresses.isLinkLocal6(Ipv6.sourceHigh(ip))) {
      return Response.refused(verdict);
    }
    int packetBytes = Ipv6.HEADER_BYTES + Ipv6.payloadBytes(ip);
    long found = Ip6Extensions.walk(ip, packetBytes);
    if (Ip6Extensions.isBroken(found)) {
      return Response.dropped(DropReason.IP6_BAD_EXTENSION);
    }
    if (Ip6Extensions.isFragment(found)) {
      return Response.dropped(DropReason.FRAGMENT_FOR_ROUTER);
    }
    if (Ip6Extensions.routingOffset(found) != 0
        || Ip6Options.verdict(ip, Ip6Extensions.upperOffset(found)) != Ip6Options.GOOD
        || Ip6Extensions.protocol(found) != IpProtocol.ICMPV6) {
      return Response.dropped(DropReason.NO_SERVICE);
    }
    int offset = Ip6Extensions.upperOffset(found);
    return EchoResponder.answer6(ip, offset, packetBytes, uplink.mtuBytes(), source, uplink.mac());
  }
}
