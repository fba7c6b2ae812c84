package dev.heddle.stage;

import dev.heddle.memory.Memory;
import dev.heddle.wire.Ipv4;

/**
 * IPv4 options of a packet that is forwarded or for the router (RFC 791 3.1, RFC 7126).
 *
 * <p>Source routes are refused. All other options are left as they are, so a recorded route or
 * timestamp does not name this router, and router alert has no effect.
 */
final class Ip4Options {
  static final int GOOD = 0;
  static final int SOURCE_ROUTE = -1;

  private static final int END = 0;
  private static final int NO_OPERATION = 1;
  private static final int LOOSE_SOURCE_ROUTE = 131;
  private static final int STRICT_SOURCE_ROUTE = 137;

  private Ip4Options() {}

  /**
   * Walks the options of a header that {@link Ip4Checks} accepted.
   *
   * @return {@link #GOOD}, {@link #SOURCE_ROUTE}, or the offset in the header of an option whose
   *     length is wrong
   */
  static int verdict(long ip) {
    int end = Ipv4.headerBytes(ip);
    int at = Ipv4.HEADER_BYTES;
    while (at < end) {
      int type = Byte.toUnsignedInt(Memory.getByte(ip + at));
      if (type == END) {
        return GOOD;
      }
      if (type == NO_OPERATION) {
        at++;
        continue;
      }
      if (type == LOOSE_SOURCE_ROUTE || type == STRICT_SOURCE_ROUTE) {
        return SOURCE_ROUTE;
      }
      int bytes = at + 1 < end ? Byte.toUnsignedInt(Memory.getByte(ip + at + 1)) : 0;
      if (bytes < 2 || at + bytes > end) {
        return at;
      }
      at += bytes;
    }
    return GOOD;
  }
}
