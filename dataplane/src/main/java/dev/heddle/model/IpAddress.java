package dev.heddle.model;

/**
 * An IPv4 or IPv6 address in host byte order.
 *
 * @param ipv6 the family
 * @param high first 64 bits of an IPv6 address; 0 for IPv4
 * @param low last 64 bits of an IPv6 address; an IPv4 address in the low 32 bits
 */
public record IpAddress(boolean ipv6, long high, long low) implements Comparable<IpAddress> {
  public IpAddress {
    if (!ipv6 && (high != 0 || low >>> 32 != 0)) {
      throw new IllegalArgumentException("an IPv4 address has 32 bits");
    }
  }

  /** An IPv4 address from its 32 bits in host byte order. */
  public static IpAddress v4(int address) {
    return new IpAddress(false, 0, Integer.toUnsignedLong(address));
  }

  public static IpAddress v6(long high, long low) {
    return new IpAddress(true, high, low);
  }

  /** Number of bits of an address of this family. */
  public int bits() {
    return ipv6 ? 128 : 32;
  }

  /** The IPv4 address in host byte order; 0 for an IPv6 address. */
  public int asInt() {
    return ipv6 ? 0 : (int) low;
  }

  /** The address as many steps further. */
  public IpAddress plus(int steps) {
    long sum = low + steps;
    return ipv6 ? v6(Long.compareUnsigned(sum, low) < 0 ? high + 1 : high, sum) : v4((int) sum);
  }

  /** In the order of their bits, IPv4 before IPv6. */
  @Override
  public int compareTo(IpAddress other) {
    int byFamily = Boolean.compare(ipv6, other.ipv6);
    int byHigh = Long.compareUnsigned(high, other.high);
    return byFamily != 0 ? byFamily : byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
  }
}
