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

  /** A solicitation with one link-layer address option. */
  public static final int SOLICITATION_BYTES = 32;

  public static final int FLAG_ROUTER = 0x8000_0000;
  public static final int FLAG_SOLICITED = 0x4000_0000;
  public static final int FLAG_OVERRIDE = 0x2000_0000;

  public static final int OPTION_SOURCE_LINK_LAYER = 1;

  public static final int OPTION_TARGET_LINK_LAYER = 2;

  /** All nodes of the link, ff02::1, and the MAC address of that, first byte lowest. */
  public static final long ALL_NODES_HIGH = 0xff02L << 48;

  public static final long ALL_NODES_LOW = 1;
  public static final long ALL_NODES_MAC = 0x0100_0000_3333L;

  /** First 64 bits of all solicited-node multicast addresses (RFC 4291 2.7.1). */
  public static final long SOLICITED_NODE_HIGH = 0xff02L << 48;

  private static final long SOLICITED_NODE_LOW = 0x0000_0001_ff00_0000L;
  private static final long SOLICITED_NODE_MASK = 0xff_ffffL;

  /** 33:33:ff, as the first bytes on the wire (RFC 2464 7). */
  private static final long SOLICITED_NODE_MAC = 0xff_3333L;

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
    return optionOffset(address, messageBytes, optionType) != 0;
  }

  /**
   * The MAC address in the first such option, first byte on the wire lowest; 0 if there is none.
   *
   * @param messageBytes of a message that {@link #isComplete} accepted
   */
  public static long linkLayer(long address, int messageBytes, int optionType) {
    int at = optionOffset(address, messageBytes, optionType);
    return at == 0 ? 0 : Memory.getLong(address + at) >>> 16;
  }

  private static int optionOffset(long address, int messageBytes, int optionType) {
    int at = fixedBytes(Icmpv6.type(address));
    while (at < messageBytes) {
      if (Byte.toUnsignedInt(Memory.getByte(address + at)) == optionType) {
        return at;
      }
      at += Byte.toUnsignedInt(Memory.getByte(address + at + 1)) * OPTION_UNIT_BYTES;
    }
    return 0;
  }

  /** Last 64 bits of the solicited-node multicast address of an address with these last 64. */
  public static long solicitedNodeLow(long low) {
    return SOLICITED_NODE_LOW | low & SOLICITED_NODE_MASK;
  }

  /** The MAC address of that multicast address, first byte on the wire lowest. */
  public static long solicitedNodeMac(long low) {
    return SOLICITED_NODE_MAC | Long.reverseBytes(low) >>> 40 << 24;
  }

  /**
   * Writes a solicitation of {@link #SOLICITATION_BYTES}, checksum missing.
   *
   * @param mac who asks, first byte on the wire lowest
   */
  public static void writeSolicitation(long address, long targetHigh, long targetLow, long mac) {
    Icmpv6.write(address, NEIGHBOUR_SOLICITATION, 0, 0);
    Memory.putLongBe(address + TARGET, targetHigh);
    Memory.putLongBe(address + TARGET + 8, targetLow);
    putLinkLayer(address, OPTION_SOURCE_LINK_LAYER, mac);
  }

  private static void putLinkLayer(long address, int optionType, long mac) {
    Memory.putShortBe(address + SOLICITATION_OPTIONS, optionType << 8 | 1);
    Ethernet.putMac(address + SOLICITATION_OPTIONS + 2, mac);
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
    putLinkLayer(address, OPTION_TARGET_LINK_LAYER, mac);
  }
}
