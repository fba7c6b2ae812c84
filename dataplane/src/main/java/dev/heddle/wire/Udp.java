package dev.heddle.wire;

import dev.heddle.memory.Memory;

/**
 * UDP header (RFC 768).
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |          Source Port          |       Destination Port        |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |            Length             |           Checksum            |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * </pre>
 */
public final class Udp {
  public static final int HEADER_BYTES = 8;

  private static final int DESTINATION_PORT = 2;
  private static final int LENGTH = 4;

  /** Offset of the checksum. */
  public static final int CHECKSUM = 6;

  private Udp() {}

  /** Whether the header's {@value #HEADER_BYTES} bytes are there. */
  public static boolean isComplete(int availableBytes) {
    return availableBytes >= HEADER_BYTES;
  }

  public static int destinationPort(long address) {
    return Memory.getShortBe(address + DESTINATION_PORT);
  }

  /** Header and payload, in bytes. */
  public static int lengthBytes(long address) {
    return Memory.getShortBe(address + LENGTH);
  }

  public static void putLengthBytes(long address, int bytes) {
    Memory.putShortBe(address + LENGTH, bytes);
  }
}
