package dev.heddle.wire;

import dev.heddle.memory.Memory;

/**
 * ICMP (RFC 792; RFC 1191 for the next hop's MTU).
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |     Type      |     Code      |          Checksum             |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |  Rest of header: by type and code (identifier, pointer, MTU)  |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |  Data: echoed, or the packet that an error is about ...
 * +-+-+-+-+-+-+-+-
 * </pre>
 */
public final class Icmp {
  public static final int HEADER_BYTES = 8;

  public static final int ECHO_REPLY = 0;
  public static final int DESTINATION_UNREACHABLE = 3;
  public static final int ECHO_REQUEST = 8;
  public static final int TIME_EXCEEDED = 11;
  public static final int PARAMETER_PROBLEM = 12;

  /** Codes of {@link #DESTINATION_UNREACHABLE}. */
  public static final int CODE_NET = 0;

  public static final int CODE_HOST = 1;
  public static final int CODE_PROTOCOL = 2;
  public static final int CODE_PORT = 3;

  /** The rest of the header has the next hop's MTU in its low 16 bits. */
  public static final int CODE_FRAGMENTATION_NEEDED = 4;

  private static final int TYPE = 0;
  private static final int CODE = 1;
  private static final int CHECKSUM = 2;
  private static final int REST = 4;

  /** Router advertisement and solicitation, timestamp, information and mask; see RFC 792, 950. */
  private static final int FIRST_QUERY_TYPE_AFTER_ERRORS = 13;

  private static final int LAST_QUERY_TYPE = 18;

  private Icmp() {}

  /** Whether the header's {@value #HEADER_BYTES} bytes are there. */
  public static boolean isComplete(int availableBytes) {
    return availableBytes >= HEADER_BYTES;
  }

  public static int type(long address) {
    return Byte.toUnsignedInt(Memory.getByte(address + TYPE));
  }

  /** Whether messages of this type are known to be queries or answers, not errors. */
  public static boolean isQuery(int type) {
    return type == ECHO_REPLY
        || type >= ECHO_REQUEST && type <= ECHO_REQUEST + 2
        || type >= FIRST_QUERY_TYPE_AFTER_ERRORS && type <= LAST_QUERY_TYPE;
  }

  /** Whether the checksum over the whole message is right. */
  public static boolean isChecksumRight(long address, int messageBytes) {
    return Checksum.isRight(Checksum.sum(address, messageBytes));
  }

  /** Turns an echo request into its reply. */
  public static void answerEcho(long address, int messageBytes) {
    Memory.putShortBe(address + TYPE, ECHO_REPLY << 8);
    putChecksum(address, messageBytes);
  }

  /** Writes header and checksum of a message whose data is in place. */
  public static void write(long address, int type, int code, int rest, int messageBytes) {
    Memory.putShortBe(address + TYPE, type << 8 | code);
    Memory.putIntBe(address + REST, rest);
    putChecksum(address, messageBytes);
  }

  private static void putChecksum(long address, int messageBytes) {
    Memory.putShortBe(address + CHECKSUM, 0);
    Memory.putShortBe(address + CHECKSUM, Checksum.finish(Checksum.sum(address, messageBytes)));
  }
}
