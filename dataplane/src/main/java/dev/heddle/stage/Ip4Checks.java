package dev.heddle.stage;

import dev.heddle.observe.DropReason;
import dev.heddle.wire.Ipv4;

/**
 * What must hold for an IPv4 header before anything else is done with the packet (RFC 1812 5.2.2,
 * 5.3.7).
 *
 * <p>The rules, in this order; the first that fails names the reason:
 *
 * <ol>
 *   <li>{@code TOO_SHORT}: 20 bytes are there
 *   <li>{@code IP4_BAD_VERSION}: version is 4
 *   <li>{@code IP4_BAD_HEADER_LENGTH}: header length is at least 20 bytes and within the frame
 *   <li>{@code IP4_BAD_TOTAL_LENGTH}: total length is at least the header's and within the frame; a
 *       shorter one is padding, which is no error and not part of the packet
 *   <li>{@code IP4_BAD_CHECKSUM}: the header's ones' complement sum, options included, is 0xffff
 *   <li>{@code MULTICAST_UNSUPPORTED}: destination is neither in 224.0.0.0/4 nor 255.255.255.255
 *   <li>{@code IP4_MARTIAN_SOURCE}: source is in none of 0.0.0.0/8, 127.0.0.0/8, 224.0.0.0/4,
 *       240.0.0.0/4
 *   <li>{@code IP4_MARTIAN_DESTINATION}: destination is in none of 0.0.0.0/8, 127.0.0.0/8,
 *       240.0.0.0/4
 * </ol>
 *
 * Multicast comes before the source, so that a host that looks for a DHCP server (source 0.0.0.0,
 * destination 255.255.255.255) counts as what it is. 169.254.0.0/16 and private ranges are
 * addresses like any other: a route decides.
 */
public final class Ip4Checks {
  private Ip4Checks() {}

  /**
   * Checks a header.
   *
   * @param ip address of the header
   * @param availableBytes bytes of the frame from there on
   * @return 0 if every rule holds, else the reason's ordinal + 1
   */
  public static int verdict(long ip, int availableBytes) {
    if (!Ipv4.isComplete(availableBytes)) {
      return because(DropReason.TOO_SHORT);
    }
    if (Ipv4.version(ip) != Ipv4.VERSION) {
      return because(DropReason.IP4_BAD_VERSION);
    }
    int headerBytes = Ipv4.headerBytes(ip);
    if (headerBytes < Ipv4.HEADER_BYTES || headerBytes > availableBytes) {
      return because(DropReason.IP4_BAD_HEADER_LENGTH);
    }
    int totalBytes = Ipv4.totalBytes(ip);
    if (totalBytes < headerBytes || totalBytes > availableBytes) {
      return because(DropReason.IP4_BAD_TOTAL_LENGTH);
    }
    if (!Ipv4.isChecksumRight(ip, headerBytes)) {
      return because(DropReason.IP4_BAD_CHECKSUM);
    }
    return addressVerdict(Ipv4.source(ip), Ipv4.destination(ip));
  }

  private static int addressVerdict(int source, int destination) {
    if (isGroup(destination)) {
      return because(DropReason.MULTICAST_UNSUPPORTED);
    }
    if (isMartian(source)) {
      return because(DropReason.IP4_MARTIAN_SOURCE);
    }
    return isMartian(destination) ? because(DropReason.IP4_MARTIAN_DESTINATION) : 0;
  }

  /** Whether packets to this address go to many: multicast or limited broadcast. */
  private static boolean isGroup(int address) {
    return address >>> 28 == 0xe || address == -1;
  }

  /** Whether the address is in 0/8, 127/8, 224/4 or 240/4, none of which one host may have. */
  private static boolean isMartian(int address) {
    int net = address >>> 24;
    return net == 0 || net == 127 || net >= 224;
  }

  private static int because(DropReason reason) {
    return reason.ordinal() + 1;
  }
}
