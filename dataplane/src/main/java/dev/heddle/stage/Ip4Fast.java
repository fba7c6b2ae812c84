package dev.heddle.stage;

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

  /**
   * EtherType, version 4 and a header of 20 bytes without options, as they stand in w1 from bit 32.
   */
  private static final long PLAIN_TYPE_AND_VERSION = 0x45_0008L;

  private static final int ETHERNET_BYTES = 14;
  private static final long LOW_32_BITS = 0xffff_ffffL;

  private Ip4Fast() {}

  /** Whether the EtherType in {@code w1} is IPv4's. */
  public static boolean isIp4(long w1) {
    return ((int) (w1 >>> 32) & 0xffff) == 0x0008;
  }

  /**
   * Whether the packet is addressed to the router, comes from the endpoint's own address, has no
   * options, a correct checksum, a fitting length, time left to live and a destination that may be
   * routed (RFC 1812 5.2.2, 5.3.1, 5.3.7).
   *
   * @param routerMac low 48 bits as in {@code w0}
   * @param address4 as a little-endian load of the header field gives it; 0 if the endpoint has
   *     none, so that no packet is plain
   */
  public static boolean isPlain(
      long w0, long w1, long w2, long w3, long w4, int frameBytes, long routerMac, int address4) {
    long foreign =
        (w0 ^ routerMac) << 16
            | (w1 >>> 32 ^ PLAIN_TYPE_AND_VERSION) & 0xff_ffffL
            | (int) (w3 >>> 16) ^ address4;
    int total = totalBytes(w2);
    return foreign == 0
        && address4 != 0
        && total >= MIN_FRAME_BYTES - ETHERNET_BYTES
        && total <= frameBytes - ETHERNET_BYTES
        && timeToLive(w2) > 1
        && isChecksumRight(w1, w2, w3, w4)
        && isRoutable(destination(w3, w4));
  }

  /** Total length of the packet in bytes. */
  public static int totalBytes(long w2) {
    return Short.toUnsignedInt(Short.reverseBytes((short) w2));
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
  public static int flowHash(long w2, long w3, long w4) {
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

  private static boolean isChecksumRight(long w1, long w2, long w3, long w4) {
    long sum =
        (w1 >>> 48)
            + (w2 & LOW_32_BITS)
            + (w2 >>> 32)
            + (w3 & LOW_32_BITS)
            + (w3 >>> 32)
            + (w4 & 0xffff);
    // A sum plus itself with its halves swapped has the two halves' one's complement sum in its
    // upper half.
    int upper = (int) (sum + Long.rotateLeft(sum, 32) >>> 32);
    return upper + Integer.rotateLeft(upper, 16) >>> 16 == 0xffff;
  }

  /** Neither "this network", loopback, multicast nor reserved. */
  private static boolean isRoutable(int destination) {
    int first = destination >>> 24;
    return Integer.compareUnsigned(first - 1, 223) < 0 && first != 127;
  }
}
