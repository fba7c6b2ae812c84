package dev.heddle.wire;

import dev.heddle.memory.Memory;

/**
 * Ethernet II header (RFC 894, IEEE 802.3 clause 3).
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                        Destination MAC                        |
 * +                               +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                               |                               |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+          Source MAC           +
 * |                                                               |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |           EtherType           |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * </pre>
 */
public final class Ethernet {
  public static final int HEADER_BYTES = 14;

  public static final int TYPE_IPV4 = 0x0800;
  public static final int TYPE_ARP = 0x0806;
  public static final int TYPE_IPV6 = 0x86dd;

  /** Destination MAC address of frames to everybody. */
  public static final long BROADCAST = 0xffff_ffff_ffffL;

  private static final int DESTINATION = 0;
  private static final int SOURCE = 6;
  private static final int TYPE = 12;

  private static final long MAC_MASK = 0xffff_ffff_ffffL;

  private Ethernet() {}

  /** Whether the header's {@value #HEADER_BYTES} bytes are there. */
  public static boolean isComplete(int availableBytes) {
    return availableBytes >= HEADER_BYTES;
  }

  /** Destination MAC address, first byte on the wire lowest. */
  public static long destination(long address) {
    return mac(address + DESTINATION);
  }

  /** Source MAC address, first byte on the wire lowest. */
  public static long source(long address) {
    return mac(address + SOURCE);
  }

  /** Whether a MAC address is one station's: neither a group's nor all zero. */
  public static boolean isStation(long mac) {
    return mac != 0 && (mac & 1) == 0;
  }

  /** Whether the destination is a group: multicast or broadcast. */
  public static boolean isToGroup(long address) {
    return (Memory.getByte(address + DESTINATION) & 1) != 0;
  }

  public static int type(long address) {
    return Memory.getShortBe(address + TYPE);
  }

  /** Writes a whole header; MAC addresses have the first byte on the wire lowest. */
  public static void write(long address, long destination, long source, int type) {
    putMac(address + DESTINATION, destination);
    putMac(address + SOURCE, source);
    Memory.putShortBe(address + TYPE, type);
  }

  /** Writes the destination MAC address, first byte on the wire lowest. */
  public static void putDestination(long address, long mac) {
    putMac(address + DESTINATION, mac);
  }

  /** Reads a MAC address from anywhere; two bytes more than it has must be readable. */
  static long mac(long address) {
    return Memory.getLong(address) & MAC_MASK;
  }

  /** Writes a MAC address, first byte on the wire lowest in {@code mac}, anywhere. */
  static void putMac(long address, long mac) {
    Memory.putInt(address, (int) mac);
    Memory.putShort(address + 4, (short) (mac >>> 32));
  }
}
