package dev.heddle.wire;

import dev.heddle.memory.Memory;

/**
 * The Internet checksum (RFC 1071) and its incremental update (RFC 1624).
 *
 * <p>A running sum is a long in memory order: ones' complement addition does not mind the byte
 * order (RFC 1071 2 B), so nothing is swapped before {@link #finish}. It holds sums over far more
 * than a packet has.
 */
public final class Checksum {
  private Checksum() {}

  /** Running sum over {@code bytes} bytes. */
  public static long sum(long address, int bytes) {
    return sum(address, bytes, 0);
  }

  /** Continues a running sum; all parts before it must have had an even length. */
  public static long sum(long address, int bytes, long runningSum) {
    long sum = runningSum;
    int at = 0;
    for (; at + Long.BYTES <= bytes; at += Long.BYTES) {
      long word = Memory.getLong(address + at);
      sum += (word & 0xffff_ffffL) + (word >>> 32);
    }
    for (; at + Short.BYTES <= bytes; at += Short.BYTES) {
      sum += Short.toUnsignedLong(Memory.getShort(address + at));
    }
    if (at < bytes) {
      sum += Byte.toUnsignedLong(Memory.getByte(address + at));
    }
    return sum;
  }

  /** The value of the checksum field, host byte order, for data whose field was 0. */
  public static int finish(long runningSum) {
    return Short.toUnsignedInt(Short.reverseBytes((short) ~fold(runningSum)));
  }

  /** Whether data summed with its checksum field is intact. */
  public static boolean isRight(long runningSum) {
    return fold(runningSum) == 0xffff;
  }

  /**
   * The checksum after one 16-bit word of the data changed (RFC 1624, equation 3). All values are
   * in host byte order.
   */
  public static int update(int checksum, int oldWord, int newWord) {
    return ~fold((~checksum & 0xffff) + (~oldWord & 0xffff) + newWord) & 0xffff;
  }

  private static int fold(long sum) {
    long folded = (sum & 0xffff_ffffL) + (sum >>> 32);
    folded = (folded & 0xffff) + (folded >>> 16);
    folded = (folded & 0xffff) + (folded >>> 16);
    folded = (folded & 0xffff) + (folded >>> 16);
    return (int) folded;
  }
}
