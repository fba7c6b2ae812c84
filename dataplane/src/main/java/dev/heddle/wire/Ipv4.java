package dev.heddle.wire;

import dev.heddle.memory.Memory;

/**
 * IPv4 header (RFC 791 3.1).
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |Version|  IHL  |Type of Service|          Total Length         |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |         Identification        |Flags|      Fragment Offset    |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |  Time to Live |    Protocol   |         Header Checksum       |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                       Source Address                          |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                    Destination Address                        |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                    Options                    |    Padding    |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * </pre>
 */
public final class Ipv4 {
  /** Bytes of a header without options. */
  public static final int HEADER_BYTES = 20;

  public static final int VERSION = 4;

  private static final int VERSION_AND_LENGTH = 0;
  private static final int TYPE_OF_SERVICE = 1;
  private static final int TOTAL_LENGTH = 2;
  private static final int IDENTIFICATION = 4;
  private static final int FLAGS_AND_FRAGMENT = 6;
  private static final int TIME_TO_LIVE = 8;
  private static final int PROTOCOL = 9;
  private static final int CHECKSUM = 10;
  private static final int SOURCE = 12;

  /** Offset of the destination address. */
  public static final int DESTINATION = 16;

  private static final int VERSION_4_NO_OPTIONS = 0x45;
  private static final int DONT_FRAGMENT = 0x4000;
  private static final int MORE_FRAGMENTS = 0x2000;
  private static final int FRAGMENT_OFFSET_MASK = 0x1fff;

  private Ipv4() {}

  /** Whether a header without options is there; options need a look at {@link #headerBytes}. */
  public static boolean isComplete(int availableBytes) {
    return availableBytes >= HEADER_BYTES;
  }

  public static int version(long address) {
    return Byte.toUnsignedInt(Memory.getByte(address + VERSION_AND_LENGTH)) >>> 4;
  }

  /** The header's length as it says, 0 to 60 bytes. */
  public static int headerBytes(long address) {
    return (Memory.getByte(address + VERSION_AND_LENGTH) & 0xf) * 4;
  }

  public static int typeOfService(long address) {
    return Byte.toUnsignedInt(Memory.getByte(address + TYPE_OF_SERVICE));
  }

  /** Header and payload, in bytes. */
  public static int totalBytes(long address) {
    return Memory.getShortBe(address + TOTAL_LENGTH);
  }

  /** Whether this is a part of a packet, the first one included. */
  public static boolean isFragment(long address) {
    return (Memory.getShortBe(address + FLAGS_AND_FRAGMENT)
            & (MORE_FRAGMENTS | FRAGMENT_OFFSET_MASK))
        != 0;
  }

  /** Whether this is a part of a packet other than the first one. */
  public static boolean isLaterFragment(long address) {
    return (Memory.getShortBe(address + FLAGS_AND_FRAGMENT) & FRAGMENT_OFFSET_MASK) != 0;
  }

  /** Whether routers must not cut this packet. */
  public static boolean isNotToBeFragmented(long address) {
    return (Memory.getShortBe(address + FLAGS_AND_FRAGMENT) & DONT_FRAGMENT) != 0;
  }

  /** Whether this is a part of a packet other than the last one. */
  public static boolean hasMoreFragments(long address) {
    return (Memory.getShortBe(address + FLAGS_AND_FRAGMENT) & MORE_FRAGMENTS) != 0;
  }

  /** Where this part begins in the whole packet's payload, in units of eight bytes. */
  public static int fragmentUnits(long address) {
    return Memory.getShortBe(address + FLAGS_AND_FRAGMENT) & FRAGMENT_OFFSET_MASK;
  }

  /** Writes flags and offset of a packet that may be fragmented. */
  public static void putFragment(long address, int units, boolean more) {
    Memory.putShortBe(address + FLAGS_AND_FRAGMENT, units | (more ? MORE_FRAGMENTS : 0));
  }

  public static int identification(long address) {
    return Memory.getShortBe(address + IDENTIFICATION);
  }

  public static void putIdentification(long address, int identification) {
    Memory.putShortBe(address + IDENTIFICATION, identification);
  }

  /** Writes version, header length and total length. */
  public static void putLengths(long address, int headerBytes, int totalBytes) {
    Memory.putByte(address + VERSION_AND_LENGTH, (byte) (VERSION << 4 | headerBytes / 4));
    Memory.putShortBe(address + TOTAL_LENGTH, totalBytes);
  }

  public static int timeToLive(long address) {
    return Byte.toUnsignedInt(Memory.getByte(address + TIME_TO_LIVE));
  }

  public static int protocol(long address) {
    return Byte.toUnsignedInt(Memory.getByte(address + PROTOCOL));
  }

  public static int source(long address) {
    return Memory.getIntBe(address + SOURCE);
  }

  public static int destination(long address) {
    return Memory.getIntBe(address + DESTINATION);
  }

  public static int checksum(long address) {
    return Memory.getShortBe(address + CHECKSUM);
  }

  public static void putChecksum(long address, int checksum) {
    Memory.putShortBe(address + CHECKSUM, checksum);
  }

  /** Whether the checksum over a header of {@code headerBytes} bytes is right. */
  public static boolean isChecksumRight(long address, int headerBytes) {
    return Checksum.isRight(Checksum.sum(address, headerBytes));
  }

  /**
   * Writes a header without options, not to be fragmented, identification 0 (RFC 6864), with its
   * checksum.
   */
  public static void write(
      long address,
      int typeOfService,
      int totalBytes,
      int timeToLive,
      int protocol,
      int source,
      int destination) {
    Memory.putByte(address + VERSION_AND_LENGTH, (byte) VERSION_4_NO_OPTIONS);
    Memory.putByte(address + TYPE_OF_SERVICE, (byte) typeOfService);
    Memory.putShortBe(address + TOTAL_LENGTH, totalBytes);
    Memory.putIntBe(address + TOTAL_LENGTH + 2, DONT_FRAGMENT);
    Memory.putByte(address + TIME_TO_LIVE, (byte) timeToLive);
    Memory.putByte(address + PROTOCOL, (byte) protocol);
    Memory.putShortBe(address + CHECKSUM, 0);
    Memory.putIntBe(address + SOURCE, source);
    Memory.putIntBe(address + DESTINATION, destination);
    Memory.putShortBe(address + CHECKSUM, Checksum.finish(Checksum.sum(address, HEADER_BYTES)));
  }

  /** Writes the checksum over a header of {@code headerBytes} bytes once all else is in place. */
  public static void sumUp(long address, int headerBytes) {
    putChecksum(address, 0);
    putChecksum(address, Checksum.finish(Checksum.sum(address, headerBytes)));
  }

  /**
   * The pseudo-header's part of an upper layer's checksum (RFC 9293 3.1), to be continued with
   * {@link Checksum#sum(long, int, long)}.
   */
  public static long pseudoHeaderSum(long address, int upperBytes, int protocol) {
    // Memory order: the big-endian fields of the pseudo-header, swapped.
    long fields =
        Integer.toUnsignedLong(Integer.reverseBytes(upperBytes))
            + Integer.toUnsignedLong(Integer.reverseBytes(protocol));
    return Checksum.sum(address + SOURCE, 8, fields);
  }
}
