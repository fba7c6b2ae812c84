package dev.heddle.table;

/**
 * Arithmetic on addresses and prefixes of both families: 128 bits in two longs, left-aligned, so
 * that an IPv4 address is the upper half of the high one.
 */
final class Prefixes {
  private Prefixes() {}

  /** The high long with only the first {@code length} bits of the address kept. */
  static long maskHigh(long high, int length) {
    return length >= 64 ? high : length == 0 ? 0 : high & -1L << 64 - length;
  }

  /** The low long with only the first {@code length} bits of the address kept. */
  static long maskLow(long low, int length) {
    return length >= 128 ? low : length <= 64 ? 0 : low & -1L << 128 - length;
  }

  /** Whether a prefix covers an address. */
  static boolean covers(long prefixHigh, long prefixLow, int length, long high, long low) {
    return maskHigh(prefixHigh ^ high, length) == 0 && maskLow(prefixLow ^ low, length) == 0;
  }

  /** How many first bits two addresses have in common, 0 to 128. */
  static int commonBits(long high1, long low1, long high2, long low2) {
    return high1 != high2
        ? Long.numberOfLeadingZeros(high1 ^ high2)
        : 64 + Long.numberOfLeadingZeros(low1 ^ low2);
  }

  /** Eight bits of an address from bit {@code depth}, a multiple of eight below 128. */
  static int octet(long high, long low, int depth) {
    return (int) ((depth < 64 ? high >>> 56 - depth : low >>> 120 - depth) & 0xff);
  }

  /** The high long with eight bits at {@code depth}, zero before, set. */
  static long withOctetHigh(long high, int depth, int octet) {
    return depth < 64 ? high | (long) octet << 56 - depth : high;
  }

  /** The low long with eight bits at {@code depth}, zero before, set. */
  static long withOctetLow(long low, int depth, int octet) {
    return depth < 64 ? low : low | (long) octet << 120 - depth;
  }

  /** Orders by address, then shorter prefixes first, so that a prefix comes before those inside. */
  static int compare(long high1, long low1, int length1, long high2, long low2, int length2) {
    int order = Long.compareUnsigned(high1, high2);
    if (order == 0) {
      order = Long.compareUnsigned(low1, low2);
    }
    return order != 0 ? order : length1 - length2;
  }
}
