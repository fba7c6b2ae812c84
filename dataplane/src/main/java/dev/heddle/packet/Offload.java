package dev.heddle.packet;

/**
 * What a sender left to whoever forwards its packet: to cut a large segment, or to complete the
 * transport checksum. Packed into a long, 0 where there is nothing left to do; the fields are those
 * of the virtio network header (virtio 1.2, 5.1.6).
 *
 * <pre>
 * bits  0..15  payload bytes of each segment, 0 if the packet is not to be cut
 * bits 16..23  kind of segments: one of the GSO constants, perhaps with {@link #GSO_ECN}
 * bits 24..31  flags: {@link #NEEDS_CHECKSUM}, {@link #DATA_VALID}
 * bits 32..47  where the bytes to be summed start, from the frame's first byte
 * bits 48..63  where the checksum stands, from there
 * </pre>
 */
public final class Offload {
  /** Nothing is left to do. */
  public static final long NONE = 0;

  public static final int GSO_NONE = 0;

  /** TCP in IPv4. */
  public static final int GSO_TCP4 = 1;

  /** TCP in IPv6. */
  public static final int GSO_TCP6 = 4;

  /** UDP datagrams of equal size. */
  public static final int GSO_UDP = 5;

  /** With TCP: only the first segment may say that the congestion window was reduced. */
  public static final int GSO_ECN = 0x80;

  /** The checksum holds the pseudo-header's sum; what is summed up is still to be added. */
  public static final int NEEDS_CHECKSUM = 1;

  /** The sender says that it has verified the checksum, or that it need not be. */
  public static final int DATA_VALID = 2;

  private static final int TYPE_SHIFT = 16;
  private static final int FLAGS_SHIFT = 24;
  private static final int START_SHIFT = 32;
  private static final int OFFSET_SHIFT = 48;
  private static final int SHORT_MASK = 0xffff;
  private static final int BYTE_MASK = 0xff;

  private Offload() {}

  /** Packs all fields; of each only the bits that it has are taken. */
  public static long of(
      int segmentBytes, int gsoType, int flags, int checksumStart, int checksumOffset) {
    return segmentBytes & SHORT_MASK
        | (gsoType & BYTE_MASK) << TYPE_SHIFT
        | (flags & (long) BYTE_MASK) << FLAGS_SHIFT
        | (checksumStart & (long) SHORT_MASK) << START_SHIFT
        | (long) checksumOffset << OFFSET_SHIFT;
  }

  /** Payload bytes of each segment but the last. */
  public static int segmentBytes(long offload) {
    return (int) offload & SHORT_MASK;
  }

  /** Kind of segments, {@link #GSO_ECN} included. */
  public static int gsoType(long offload) {
    return (int) (offload >>> TYPE_SHIFT) & BYTE_MASK;
  }

  /** Whether the packet is to be cut. */
  public static boolean isLarge(long offload) {
    return gsoType(offload) != GSO_NONE;
  }

  public static int flags(long offload) {
    return (int) (offload >>> FLAGS_SHIFT) & BYTE_MASK;
  }

  /** Whether the checksum is to be completed. */
  public static boolean needsChecksum(long offload) {
    return (flags(offload) & NEEDS_CHECKSUM) != 0;
  }

  /** Offset of the first byte to be summed, from the frame's first. */
  public static int checksumStart(long offload) {
    return (int) (offload >>> START_SHIFT) & SHORT_MASK;
  }

  /** Offset of the checksum from {@link #checksumStart}. */
  public static int checksumOffset(long offload) {
    return (int) (offload >>> OFFSET_SHIFT);
  }
}
