package dev.heddle.stage;

import dev.heddle.memory.Memory;
import dev.heddle.wire.IpProtocol;
import dev.heddle.wire.Ipv6;

/**
 * Options of a packet for the router itself, in hop-by-hop and destination options headers (RFC
 * 8200 4.2). Padding and router alert are known, and have no effect; the type of any other option
 * says what to do with the packet.
 */
final class Ip6Options {
  static final int GOOD = 0;

  /** Besides the offset of an unknown option: the sender is to be told. */
  static final int TELL = 1 << 16;

  static final int BROKEN = -1;

  private static final int FIRST_OPTION = 2;
  private static final int PAD_1 = 0;
  private static final int PAD_N = 1;
  private static final int ROUTER_ALERT = 5;

  /** The type's first two bits: skip it, drop silently, drop and tell, tell unless multicast. */
  private static final int ACTION_SHIFT = 6;

  private static final int SKIP = 0;
  private static final int DROP = 1;

  private Ip6Options() {}

  /**
   * Looks at the options of all headers that {@link Ip6Extensions#walk} found to be there.
   *
   * @param upperOffset where they end
   * @return {@link #GOOD}; {@link #BROKEN} where options run beyond their header; or the offset of
   *     the first one because of which the packet is dropped, perhaps with {@link #TELL}
   */
  static int verdict(long ip, int upperOffset) {
    int protocol = Ipv6.nextHeader(ip);
    int at = Ipv6.HEADER_BYTES;
    while (at < upperOffset) {
      int bytes = Ip6Extensions.headerBytes(ip + at, protocol);
      if (protocol == IpProtocol.HOP_BY_HOP || protocol == IpProtocol.DESTINATION_OPTIONS) {
        int verdict = headerVerdict(ip, at + FIRST_OPTION, at + bytes);
        if (verdict != GOOD) {
          return verdict;
        }
      }
      protocol = Byte.toUnsignedInt(Memory.getByte(ip + at));
      at += bytes;
    }
    return GOOD;
  }

  private static int headerVerdict(long ip, int from, int end) {
    int at = from;
    while (at < end) {
      int type = Byte.toUnsignedInt(Memory.getByte(ip + at));
      if (type == PAD_1) {
        at++;
        continue;
      }
      int next = at + 1 < end ? at + 2 + Byte.toUnsignedInt(Memory.getByte(ip + at + 1)) : end + 1;
      if (next > end) {
        return BROKEN;
      }
      int action = type == PAD_N || type == ROUTER_ALERT ? SKIP : type >>> ACTION_SHIFT;
      if (action != SKIP) {
        return action == DROP ? at : at | TELL;
      }
      at = next;
    }
    return GOOD;
  }
}
