package dev.heddle.stage;

import dev.heddle.memory.Memory;
import dev.heddle.observe.DropReason;
import dev.heddle.table.Attachment;
import dev.heddle.table.Vrf;
import dev.heddle.wire.Ethernet;
import dev.heddle.wire.Icmp;
import dev.heddle.wire.Icmpv6;
import dev.heddle.wire.Ipv4;
import dev.heddle.wire.Ipv6;

/**
 * The router's slow path: the full look at a packet that is not plain transit, and the ICMP error
 * about one that cannot be delivered.
 *
 * <p>The frame lies in private memory with at least {@link #HEADROOM_BYTES} writable bytes before
 * it and {@link #MIN_BUFFER_BYTES} from its first byte on; a reply is made of it in place. Results
 * are to be read with {@link Response}. In IP mode frames have an Ethernet header's room as well,
 * so that all offsets are the same; what stands there is not looked at in a received frame and has
 * no meaning in a reply. Nothing is allocated, no time is read; the caller is one worker thread.
 */
public final class Responder {
  /** Bytes before the frame that an ICMP error may need for its own headers. */
  public static final int HEADROOM_BYTES = 128;

  /** Bytes from the frame's start that a reply may need even if the packet was shorter. */
  public static final int MIN_BUFFER_BYTES = 128;

  private static final int NO_MESSAGE = -1;

  private Responder() {}

  /**
   * Looks at a received packet before it is routed: everything from the destination MAC address to
   * the time to live, in the order in which a drop reason is charged.
   *
   * @param frame address of its Ethernet header
   * @param length its bytes, Ethernet header included
   * @param in the interface it came in on, where a reply goes to
   * @param vrf the network of that interface
   * @param limiter for ICMP errors
   * @param nowNs the limiter's clock
   * @return transit, consumed or dropped, and the reply if there is one
   */
  public static long inspect(
      long frame, int length, Attachment in, Vrf vrf, IcmpRateLimiter limiter, long nowNs) {
    if (!Ethernet.isComplete(length)) {
      return Response.dropped(DropReason.TOO_SHORT);
    }
    long payload = frame + Ethernet.HEADER_BYTES;
    int bytes = length - Ethernet.HEADER_BYTES;
    if (in.ipMode()) {
      return inspectIp(payload, bytes, in, vrf, limiter, nowNs);
    }
    boolean toGroup = Ethernet.isToGroup(frame);
    if (!toGroup && Ethernet.destination(frame) != in.routerMac()) {
      return Response.dropped(DropReason.NOT_FOR_ROUTER);
    }
    return switch (Ethernet.type(frame)) {
      case Ethernet.TYPE_IPV4 ->
          Ip4Responder.inspect(payload, bytes, toGroup, in, vrf, limiter, nowNs);
      case Ethernet.TYPE_IPV6 ->
          Ip6Responder.inspect(payload, bytes, toGroup, in, vrf, limiter, nowNs);
      case Ethernet.TYPE_ARP -> ArpResponder.inspect(payload, bytes, in, vrf);
      default -> Response.dropped(DropReason.UNKNOWN_ETHERTYPE);
    };
  }

  /**
   * Drops a packet that passed {@link #inspect} or the same checks elsewhere, but cannot be
   * delivered, and makes the ICMP error that is due.
   *
   * @param reason why; reasons that a sender is not told about yield no reply
   * @param nextHopMtuBytes with {@link DropReason#TOO_BIG}, at least 1280; else 0
   * @param frame as for {@link #inspect}, its header not changed yet
   */
  public static long refuse(
      DropReason reason,
      int nextHopMtuBytes,
      long frame,
      Attachment in,
      Vrf vrf,
      IcmpRateLimiter limiter,
      long nowNs) {
    boolean toGroup = !in.ipMode() && Ethernet.isToGroup(frame);
    long ip = frame + Ethernet.HEADER_BYTES;
    long fate = Response.dropped(reason);
    if (versionOf(ip) == Ipv6.VERSION) {
      int message = message6(reason, ip, vrf);
      return message == NO_MESSAGE
          ? fate
          : Icmp6Errors.send(
              fate,
              ip,
              message >>> 8,
              message & 0xff,
              nextHopMtuBytes,
              toGroup,
              in,
              vrf,
              limiter,
              nowNs);
    }
    int message = message4(reason, ip, vrf);
    return message == NO_MESSAGE
        ? fate
        : Icmp4Errors.send(
            fate,
            ip,
            message >>> 8,
            message & 0xff,
            nextHopMtuBytes,
            toGroup,
            in,
            vrf,
            limiter,
            nowNs);
  }

  /** Type in bits 8..15 and code of the ICMP error for a reason, or none. */
  private static int message4(DropReason reason, long ip, Vrf vrf) {
    int unreachable = Icmp.DESTINATION_UNREACHABLE << 8;
    return switch (reason) {
      case TTL_EXPIRED -> Icmp.TIME_EXCEEDED << 8;
      case TOO_BIG -> unreachable | Icmp.CODE_FRAGMENTATION_NEEDED;
      case NO_ROUTE ->
          // The whole range is this link's, so a hole in it is a host that is not there.
          EndpointAddresses.isInRange4(vrf, Ipv4.destination(ip))
              ? unreachable | Icmp.CODE_HOST
              : unreachable | Icmp.CODE_NET;
      case GATEWAY_UNRESOLVED, NEIGHBOUR_UNRESOLVED -> unreachable | Icmp.CODE_HOST;
      default -> NO_MESSAGE;
    };
  }

  /** Type in bits 8..15 and code of the ICMPv6 error for a reason, or none. */
  private static int message6(DropReason reason, long ip, Vrf vrf) {
    int unreachable = Icmpv6.DESTINATION_UNREACHABLE << 8;
    return switch (reason) {
      case TTL_EXPIRED -> Icmpv6.TIME_EXCEEDED << 8;
      case TOO_BIG -> Icmpv6.PACKET_TOO_BIG << 8;
      case NO_ROUTE ->
          EndpointAddresses.isInRange6(vrf, Ipv6.destinationHigh(ip), Ipv6.destinationLow(ip))
              ? unreachable | Icmpv6.CODE_ADDRESS
              : unreachable | Icmpv6.CODE_NO_ROUTE;
      case GATEWAY_UNRESOLVED, NEIGHBOUR_UNRESOLVED -> unreachable | Icmpv6.CODE_ADDRESS;
      default -> NO_MESSAGE;
    };
  }

  private static long inspectIp(
      long ip, int bytes, Attachment in, Vrf vrf, IcmpRateLimiter limiter, long nowNs) {
    if (bytes < 1) {
      return Response.dropped(DropReason.TOO_SHORT);
    }
    return switch (versionOf(ip)) {
      case Ipv4.VERSION -> Ip4Responder.inspect(ip, bytes, false, in, vrf, limiter, nowNs);
      case Ipv6.VERSION -> Ip6Responder.inspect(ip, bytes, false, in, vrf, limiter, nowNs);
      default -> Response.dropped(DropReason.UNKNOWN_ETHERTYPE);
    };
  }

  private static int versionOf(long ip) {
    return Byte.toUnsignedInt(Memory.getByte(ip)) >>> 4;
  }
}
