package dev.heddle.stage;

import dev.heddle.memory.Memory;
import dev.heddle.table.Attachment;

/**
 * IPv6 on the fast path, on a header that has been loaded into registers once.
 *
 * <p>The words are little-endian loads of a frame at offsets 0, 8, ... 48:
 *
 * <pre>
 *   w0  destination MAC (6) | source MAC (2)
 *   w1  source MAC (4) | EtherType (2) | version, traffic class, flow label (2)
 *   w2  flow label (2) | payload length (2) | next header (1) | hop limit (1) | source address, bytes 0..1
 *   w3  source address, bytes 2..9
 *   w4  source address, bytes 10..15 | destination address, bytes 0..1
 *   w5  destination address, bytes 2..9
 *   w6  destination address, bytes 10..15 | first two bytes of the payload
 * </pre>
 */
public final class Ip6Fast {
  /** Frames shorter than the seven words go the slow way. */
  public static final int MIN_FRAME_BYTES = 56;

  /**
   * Next header ICMPv6 and hop limit 255, as they stand in w2 from bit 32: perhaps a solicitation
   * that probes a neighbour, which the router answers (RFC 4861 7.1.1).
   */
  private static final int ICMPV6_FROM_THIS_LINK = 0xff3a;

  /** EtherType and version 6, as they stand in w1 from bit 32. */
  private static final long PLAIN_TYPE_AND_VERSION = 0x60_dd86L;

  private static final int HEADER_BYTES = 40;
  private static final int ETHERNET_BYTES = 14;

  private Ip6Fast() {}

  /**
   * Whether the packet is addressed to the router, comes from the endpoint's own address, has hops
   * left and a destination of global or unique local scope (RFC 8200 3, RFC 4291 2.4). Hop-by-hop
   * options are not looked at by routers that need none of them (RFC 8200 4.3).
   *
   * @param in where the packet came from: an endpoint that has an IPv6 address
   * @param otherDestination 0 if the packet still has the destination that was looked up
   */
  public static boolean isPlain(
      long w0, long w1, long w2, long w3, long w4, Attachment in, long otherDestination) {
    long high = in.address6High();
    long low = in.address6Low();
    return isPlain(w0, w1, w2, w3, w4, in.routerMac(), high, low, otherDestination);
  }

  /** The same for a source address as little-endian loads of the header give it. */
  static boolean isPlain(
      long w0,
      long w1,
      long w2,
      long w3,
      long w4,
      long routerMac,
      long high,
      long low,
      long otherDestination) {
    long foreign =
        (w0 ^ routerMac) << 16
            | (w1 >>> 32 & 0xf0_ffffL ^ PLAIN_TYPE_AND_VERSION)
            | ((w2 >>> 48 | w3 << 16) ^ high)
            | ((w3 >>> 48 | w4 << 16) ^ low)
            | otherDestination;
    return foreign == 0
        && ((int) (w2 >>> 32) & 0xffff) != ICMPV6_FROM_THIS_LINK
        && frameBytes(w2) >= MIN_FRAME_BYTES
        && hopLimit(w2) > 1
        && isRoutable((int) (w4 >>> 48));
  }

  /** Length of the frame in bytes, by the packet's payload length. */
  public static int frameBytes(long w2) {
    return (Integer.reverseBytes((int) w2) & 0xffff) + HEADER_BYTES + ETHERNET_BYTES;
  }

  /** First 64 bits of the destination address, host byte order. */
  public static long destinationHigh(long w4, long w5) {
    return Long.reverseBytes(w4 >>> 48 | w5 << 16);
  }

  /** Last 64 bits of the destination address, host byte order. */
  public static long destinationLow(long w5, long w6) {
    return Long.reverseBytes(w5 >>> 48 | w6 << 16);
  }

  /** {@code w2} with the hop limit one less. */
  public static long forwardedW2(long w2) {
    return w2 - (1L << 40);
  }

  /** A hash that is the same for all packets of a flow: addresses and flow label (RFC 6438). */
  public static int flowHash(long frame) {
    // In IP mode nothing before the IP header may be read.
    long w1 = (long) Memory.getShort(frame + ETHERNET_BYTES) << 48;
    long w2 = Memory.getLong(frame + 16);
    long w3 = Memory.getLong(frame + 24);
    long w4 = Memory.getLong(frame + 32);
    long w5 = Memory.getLong(frame + 40);
    long w6 = Memory.getLong(frame + 48);
    return flowHash(w1, w2, w3, w4, w5, w6);
  }

  static int flowHash(long w1, long w2, long w3, long w4, long w5, long w6) {
    long label = w1 >>> 56 & 0xf | (w2 & 0xffff) << 8;
    long hash = (w3 ^ w2 >>> 48) * 0x9E3779B97F4A7C15L + (w4 ^ label << 40);
    hash = (hash ^ hash >>> 31) * 0xC2B2AE3D27D4EB4FL + w5;
    hash = (hash ^ hash >>> 29) * 0x9E3779B97F4A7C15L + (w6 & 0xffff_ffff_ffffL);
    hash ^= hash >>> 29;
    return (int) (hash * 0x9E3779B97F4A7C15L >>> 32);
  }

  private static int hopLimit(long w2) {
    return (int) (w2 >>> 40) & 0xff;
  }

  /**
   * Neither multicast, link-local nor of a reserved range whose first byte is zero (unspecified,
   * loopback, mapped).
   *
   * @param firstTwoBytes of the destination, the first one lowest
   */
  private static boolean isRoutable(int firstTwoBytes) {
    int first = firstTwoBytes & 0xff;
    return first != 0 && first != 0xff && !(first == 0xfe && (firstTwoBytes & 0xc000) == 0x8000);
  }
}
