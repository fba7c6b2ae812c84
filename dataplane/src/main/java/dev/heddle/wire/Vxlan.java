package dev.heddle.wire;

import dev.heddle.memory.Memory;

/**
 * VXLAN header (RFC 7348 5). What is reserved is 0 when sent and not looked at when received.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |R|R|R|R|I|R|R|R|            Reserved                           |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                VXLAN Network Identifier (VNI) |   Reserved    |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * </pre>
 */
public final class Vxlan {
  public static final int HEADER_BYTES = 8;

  /** IANA's UDP port. */
  public static final int PORT = 4789;

  private static final int FLAGS = 0;

  private static final int VNI = 4;

  private static final int FLAG_I = 0x08;

  private Vxlan() {}

  /** Whether there is a valid network identifier. */
  public static boolean hasVni(long address) {
    return (Memory.getByte(address + FLAGS) & FLAG_I) != 0;
  }

  /** Network identifier, 24 bits. */
  public static int vni(long address) {
    return Memory.getIntBe(address + VNI) >>> 8;
  }
}
