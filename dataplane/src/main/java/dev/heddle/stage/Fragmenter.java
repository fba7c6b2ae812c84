package dev.heddle.stage;

import dev.heddle.memory.Memory;
import dev.heddle.wire.Checksum;
import dev.heddle.wire.Ethernet;
import dev.heddle.wire.Ipv4;

/**
 * Cuts IPv4 packets to an MTU (RFC 791 3.2, RFC 1812 5.2.6), one fragment at a time, from private
 * memory to private memory.
 *
 * <p>The first fragment has all options; the later ones those whose type says that they are to be
 * copied, so their headers may be shorter.
 */
public final class Fragmenter {
  private static final int UNIT_BYTES = 8;
  private static final int COPIED_OPTION = 0x80;
  private static final int OPTION_END = 0;
  private static final int OPTION_NO_OPERATION = 1;

  private Fragmenter() {}

  /**
   * Whether a packet that is too big may be cut.
   *
   * @param frame of its Ethernet header; the IP header was checked, options included
   */
  public static boolean isAllowed(long frame) {
    long ip = frame + Ethernet.HEADER_BYTES;
    return Ipv4.version(ip) == Ipv4.VERSION && !Ipv4.isNotToBeFragmented(ip);
  }

  /**
   * Makes the fragment that begins at some place in the packet's payload.
   *
   * @param frame the packet, with its Ethernet header
   * @param from where in the payload the fragment begins: 0, or what was returned before
   * @param mtuBytes most bytes of the fragment with its IP header, at least 68 (RFC 791 3.2)
   * @param fragment gets it, with the packet's Ethernet header
   * @return where the next fragment begins; the payload's length after the last one
   */
  public static int cut(long frame, int from, int mtuBytes, long fragment) {
    long ip = frame + Ethernet.HEADER_BYTES;
    long cut = fragment + Ethernet.HEADER_BYTES;
    int headerBytes = Ipv4.headerBytes(ip);
    int payloadBytes = Ipv4.totalBytes(ip) - headerBytes;
    Memory.copy(frame, fragment, Ethernet.HEADER_BYTES + (long) headerBytes);
    int cutHeaderBytes = from == 0 ? headerBytes : keepCopiedOptions(ip, cut);
    int room = (mtuBytes - cutHeaderBytes) / UNIT_BYTES * UNIT_BYTES;
    boolean last = payloadBytes - from <= mtuBytes - cutHeaderBytes;
    int bytes = last ? payloadBytes - from : room;
    Memory.copy(ip + headerBytes + from, cut + cutHeaderBytes, bytes);
    int units = Ipv4.fragmentUnits(ip) + from / UNIT_BYTES;
    Ipv4.putFragment(cut, units, !last || Ipv4.hasMoreFragments(ip));
    Ipv4.putLengths(cut, cutHeaderBytes, cutHeaderBytes + bytes);
    Ipv4.putChecksum(cut, 0);
    Ipv4.putChecksum(cut, Checksum.finish(Checksum.sum(cut, cutHeaderBytes)));
    return from + bytes;
  }

  /** Bytes of the IP packet's payload, up to which it is to be cut. */
  public static int payloadBytes(long frame) {
    long ip = frame + Ethernet.HEADER_BYTES;
    return Ipv4.totalBytes(ip) - Ipv4.headerBytes(ip);
  }

  /** Returns the length of the header that is left. */
  private static int keepCopiedOptions(long ip, long cut) {
    int end = Ipv4.headerBytes(ip);
    int at = Ipv4.HEADER_BYTES;
    int to = Ipv4.HEADER_BYTES;
    while (at < end) {
      int type = Byte.toUnsignedInt(Memory.getByte(ip + at));
      if (type == OPTION_END) {
        break;
      }
      int bytes = type == OPTION_NO_OPERATION ? 1 : Byte.toUnsignedInt(Memory.getByte(ip + at + 1));
      if ((type & COPIED_OPTION) != 0) {
        Memory.copy(ip + at, cut + to, bytes);
        to += bytes;
      }
      at += bytes;
    }
    while (to % Integer.BYTES != 0) {
      Memory.putByte(cut + to++, (byte) OPTION_END);
    }
    return to;
  }
}
