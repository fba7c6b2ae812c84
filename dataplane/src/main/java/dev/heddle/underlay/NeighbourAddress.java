package dev.heddle.underlay;

/**
 * A neighbour's IP address on the link of one uplink, in host byte order.
 *
 * @param interfaceIndex the uplink's
 * @param ipv6 the family
 * @param high first 64 bits of an IPv6 address; 0 for IPv4
 * @param low last 64 bits of an IPv6 address; an IPv4 address in the low 32 bits
 */
public record NeighbourAddress(int interfaceIndex, boolean ipv6, long high, long low) {
  public static NeighbourAddress v4(int interfaceIndex, int address) {
    return new NeighbourAddress(interfaceIndex, false, 0, Integer.toUnsignedLong(address));
  }

  public static NeighbourAddress v6(int interfaceIndex, long high, long low) {
    return new NeighbourAddress(interfaceIndex, true, high, low);
  }
}
