package dev.heddle.wire;

import dev.heddle.memory.Memory;

/**
 * TCP header (RFC 9293 3.1).
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |          Source Port          |       Destination Port        |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                        Sequence Number                        |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                    Acknowledgment Number                      |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |  Data |       |C|E|U|A|P|R|S|F|                               |
 * | Offset| Rsrvd |W|C|R|C|S|S|Y|I|            Window             |
 * |       |       |R|E|G|K|H|T|N|N|                               |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |           Checksum            |         Urgent Pointer        |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                           Options ...
 * +-+-+-+-+-+-+-+-+-+-+-+-+-
 * </pre>
 */
public final class Tcp {
  /** Bytes of a header without options. */
  public static final int HEADER_BYTES = 20;

  public static final int FIN = 0x01;
  public static final int SYN = 0x02;
  public static final int RST = 0x04;
  public static final int PSH = 0x08;
  public static final int ACK = 0x10;
  public static final int CWR = 0x80;

  /** Offset of the checksum. */
  public static final int CHECKSUM = 16;

  private static final int SEQUENCE = 4;
  private static final int DATA_OFFSET = 12;
  private static final int FLAGS = 13;

  private Tcp() {}

  /** Whether a header without options is there; options need a look at {@link #headerBytes}. */
  public static boolean isComplete(int availableBytes) {
    return availableBytes >= HEADER_BYTES;
  }

  /** The header's length as it says, 0 to 60 bytes. */
  public static int headerBytes(long address) {
    return (Memory.getByte(address + DATA_OFFSET) >>> 4 & 0xf) * 4;
  }

  public static int sequence(long address) {
    return Memory.getIntBe(address + SEQUENCE);
  }

  public static void putSequence(long address, int sequence) {
    Memory.putIntBe(address + SEQUENCE, sequence);
  }

  /** All eight flags. */
  public static int flags(long address) {
    return Byte.toUnsignedInt(Memory.getByte(address + FLAGS));
  }

  public static void putFlags(long address, int flags) {
    Memory.putByte(address + FLAGS, (byte) flags);
  }
}
