package dev.heddle.stage;

import dev.heddle.observe.DropReason;
import dev.heddle.table.KeyTable;
import dev.heddle.table.Tables;
import dev.heddle.table.Uplink;
import dev.heddle.table.Vrf;
import dev.heddle.wire.Ethernet;
import dev.heddle.wire.Icmpv6;
import dev.heddle.wire.IpProtocol;
import dev.heddle.wire.Ipv4;
import dev.heddle.wire.Ipv6;
import dev.heddle.wire.NeighbourDiscovery;
import dev.heddle.wire.Udp;
import dev.heddle.wire.Vxlan;

/**
 * The full look at what came in on an uplink and is not plain: is it a tunnel packet for us, and
 * does each rule of RFC 7348 and of our own hold. In private memory.
 *
 * <p>The rules, in this order; the first that fails names the reason:
 *
 * <ol>
 *   <li>{@code TOO_SHORT}, {@code UNDERLAY_NOT_FOR_US}: Ethernet header, our MAC address or a group
 *   <li>those of {@link Ip4Checks} and {@link Ip6Checks} for the outer packet
 *   <li>{@code UNDERLAY_NOT_FOR_US}: sent to our tunnel address. Up to here and to UDP port 4789 it
 *       may also be something else that concerns the uplink, which is then told
 *   <li>{@code VXLAN_FRAGMENT}: not a fragment
 *   <li>{@code VXLAN_MALFORMED}: lengths fit, an inner Ethernet header is there
 *   <li>{@code VXLAN_BAD_FLAGS}: the I flag is set; other flags are not looked at
 *   <li>{@code VXLAN_UNKNOWN_NODE}: the outer source is a known node's tunnel address
 *   <li>{@code VXLAN_UNKNOWN_VNI}: the identifier is of a network that this uplink carries
 *   <li>{@code VXLAN_NOT_ROUTED}: inside is IP, but no neighbour discovery
 *   <li>{@code MULTICAST_UNSUPPORTED}: the inner frame is not for a group
 *   <li>{@code VXLAN_SPOOFED_SOURCE}: the inner source lives behind that node
 *   <li>{@code VXLAN_CONGESTION}: no congestion was marked that the inner packet cannot be told of
 * </ol>
 */
public final class ArrivalChecks {
  /** The frame is no tunnel packet, but may concern the uplink itself. */
  public static final long NOT_TUNNEL = -1;

  private static final long FIRST_REFUSAL = -2;
  private static final int VRF_SHIFT = 8;

  private ArrivalChecks() {}

  /**
   * Checks a frame by all rules, and puts into the inner packet what the underlay said about
   * congestion.
   *
   * @param frame address of the outer Ethernet header, private memory
   * @return to be read with the methods below
   */
  public static long check(long frame, int bytes, Uplink uplink, Tables tables) {
    if (!Ethernet.isComplete(bytes)) {
      return refused(DropReason.TOO_SHORT);
    }
    boolean toGroup = Ethernet.isToGroup(frame);
    if (!toGroup && Ethernet.destination(frame) != uplink.mac()) {
      return refused(DropReason.UNDERLAY_NOT_FOR_US);
    }
    int type = Ethernet.type(frame);
    if (toGroup || type != Ethernet.TYPE_IPV4 && type != Ethernet.TYPE_IPV6) {
      return NOT_TUNNEL;
    }
    long ip = frame + Ethernet.HEADER_BYTES;
    int available = bytes - Ethernet.HEADER_BYTES;
    return type == Ethernet.TYPE_IPV4
        ? check4(frame, ip, available, uplink, tables)
        : check6(frame, ip, available, uplink, tables);
  }

  private static long check4(long frame, long ip, int available, Uplink uplink, Tables tables) {
    int verdict = Ip4Checks.verdict(ip, available);
    if (verdict != 0) {
      return refused(verdict);
    }
    if (uplink.address4() == 0 || Ipv4.destination(ip) != uplink.address4()) {
      return refused(DropReason.UNDERLAY_NOT_FOR_US);
    }
    if (Ipv4.protocol(ip) != IpProtocol.UDP) {
      return NOT_TUNNEL;
    }
    if (Ipv4.isFragment(ip)) {
      return refused(DropReason.VXLAN_FRAGMENT);
    }
    long udp = ip + Ipv4.headerBytes(ip);
    int udpAvailable = Ipv4.totalBytes(ip) - Ipv4.headerBytes(ip);
    int node = uplink.nodes().getAddress4(Ipv4.source(ip));
    int ecn = Ipv4.typeOfService(ip) & Ecn.CE;
    return checkUdp(frame, udp, udpAvailable, node, ecn, uplink, tables);
  }

  private static long check6(long frame, long ip, int available, Uplink uplink, Tables tables) {
    int verdict = Ip6Checks.headerVerdict(ip, available);
    if (verdict != 0) {
      return refused(verdict);
    }
    if (Ipv6.nextHeader(ip) == IpProtocol.ICMPV6) {
      // Neighbour discovery is told by link-local addresses, too.
      return NOT_TUNNEL;
    }
    verdict = Ip6Checks.addressVerdict(ip);
    if (verdict != 0) {
      return refused(verdict);
    }
    if (!uplink.hasAddress6()
        || Ipv6.destinationHigh(ip) != uplink.address6High()
        || Ipv6.destinationLow(ip) != uplink.address6Low()) {
      return refused(DropReason.UNDERLAY_NOT_FOR_US);
    }
    if (Ipv6.nextHeader(ip) == IpProtocol.FRAGMENT) {
      return refused(DropReason.VXLAN_FRAGMENT);
    }
    if (Ipv6.nextHeader(ip) != IpProtocol.UDP) {
      return NOT_TUNNEL;
    }
    long udp = ip + Ipv6.HEADER_BYTES;
    int node = uplink.nodes().get(Ipv6.sourceHigh(ip), Ipv6.sourceLow(ip));
    int ecn = Ipv6.trafficClass(ip) & Ecn.CE;
    return checkUdp(frame, udp, Ipv6.payloadBytes(ip), node, ecn, uplink, tables);
  }

