package dev.heddle.table;

/**
 * The layout of {@link Underlay#tunnels()}: for each tunnel the outer headers of its packets, as
 * far as all of them have the same (RFC 7348 5).
 *
 * <pre>
 * long 0      bits 0..31 neighbour index, bit 32 outer IPv6, bit 33 UDP checksums are computed
 * long 1      IPv4: ones' complement sum of the header without total length, ECN and checksum;
 *             IPv6: ones' complement sum of what all UDP checksums have in common
 * long 2..10  the frame's first words, as little-endian longs: six for IPv4, nine for IPv6
 * </pre>
 *
 * <p>What is left 0 in the words: destination MAC, ECN, lengths, IPv4 checksum, UDP source port and
 * checksum, IPv6 flow label, network identifier. IPv4 packets must not be fragmented and have
 * identification 0 (RFC 6864). A sum is in memory order, as RFC 1071 allows.
 *
 * <p>A next hop of {@link NextHops#KIND_REMOTE} has in its long 3 what {@link #hopArgument} gives.
 *
 * <p>The way to a gateway outside has a place here, too: as a tunnel whose packets get no outer
 * headers, so that only its neighbour counts.
 */
public final class Tunnels {
  public static final int LONGS_PER_TUNNEL = 12;

  /** Bytes that a tunnel over IPv4 adds to the inner Ethernet frame: outer Ethernet to VXLAN. */
  public static final int OVERHEAD4_BYTES = 14 + 20 + 8 + 8;

  /** Bytes that a tunnel over IPv6 adds. */
  public static final int OVERHEAD6_BYTES = 14 + 40 + 8 + 8;

  /** Place of the first word of the outer headers. */
  public static final int FIRST_WORD = 2;

  /** IANA's UDP port for VXLAN. */
  private static final int VXLAN_PORT = 4789;

  /** Instead of a node's index: packets go to and come from the outside of the network. */
  public static final int OUTSIDE = 0xff_ffff;

  private static final long IPV6 = 1L << 32;
  private static final long CHECKSUMS = 1L << 33;
  private static final int UDP = 17;
  private static final int TIME_TO_LIVE = 64;

  /** Where the outer headers have their source address; the destination follows it. */
  private static final int SOURCE4_OFFSET = 14 + 12;

  private static final int SOURCE6_OFFSET = 14 + 8;
  private static final int VXLAN_FLAG_I = 0x08;
  private static final int OVERHEAD_SHIFT = 32;
  private static final int NODE_SHIFT = 40;

  /** Swapped for little-endian words. */
  private static final long DONT_FRAGMENT = 0x0040;

  private static final long PORT_LE = Short.toUnsignedLong(Short.reverseBytes((short) VXLAN_PORT));

  private Tunnels() {}

  /**
   * Writes a tunnel over IPv4.
   *
   * @param tunnels array of whole tunnels, in which it has a place already
   * @param neighbour whom its packets are sent to on the underlay: the node or a gateway
   * @param uplinkMac our MAC address there, first byte on the wire lowest
   * @param source our tunnel address, host byte order
   * @param destination the node's
   */
  public static void write4(
      long[] tunnels, int tunnel, int neighbour, long uplinkMac, int source, int destination) {
    long from = Integer.toUnsignedLong(Integer.reverseBytes(source));
    long to = Integer.toUnsignedLong(Integer.reverseBytes(destination));
    int at = tunnel * LONGS_PER_TUNNEL;
    tunnels[at] = neighbour;
    long[] header = {
      uplinkMac << 48,
      uplinkMac >>> 16 | 0x0008L << 32 | 0x45L << 48,
      DONT_FRAGMENT << 32 | (long) TIME_TO_LIVE << 48 | (long) UDP << 56,
      from << 16 | to << 48,
      to >>> 16 | PORT_LE << 32,
      (long) VXLAN_FLAG_I << 16
    };
    put(tunnels, at, header);
    tunnels[at + 1] =
        (header[1] >>> 48)
            + (header[2] >>> 32 & 0xffff)
            + (header[2] >>> 48)
            + (from & 0xffff)
            + (from >>> 16)
            + (to & 0xffff)
            + (to >>> 16);
  }

