package dev.heddle.wire;

import dev.heddle.memory.Memory;

/**
 * ARP for IPv4 over Ethernet (RFC 826).
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |        Hardware Type          |         Protocol Type         |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |  Hw Length    | Proto Length  |          Operation            |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                  Sender Hardware Address                      |
 * +                               +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                               |   Sender Protocol Address     |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |   ... sender protocol         |                               |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+   Target Hardware Address     +
 * |                                                               |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                  Target Protocol Address                      |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * </pre>
 */
public final class Arp {
  public static final int PACKET_BYTES = 28;

  public static final int OPERATION_REQUEST = 1;
  public static final int OPERATION_REPLY = 2;

  private static final int OPERATION = 6;
  private static final int SENDER_HARDWARE = 8;
  private static final int SENDER_PROTOCOL = 14;
  private static final int TARGET_HARDWARE = 18;
  private static final int TARGET_PROTOCOL = 24;

  /** Hardware type 1, protocol type 0x0800, lengths 6 and 4: Ethernet and IPv4. */
  private static final long ETHERNET_AND_IPV4 = 0x0001_0800_0604L;

  private Arp() {}

  /** Whether all {@value #PACKET_BYTES} bytes are there. */
  public static boolean isComplete(int availableBytes) {
    return availableBytes >= PACKET_BYTES;
  }

  /** Whether types and lengths say Ethernet and IPv4, so that the addresses stand as drawn. */
  public static boolean isEthernetAndIpv4(long address) {
    return Memory.getLongBe(address) >>> 16 == ETHERNET_AND_IPV4;
  }

  public static int operation(long address) {
    return Memory.getShortBe(address + OPERATION);
  }

  /** The sender's MAC address, first byte on the wire lowest. */
  public static long senderHardware(long address) {
    return Ethernet.mac(address + SENDER_HARDWARE);
  }

  public static int senderProtocol(long address) {
    return Memory.getIntBe(address + SENDER_PROTOCOL);
  }

  public static int targetProtocol(long address) {
    return Memory.getIntBe(address + TARGET_PROTOCOL);
  }

  /**
   * Writes a request: who has {@code target}?
   *
   * @param mac who asks, first byte on the wire lowest
   * @param sender who asks
   */
  public static void writeRequest(long address, long mac, int sender, int target) {
    Memory.putLongBe(address, ETHERNET_AND_IPV4 << 16 | OPERATION_REQUEST);
    Ethernet.putMac(address + SENDER_HARDWARE, mac);
    Memory.putIntBe(address + SENDER_PROTOCOL, sender);
    Ethernet.putMac(address + TARGET_HARDWARE, 0);
    Memory.putIntBe(address + TARGET_PROTOCOL, target);
  }

  /**
   * Turns a request into its reply: the answer to "who has the target address" is {@code mac}, the
   * asker becomes the target.
   */
  public static void answer(long address, long mac) {
    int asked = Memory.getInt(address + TARGET_PROTOCOL);
    Memory.putInt(address + TARGET_HARDWARE, Memory.getInt(address + SENDER_HARDWARE));
    Memory.putShort(address + TARGET_HARDWARE + 4, Memory.getShort(address + SENDER_HARDWARE + 4));
    Memory.putInt(address + TARGET_PROTOCOL, Memory.getInt(address + SENDER_PROTOCOL));
    Ethernet.putMac(address + SENDER_HARDWARE, mac);
    Memory.putInt(address + SENDER_PROTOCOL, asked);
    Memory.putShortBe(address + OPERATION, OPERATION_REPLY);
  }
}
