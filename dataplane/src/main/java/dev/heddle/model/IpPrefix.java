package dev.heddle.model;

/**
 * A range of addresses that share their first bits.
 *
 * @param address its first address; bits beyond the length are zero
 * @param length number of shared bits, 0 to 32 or 0 to 128
 */
public record IpPrefix(IpAddress address, int length) {
  public IpPrefix {
    if (length < 0 || length > address.bits()) {
      throw new IllegalArgumentException("prefix length " + length);
    }
    if (!masked(address, length).equals(address)) {
      throw new IllegalArgumentException("bits beyond the prefix length are set");
    }
  }

  /** The prefix of this length that the address lies in. */
  public static IpPrefix containing(IpAddress address, int length) {
    return new IpPrefix(masked(address, length), length);
  }

  public boolean ipv6() {
    return address.ipv6();
  }

  public boolean contains(IpAddress candidate) {
    return candidate.ipv6() == ipv6() && masked(candidate, length).equals(address);
  }

  /** Whether the two have an address in common. */
  public boolean overlaps(IpPrefix other) {
    return length <= other.length ? contains(other.address) : other.contains(address);
  }

  /** The IPv4 mask of this length, 0 to 32, in host byte order. */
  public static int mask4(int length) {
    return length == 0 ? 0 : -1 << 32 - length;
  }

  /** The mask of the first 64 bits of an IPv6 prefix of this length, 0 to 128. */
  public static long mask6High(int length) {
    return length == 0 ? 0 : length >= 64 ? -1L : -1L << 64 - length;
  }

  /** The mask of the last 64 bits of an IPv6 prefix of this length, 0 to 128. */
  public static long mask6Low(int length) {
    return length <= 64 ? 0 : -1L << 128 - length;
  }

  private static IpAddress masked(IpAddress address, int length) {
    return address.ipv6()
        ? IpAddress.v6(address.high() & mask6High(length), address.low() & mask6Low(length))
        : IpAddress.v4(address.asInt() & mask4(length));
  }
}
