package dev.heddle.stage;

import dev.heddle.memory.Memory;
import dev.heddle.wire.IpProtocol;
import dev.heddle.wire.Ipv6;

/**
 * Finds the upper layer behind IPv6 extension headers (RFC 8200 4). The walk is bounded; the result
 * is packed into a long.
 *
 * <pre>
 * bits  0..7   protocol of the upper layer
 * bits  8..23  its offset from the IPv6 header
 * bits 24..39  offset of the next header field that names it
 * bits 40..55  offset of the first routing header that still has segments to visit, 0 if there is none
 * bit  56      part of a fragmented packet
 * bit  57      part other than the first, so that the upper layer is not here
 * bit  58      the headers do not end within the packet, or are too many
 * </pre>
 */
final class Ip6Extensions {
  /** RFC 8200 4.1 recommends an order in which at most six headers precede the upper layer. */
  private static final int MAX_HEADERS = 8;

  private static final int HEADER_UNIT_BYTES = 8;
  private static final int AUTHENTICATION_UNIT_BYTES = 4;
  private static final int SEGMENTS_LEFT = 3;
  private static final int FRAGMENT_OFFSET = 2;
  private static final int FRAGMENT_OFFSET_MASK = 0xfff8;
  private static final int MORE_FRAGMENTS = 1;

  private static final long FRAGMENT = 1L << 56;
  private static final long LATER_FRAGMENT = 1L << 57;
  private static final long BROKEN = 1L << 58;

  private Ip6Extensions() {}

  /** Walks the headers of a packet that {@link Ip6Checks} accepted. */
  static long walk(long ip, int packetBytes) {
    int protocol = Ipv6.nextHeader(ip);
    int field = Ipv6.NEXT_HEADER;
    int at = Ipv6.HEADER_BYTES;
    long found = 0;
    for (int headers = 0; isExtension(protocol, headers); headers++) {
      if (headers == MAX_HEADERS || at + HEADER_UNIT_BYTES > packetBytes) {
        return found | BROKEN;
      }
      found |= note(ip, at, protocol, found);
      field = at;
      int bytes = headerBytes(ip + at, protocol);
      protocol = Byte.toUnsignedInt(Memory.getByte(ip + at));
      at += bytes;
      if (at > packetBytes) {
        return found | BROKEN;
      }
      if (isLaterFragment(found)) {
        break;
      }
    }
    return found | protocol | (long) at << 8 | (long) field << 24;
  }

  /** Offset of the first fragment header of a packet that {@link #walk} found one in. */
  static int fragmentOffset(long ip) {
    int protocol = Ipv6.nextHeader(ip);
    int at = Ipv6.HEADER_BYTES;
    while (protocol != IpProtocol.FRAGMENT) {
      int bytes = headerBytes(ip + at, protocol);
      protocol = Byte.toUnsignedInt(Memory.getByte(ip + at));
      at += bytes;
    }
    return at;
  }

  static int protocol(long found) {
    return (int) found & 0xff;
  }

  static int upperOffset(long found) {
    return (int) (found >>> 8) & 0xffff;
  }

  static int fieldOffset(long found) {
    return (int) (found >>> 24) & 0xffff;
  }

  static int routingOffset(long found) {
    return (int) (found >>> 40) & 0xffff;
  }

  static boolean isFragment(long found) {
    return (found & FRAGMENT) != 0;
  }

  static boolean isLaterFragment(long found) {
    return (found & LATER_FRAGMENT) != 0;
  }

  static boolean isBroken(long found) {
    return (found & BROKEN) != 0;
  }

  /** Hop-by-hop options are known as the first header only (RFC 8200 4.1). */
  private static boolean isExtension(int protocol, int headersBefore) {
    return switch (protocol) {
      case IpProtocol.HOP_BY_HOP -> headersBefore == 0;
      case IpProtocol.ROUTING,
          IpProtocol.FRAGMENT,
          IpProtocol.AUTHENTICATION,
          IpProtocol.DESTINATION_OPTIONS ->
          true;
      default -> false;
    };
  }

  static int headerBytes(long header, int protocol) {
    int length = Byte.toUnsignedInt(Memory.getByte(header + 1));
    return switch (protocol) {
      case IpProtocol.FRAGMENT -> HEADER_UNIT_BYTES;
      case IpProtocol.AUTHENTICATION -> (length + 2) * AUTHENTICATION_UNIT_BYTES;
      default -> (length + 1) * HEADER_UNIT_BYTES;
    };
  }

  private static long note(long ip, int at, int protocol, long found) {
    if (protocol == IpProtocol.ROUTING && Memory.getByte(ip + at + SEGMENTS_LEFT) != 0) {
      return routingOffset(found) == 0 ? (long) at << 40 : 0;
    }
    if (protocol == IpProtocol.FRAGMENT) {
      int offsetAndMore = Memory.getShortBe(ip + at + FRAGMENT_OFFSET);
      boolean later = (offsetAndMore & FRAGMENT_OFFSET_MASK) != 0;
      boolean more = (offsetAndMore & MORE_FRAGMENTS) != 0;
      return (later || more ? FRAGMENT : 0) | (later ? LATER_FRAGMENT : 0);
    }
    return 0;
  }
}