  /**
   * Writes a tunnel over IPv6; as {@link #write4}, but for:
   *
   * @param checksums whether the node wants UDP checksums: it may have been told to take zero for
   *     tunnels (RFC 6935)
   */
  public static void write6(
      long[] tunnels,
      int tunnel,
      int neighbour,
      long uplinkMac,
      long sourceHigh,
      long sourceLow,
      long destinationHigh,
      long destinationLow,
      boolean checksums) {
    long from0 = Long.reverseBytes(sourceHigh);
    long from8 = Long.reverseBytes(sourceLow);
    long to0 = Long.reverseBytes(destinationHigh);
    long to8 = Long.reverseBytes(destinationLow);
    int at = tunnel * LONGS_PER_TUNNEL;
    tunnels[at] = neighbour | IPV6 | (checksums ? CHECKSUMS : 0);
    long[] header = {
      uplinkMac << 48,
      uplinkMac >>> 16 | 0xdd86L << 32 | 0x60L << 48,
      (long) UDP << 32 | (long) TIME_TO_LIVE << 40 | from0 << 48,
      from0 >>> 16 | from8 << 48,
      from8 >>> 16 | to0 << 48,
      to0 >>> 16 | to8 << 48,
      to8 >>> 16,
      PORT_LE | (long) VXLAN_FLAG_I << 48,
      0
    };
    put(tunnels, at, header);
    tunnels[at + 1] =
        sum(from0) + sum(from8) + sum(to0) + sum(to8) + ((long) UDP << 8) + PORT_LE + VXLAN_FLAG_I;
  }

  private static void put(long[] tunnels, int at, long[] header) {
    System.arraycopy(header, 0, tunnels, at + FIRST_WORD, header.length);
  }

  private static long sum(long word) {
    return (word & 0xffff) + (word >>> 16 & 0xffff) + (word >>> 32 & 0xffff) + (word >>> 48);
  }

  /** Whom a tunnel's packets are sent to on the underlay: an index into {@link Neighbours}. */
  public static int neighbour(long first) {
    return (int) first;
  }

  /** Whether the outer packet is IPv6, by a tunnel's long 0. */
  public static boolean isIpv6(long first) {
    return (first & IPV6) != 0;
  }

  /** Whether UDP checksums are computed, by a tunnel's long 0; only over IPv6. */
  public static boolean hasChecksums(long first) {
    return (first & CHECKSUMS) != 0;
  }

  /**
   * Long 3 of a next hop that is reached through a tunnel.
   *
   * @param node index of the node at its end, of 24 bits: who the sources are accepted from
   */
  public static long hopArgument(long[] tunnels, int tunnel, int node) {
    boolean ipv6 = isIpv6(tunnels[tunnel * LONGS_PER_TUNNEL]);
    long overhead = ipv6 ? OVERHEAD6_BYTES : OVERHEAD4_BYTES;
    return tunnel | overhead << OVERHEAD_SHIFT | (long) node << NODE_SHIFT;
  }

  /** The source of a tunnel's outer packets, 4 or 16 bytes as they travel. */
  public static byte[] source(long[] tunnels, int tunnel) {
    return outerBytes(tunnels, tunnel, false);
  }

  /** The destination of a tunnel's outer packets, 4 or 16 bytes as they travel. */
  public static byte[] destination(long[] tunnels, int tunnel) {
    return outerBytes(tunnels, tunnel, true);
  }

  private static byte[] outerBytes(long[] tunnels, int tunnel, boolean destination) {
    boolean ipv6 = isIpv6(tunnels[tunnel * LONGS_PER_TUNNEL]);
    byte[] address = new byte[ipv6 ? 16 : 4];
    int first = (ipv6 ? SOURCE6_OFFSET : SOURCE4_OFFSET) + (destination ? address.length : 0);
    for (int i = 0; i < address.length; i++) {
      int at = first + i;
      long word = tunnels[tunnel * LONGS_PER_TUNNEL + FIRST_WORD + at / Long.BYTES];
      address[i] = (byte) (word >>> at % Long.BYTES * Byte.SIZE);
    }
    return address;
  }

  /** Writes the way to a gateway outside. */
  public static void writeOutside(long[] tunnels, int tunnel, int neighbour) {
    tunnels[tunnel * LONGS_PER_TUNNEL] = neighbour;
  }

  /** Long 3 of a next hop of {@link NextHops#KIND_OUTSIDE}. */
  public static long outsideArgument(int tunnel) {
    return tunnel | (long) OUTSIDE << NODE_SHIFT;
  }

  /** The tunnel's index, by a remote hop's long 3. */
  public static int tunnel(long hopArgument) {
    return (int) hopArgument;
  }

  /** Bytes in front of the inner frame, by a remote hop's long 3. */
  public static int overheadBytes(long hopArgument) {
    return (int) (hopArgument >>> OVERHEAD_SHIFT) & 0xff;
  }

  /** The node's index, by a remote hop's long 3. */
  public static int node(long hopArgument) {
    return (int) (hopArgument >>> NODE_SHIFT);
  }
}
