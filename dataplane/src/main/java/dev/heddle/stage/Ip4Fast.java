package dev.heddle.stage;

import dev.heddle.memory.Memory;

/**
 * IPv4 on the fast path, on a header that has been loaded into registers once.
 *
 * <p>The words are little-endian loads of a frame at offsets 0, 8, 16, 24 and 32:
 *
 * <pre>
 *   w0  destination MAC (6) | source MAC (2)
 *   w1  source MAC (4) | EtherType (2) | version and header length (1) | type of service (1)
 *   w2  total length (2) | identification (2) | flags and fragment offset (2) | TTL (1) | protocol (1)
 *   w3  header checksum (2) | source address (4) | destination address, first half (2)
 *   w4  destination address, second half (2) | first six bytes of the payload
 * </pre>
 *
 * A packet that is not plain here is looked at again, rule by rule, on the slow path.
 */
public final class Ip4Fast {
  /** Packets whose frame is shorter than the five words go the slow way. */
  public static final int MIN_FRAME_BYTES = 40;

  /** EtherType, version 4 and a header of 20 bytes without options, as they stand in w1. */
  static final long PLAIN_TYPE_AND_VERSION = 0x0045_0008_0000_0000L;

  static final long TYPE_AND_VERSION = 0x00ff_ffff_0000_0000L;

  private static final long LARGEST_QUOTIENT = Long.divideUnsigned(-1, 65_535);

  private static final long INVERSE_OF_65535 = inverse(65_535);

  private static final int ETHERNET_BYTES = 14;
  private static final long LOW_32_BITS = 0xffff_ffffL;

  private Ip4Fast() {}

  /** Inverse modulo 2^64. Newton's iteration doubles the number of right bits each time. */
  private static long inverse(long odd) {
    long inverse = odd;
    for (int bits = 3; bits < Long.SIZE; bits *= 2) {
      inverse *= 2 - odd * inverse;
    }
    return inverse;
  }

  /**
   * Whether the packet is addressed to the router, comes from the endpoint's own address, has no
   * options, a correct checksum, time left to live and a destination that may be routed (RFC 1812
   * 5.2.2, 5.3.1, 5.3.7).
   *
   * @param routerMac low 48 bits as in {@code w0}
   * @param address4 the endpoint's, not 0, as a little-endian load of the header field gives it
   * @param destination the address that was looked up and the four bytes behind it, as a
   *     little-endian load gave them: the packet must still say the same
   */
  public static boolean isPlain(
      long w0,
      long w1,
      long w2,
      long w3,
      long w4,
      long routerMac,
      long address4,
      long destination) {
    long foreign =
        (w0 ^ routerMac) << 16
            | (w1 ^ PLAIN_TYPE_AND_VERSION) & TYPE_AND_VERSION
            | (w3 >>> 16 ^ address4) & LOW_32_BITS
            | (w3 >>> 48 | w4 << 16) ^ destination;
    return foreign == 0
        && frameBytes(w2) >= MIN_FRAME_BYTES
        && timeToLive(w2) > 1
        && isChecksumRight(w1, w2, w3, w4)
        && isRoutable((int) destination & 0xff);
  }

  /** Length of the frame in bytes, by the packet's total length. */
  public static int frameBytes(long w2) {
    return (Integer.reverseBytes((int) w2) >>> 16) + ETHERNET_BYTES;
  }

  /** Destination address in host byte order. */
  public static int destination(long w3, long w4) {
    return Integer.reverseBytes((int) (w3 >>> 48 | w4 << 16));
  }

  /** {@code w2} with the time to live one less. */
  public static long forwardedW2(long w2) {
    return w2 - (1L << 48);
  }

  /** {@code w3} with the checksum that belongs to {@link #forwardedW2} (RFC 1624). */
  public static long forwardedW3(long w3) {
    long checksum = (w3 & 0xffff) + 1;
    checksum += checksum + 1 >>> 16;
    return w3 & ~0xffffL | checksum & 0xffff;
  }

  /**
   * A hash that is the same for all packets of a flow: addresses and protocol, and the ports unless
   * the packet is a fragment.
   */
  public static int flowHash(long frame) {
    long w2 = Memory.getLong(frame + 16);
    long w3 = Memory.getLong(frame + 24);
    long w4 = Memory.getLong(frame + 32);
    return flowHash(w2, w3, w4);
  }

  static int flowHash(long w2, long w3, long w4) {
    long protocol = w2 >>> 56;
    boolean fragment = (w2 >>> 32 & 0xff3f) != 0;
    boolean ports = !fragment && (protocol == 6 || protocol == 17 || protocol == 132);
    long hash = (w3 >>> 16) * 0x9E3779B97F4A7C15L + (w4 & 0xffff) + (protocol << 24);
    if (ports) {
      hash += (w4 >>> 16 & LOW_32_BITS) * 0xC2B2AE3D27D4EB4FL;
    }
    hash ^= hash >>> 29;
    return (int) (hash * 0x9E3779B97F4A7C15L >>> 32);
  }

  private static int timeToLive(long w2) {
    return (int) (w2 >>> 48) & 0xff;
  }

  /**
   * One's complement sums are sums modulo 65535, in which 2^16 and its powers are 1: so the words
   * may be added as they are, and a header with a right checksum is a multiple of 65535.
   */
  static boolean isChecksumRight(long w1, long w2, long w3, long w4) {
    long sum =
        (w1 >>> 48)
            + (w2 & LOW_32_BITS)
            + (w2 >>> 32)
            + (w3 & LOW_32_BITS)
            + (w3 >>> 32)
            + (w4 & 0xffff);
    // Exactly the multiples of an odd number, times its inverse modulo 2^64, are as small as this.
    return sum * INVERSE_OF_65535 + Long.MIN_VALUE <= LARGEST_QUOTIENT + Long.MIN_VALUE;
  }

  /** Neither "this network", loopback, multicast nor reserved. */
  private static boolean isRoutable(int firstByte) {
    return Integer.compareUnsigned(firstByte - 1, 223) < 0 && firstByte != 127;
  }
}
