package dev.heddle.wire;

import dev.heddle.memory.Memory;

/**
 * ICMPv6 (RFC 4443).
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
public final class Icmpv6 {
  public static final int HEADER_BYTES = 8;

  public static final int DESTINATION_UNREACHABLE = 1;
  public static final int PACKET_TOO_BIG = 2;
  public static final int TIME_EXCEEDED = 3;
  public static final int PARAMETER_PROBLEM = 4;
  public static final int ECHO_REQUEST = 128;
  public static final int ECHO_REPLY = 129;
  public static final int REDIRECT = 137;

  /** Codes of {@link #DESTINATION_UNREACHABLE}. */
  public static final int CODE_NO_ROUTE = 0;

  public static final int CODE_BEYOND_SCOPE = 2;
  public static final int CODE_ADDRESS = 3;
  public static final int CODE_PORT = 4;

  /** Codes of {@link #PARAMETER_PROBLEM}; the rest of the header points to the field. */
  public static final int CODE_ERRONEOUS_FIELD = 0;

  public static final int CODE_UNKNOWN_NEXT_HEADER = 1;
  public static final int CODE_UNKNOWN_OPTION = 2;

  private static final int TYPE = 0;
  private static final int CODE = 1;
  private static final int CHECKSUM = 2;
  private static final int REST = 4;

  private static final int FIRST_INFORMATIONAL_TYPE = 128;

  private Icmpv6() {}

  /** Whether the header's {@value #HEADER_BYTES} bytes are there. */
  public static boolean isComplete(int availableBytes) {
    return availableBytes >= HEADER_BYTES;
  }

  public static int type(long address) {
    return Byte.toUnsignedInt(Memory.getByte(address + TYPE));
  }

  public static int code(long address) {
    return Byte.toUnsignedInt(Memory.getByte(address + CODE));
  }

  /** Whether no ICMPv6 error may be sent about messages of this type (RFC 4443 2.4 e). */
  public static boolean isErrorOrRedirect(int type) {
    return type < FIRST_INFORMATIONAL_TYPE || type == REDIRECT;
  }

  /** Whether the checksum over pseudo-header and message is right. */
  public static boolean isChecksumRight(long ipHeader, long address, int messageBytes) {
    return Checksum.isRight(
        Checksum.sum(
            address,
            messageBytes,
            Ipv6.pseudoHeaderSum(ipHeader, messageBytes, IpProtocol.ICMPV6)));
  }

  /** Writes type, code and rest of the header; the checksum comes last, {@link #putChecksum}. */
  public static void write(long address, int type, int code, int rest) {
    Memory.putShortBe(address + TYPE, type << 8 | code);
    Memory.putIntBe(address + REST, rest);
  }

  /** Makes a message another type of code 0; the checksum comes last, {@link #putChecksum}. */
  public static void putType(long address, int type) {
    Memory.putShortBe(address + TYPE, type << 8);
  }

  /** Writes the checksum once the message and both addresses in the IPv6 header are in place. */
  public static void putChecksum(long ipHeader, long address, int messageBytes) {
    Memory.putShortBe(address + CHECKSUM, 0);
    long pseudo = Ipv6.pseudoHeaderSum(ipHeader, messageBytes, IpProtocol.ICMPV6);
    Memory.putShortBe(
        address + CHECKSUM, Checksum.finish(Checksum.sum(address, messageBytes, pseudo)));
  }
}
