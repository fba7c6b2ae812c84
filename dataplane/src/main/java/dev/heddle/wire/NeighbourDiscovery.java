package dev.heddle.wire;

import dev.heddle.memory.Memory;

/**
 * Neighbour discovery messages after the ICMPv6 type, code and checksum (RFC 4861 4).
 *
 * <pre>
 *  Neighbour solicitation, advertisement            An option
 *  0                   1                             0                   1
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 ...           0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 ...
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+            +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |     Type      |     Code      | Ch ...         |     Type      | Length in 8 B | Va ...
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+            +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |R|S|O|                   Reserved
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |         Target Address, 16 bytes
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |   Options ...
 * </pre>
 */
public final class NeighbourDiscovery {
  public static final int ROUTER_SOLICITATION = 133;
  public static final int ROUTER_ADVERTISEMENT = 134;
  public static final int NEIGHBOUR_SOLICITATION = 135;
  public static final int NEIGHBOUR_ADVERTISEMENT = 136;

  /** Hop limit of every such message: it crossed no router. */
  public static final int HOP_LIMIT = 255;

  /** An advertisement with one link-layer address option. */
  public static final int ADVERTISEMENT_BYTES = 32;

  public static final int FLAG_ROUTER = 0x8000_0000;
  public static final int FLAG_SOLICITED = 0x4000_0000;
  public static final int FLAG_OVERRIDE = 0x2000_0000;

  public static final int OPTION_SOURCE_LINK_LAYER = 1;

  private static final int OPTION_TARGET_LINK_LAYER = 2;

  private static final int TARGET = 8;
  private static final int SOLICITATION_OPTIONS = 24;
  private static final int ROUTER_SOLICITATION_OPTIONS = 8;
  private static final int ROUTER_ADVERTISEMENT_OPTIONS = 16;
  private static final int REDIRECT_OPTIONS = 40;
  private static final int OPTION_UNIT_BYTES = 8;

  private NeighbourDiscovery() {}

  /** Whether an ICMPv6 type is one of neighbour discovery's five. */
  public static boolean isType(int icmpType) {
    return icmpType >= ROUTER_SOLICITATION && icmpType <= Icmpv6.REDIRECT;
  }

  /** Where a message's options begin, which is also the least length it may have. */
  public static int fixedBytes(int icmpType) {
    return switch (icmpType) {
      case ROUTER_SOLICITATION -> ROUTER_SOLICITATION_OPTIONS;
      case ROUTER_ADVERTISEMENT -> ROUTER_ADVERTISEMENT_OPTIONS;
      case Icmpv6.REDIRECT -> REDIRECT_OPTIONS;
      default -> SOLICITATION_OPTIONS;
    };
  }

  /** Whether fixed part and options, none of length 0, fill the message exactly. */
  public static boolean isComplete(long address, int messageBytes) {
    int at = fixedBytes(Icmpv6.type(address));
    while (at + OPTION_UNIT_BYTES <= messageBytes) {
      int units = Byte.toUnsignedInt(Memory.getByte(address + at + 1));
      if (units == 0) {
        return false;
      }
      at += units * OPTION_UNIT_BYTES;
    }
    return at == messageBytes;
  }

  /** Whether a message that {@link #isComplete} accepted carries an option. */
  public static boolean hasOption(long address, int messageBytes, int optionType) {
    int at = fixedBytes(Icmpv6.type(address));
    while (at < messageBytes) {
      if (Byte.toUnsignedInt(Memory.getByte(address + at)) == optionType) {
        return true;
      }
      at += Byte.toUnsignedInt(Memory.getByte(address + at + 1)) * OPTION_UNIT_BYTES;
    }
    return false;
  }

  /** The reserved word, whose upper bits are an advertisement's flags. */
  public static int flags(long address) {
    return Memory.getIntBe(address + 4);
  }

  /** First 64 bits of the target address. */
  public static long targetHigh(long address) {
    return Memory.getLongBe(address + TARGET);
  }

  /** Last 64 bits of the target address. */
  public static long targetLow(long address) {
    return Memory.getLongBe(address + TARGET + 8);
  }

  /**
   * Makes a solicitation an advertisement of {@link #ADVERTISEMENT_BYTES}, checksum missing, saying
   * that the target address is at {@code mac}.
   */
  public static void answer(long address, int flags, long mac) {
    Icmpv6.write(address, NEIGHBOUR_ADVERTISEMENT, 0, flags);
    Memory.putShortBe(address + SOLICITATION_OPTIONS, OPTION_TARGET_LINK_LAYER << 8 | 1);
    Ethernet.putMac(address + SOLICITATION_OPTIONS + 2, mac);
  }
}