  private static long checkUdp(
      long frame, long udp, int available, int node, int ecn, Uplink uplink, Tables tables) {
    if (!Udp.isComplete(available)) {
      return refused(DropReason.VXLAN_MALFORMED);
    }
    if (Udp.destinationPort(udp) != Vxlan.PORT) {
      return NOT_TUNNEL;
    }
    int vxlanBytes = Udp.lengthBytes(udp) - Udp.HEADER_BYTES;
    int innerBytes = vxlanBytes - Vxlan.HEADER_BYTES;
    if (Udp.lengthBytes(udp) > available || !Ethernet.isComplete(innerBytes)) {
      return refused(DropReason.VXLAN_MALFORMED);
    }
    long vxlan = udp + Udp.HEADER_BYTES;
    if (!Vxlan.hasVni(vxlan)) {
      return refused(DropReason.VXLAN_BAD_FLAGS);
    }
    if (node == KeyTable.NONE) {
      return refused(DropReason.VXLAN_UNKNOWN_NODE);
    }
    int vrf = uplink.vrfs().get(Vxlan.vni(vxlan));
    if (vrf == KeyTable.NONE) {
      return refused(DropReason.VXLAN_UNKNOWN_VNI);
    }
    long inner = vxlan + Vxlan.HEADER_BYTES;
    DropReason refusal = innerRefusal(inner, innerBytes, node, ecn, tables.vrfs()[vrf], tables);
    return refusal != null ? refused(refusal) : inner - frame | (long) vrf << VRF_SHIFT;
  }

  /** Why an inner frame may not leave the tunnel; null if it may. */
  private static DropReason innerRefusal(
      long frame, int bytes, int node, int ecn, Vrf vrf, Tables tables) {
    long ip = frame + Ethernet.HEADER_BYTES;
    int available = bytes - Ethernet.HEADER_BYTES;
    int type = Ethernet.type(frame);
    boolean complete;
    if (type == Ethernet.TYPE_IPV4) {
      complete = Ipv4.isComplete(available) && Ipv4.version(ip) == Ipv4.VERSION;
    } else if (type == Ethernet.TYPE_IPV6) {
      complete = Ipv6.isComplete(available) && Ipv6.version(ip) == Ipv6.VERSION;
      if (complete && isNeighbourDiscovery(ip, available)) {
        return DropReason.VXLAN_NOT_ROUTED;
      }
    } else {
      return DropReason.VXLAN_NOT_ROUTED;
    }
    if (Ethernet.isToGroup(frame)) {
      return DropReason.MULTICAST_UNSUPPORTED;
    }
    if (!complete) {
      // The router has a name for this.
      return null;
    }
    if (!ReversePath.isSource(frame, node, vrf, tables)) {
      return DropReason.VXLAN_SPOOFED_SOURCE;
    }
    int innerEcn = Ecn.of(frame);
    if (Ecn.isLost(ecn, innerEcn)) {
      return DropReason.VXLAN_CONGESTION;
    }
    int forwarded = Ecn.forwarded(ecn, innerEcn);
    if (forwarded != innerEcn) {
      Ecn.put(frame, forwarded);
    }
    return null;
  }

  private static boolean isNeighbourDiscovery(long ip, int available) {
    return Ipv6.nextHeader(ip) == IpProtocol.ICMPV6
        && available > Ipv6.HEADER_BYTES
        && NeighbourDiscovery.isType(Icmpv6.type(ip + Ipv6.HEADER_BYTES));
  }

  private static long refused(DropReason reason) {
    return FIRST_REFUSAL - reason.ordinal();
  }

  /** For a verdict of {@link Ip4Checks} or {@link Ip6Checks} other than 0. */
  private static long refused(int verdict) {
    return FIRST_REFUSAL - (verdict - 1);
  }

  /** Whether a result other than {@link #NOT_TUNNEL} says that the packet is dropped. */
  public static boolean isRefused(long result) {
    return result <= FIRST_REFUSAL;
  }

  /** Ordinal of the {@link DropReason} of a refused packet. */
  public static int dropReason(long result) {
    return (int) (FIRST_REFUSAL - result);
  }

  /** Bytes before the inner frame: 50 or 70, more if the outer IPv4 header has options. */
  public static int outerBytes(long result) {
    return (int) result & 0xff;
  }

  /** Index of the network. */
  public static int vrf(long result) {
    return (int) (result >>> VRF_SHIFT);
  }

  /** Bytes of the inner frame, of a frame that passed. */
  public static int innerBytes(long frame, long result) {
    long udp = frame + outerBytes(result) - Vxlan.HEADER_BYTES - Udp.HEADER_BYTES;
    return Udp.lengthBytes(udp) - Udp.HEADER_BYTES - Vxlan.HEADER_BYTES;
  }
}
