package dev.heddle.port.tap;

import dev.heddle.memory.Memory;
import dev.heddle.packet.Offload;

/**
 * The header that goes before each packet of a tap: {@code virtio_net_hdr}, in host byte order.
 *
 * <pre>
 *   0       1          2               4               6                8                10
 *  +-------+----------+---------------+---------------+----------------+-----------------+
 *  | flags | GSO type | header length | segment bytes | checksum start | checksum offset |
 *  +-------+----------+---------------+---------------+----------------+-----------------+
 * </pre>
 *
 * <p>Whoever is root in a pod can send packets with any such header.
 */
final class VnetHeader {
  static final int BYTES = 10;

  private static final int TYPE_SHIFT = 8;
  private static final int SEGMENT_SHIFT = 32;
  private static final int START_SHIFT = 48;
  private static final int CHECKSUM_OFFSET = 8;

  private VnetHeader() {}

  /**
   * What a pod's kernel leaves to do. It may say, too, that it has verified the checksum: but then
   * the packet has one, and the receiver will believe only itself.
   */
  static long read(long header) {
    long fields = Memory.getLong(header);
    int flags = (int) fields & Offload.NEEDS_CHECKSUM;
    int type = (int) fields >>> TYPE_SHIFT & 0xff;
    if ((flags | type) == 0) {
      return Offload.NONE;
    }
    int segmentBytes = type == Offload.GSO_NONE ? 0 : (int) (fields >>> SEGMENT_SHIFT);
    int start = (int) (fields >>> START_SHIFT);
    int offset = Memory.getShort(header + CHECKSUM_OFFSET);
    return flags == 0
        ? Offload.of(segmentBytes, type, 0, 0, 0)
        : Offload.of(segmentBytes, type, flags, start, offset);
  }

  /**
   * Writes what the receiving kernel is to do. The length of the packet's headers is left out: it
   * would be a hint only.
   */
  static void write(long header, long offload) {
    long fields =
        Offload.flags(offload)
            | (long) Offload.gsoType(offload) << TYPE_SHIFT
            | (long) Offload.segmentBytes(offload) << SEGMENT_SHIFT
            | (long) Offload.checksumStart(offload) << START_SHIFT;
    Memory.putLong(header, fields);
    Memory.putShort(header + CHECKSUM_OFFSET, (short) Offload.checksumOffset(offload));
  }
}
