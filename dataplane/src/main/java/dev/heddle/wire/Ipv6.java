package dev.heddle.wire;

import dev.heddle.memory.Memory;

/**
 * IPv6 header (RFC 8200 3).
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |Version| Traffic Class |           Flow Label                  |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |         Payload Length        |  Next Header  |   Hop Limit   |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                                                               |
 * +                    Source Address, 16 bytes                   +
 * |                                                               |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                                                               |
 * +                 Destination Address, 16 bytes                 +
 * |                                                               |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * </pre>
 */
public final class Ipv6 {
  public static final int HEADER_BYTES = 40;

  public static final int VERSION = 6;

  /** Offset of the next header field, as Parameter Problem messages point to it. */
  public static final int NEXT_HEADER = 6;

  private static final int VERSION_CLASS_AND_FLOW = 0;
  private static final int PAYLOAD_LENGTH = 4;
  private static final int HOP_LIMIT = 7;
  private static final int SOURCE = 8;
  private static final int DESTINATION = 24;

  private Ipv6() {}

  /** Whether the header's {@value #HEADER_BYTES} bytes are there. */
  public static boolean isComplete(int availableBytes) {
    return availableBytes >= HEADER_BYTES;
  }

  public static int version(long address) {
    return Byte.toUnsignedInt(Memory.getByte(address + VERSION_CLASS_AND_FLOW)) >>> 4;
  }

  public static int trafficClass(long address) {
    return Memory.getIntBe(address + VERSION_CLASS_AND_FLOW) >>> 20 & 0xff;
  }

  /** What follows this header, extension headers included, in bytes. */
  public static int payloadBytes(long address) {
    return Memory.getShortBe(address + PAYLOAD_LENGTH);
  }

  public static void putPayloadBytes(long address, int bytes) {
    Memory.putShortBe(address + PAYLOAD_LENGTH, bytes);
  }

  public static int nextHeader(long address) {
    return Byte.toUnsignedInt(Memory.getByte(address + NEXT_HEADER));
  }

  public static int hopLimit(long address) {
    return Byte.toUnsignedInt(Memory.getByte(address + HOP_LIMIT));
  }

  /** First 64 bits of the source address. */
  public static long sourceHigh(long address) {
    return Memory.getLongBe(address + SOURCE);
  }

  /** Last 64 bits of the source address. */
  public static long sourceLow(long address) {
    return Memory.getLongBe(address + SOURCE + 8);
  }

  /** First 64 bits of the destination address. */
  public static long destinationHigh(long address) {
    return Memory.getLongBe(address + DESTINATION);
  }

  /** Last 64 bits of the destination address. */
  public static long destinationLow(long address) {
    return Memory.getLongBe(address + DESTINATION + 8);
  }

  /** Writes version, traffic class, flow label 0, lengths and hop limit, but no addresses. */
  public static void write(
      long address, int trafficClass, int payloadBytes, int nextHeader, int hopLimit) {
    Memory.putIntBe(address + VERSION_CLASS_AND_FLOW, VERSION << 28 | trafficClass << 20);
    Memory.putShortBe(address + PAYLOAD_LENGTH, payloadBytes);
    Memory.putByte(address + NEXT_HEADER, (byte) nextHeader);
    Memory.putByte(address + HOP_LIMIT, (byte) hopLimit);
  }

  public static void putSource(long address, long high, long low) {
    Memory.putLongBe(address + SOURCE, high);
    Memory.putLongBe(address + SOURCE + 8, low);
  }

  public static void putDestination(long address, long high, long low) {
    Memory.putLongBe(address + DESTINATION, high);
    Memory.putLongBe(address + DESTINATION + 8, low);
  }

  /**
   * The pseudo-header's part of an upper layer's checksum (RFC 8200 8.1), to be continued with
   * {@link Checksum#sum(long, int, long)}.
   */
  public static long pseudoHeaderSum(long address, int upperBytes, int nextHeader) {
    // Memory order: the big-endian 32-bit fields of the pseudo-header, swapped.
    long fields =
        Integer.toUnsignedLong(Integer.reverseBytes(upperBytes))
            + Integer.toUnsignedLong(Integer.reverseBytes(nextHeader));
    return Checksum.sum(address + SOURCE, 32, fields);
  }
}
