package dev.heddle.model;

/**
 * An uplink's own address of one family (its VTEP address) and who is reached from there.
 *
 * @param address tunnels begin and end here
 * @param prefixLength addresses that share as many bits with it are on the link
 * @param gateway underlay router for nodes that are not on the link; null if there is none
 */
public record UnderlayAddress(IpAddress address, int prefixLength, IpAddress gateway) {
  private static final IpPrefix LINK_LOCAL =
      new IpPrefix(IpAddress.v6(0xfe80_0000_0000_0000L, 0), 10);

  public UnderlayAddress {
    if (prefixLength < 1 || prefixLength > address.bits()) {
      throw new IllegalArgumentException("prefix length " + prefixLength);
    }
    if (gateway != null && !reaches(address, prefixLength, gateway)) {
      throw new IllegalArgumentException("the gateway is not on the link");
    }
  }

  /** Whether a gateway is on the link, where IPv6 has link-local addresses, too (RFC 4291). */
  public static boolean reaches(IpAddress address, int prefixLength, IpAddress gateway) {
    return IpPrefix.containing(address, prefixLength).contains(gateway)
        || address.ipv6() && LINK_LOCAL.contains(gateway);
  }

  /** Addresses that are reached without a gateway. */
  public IpPrefix onLink() {
    return IpPrefix.containing(address, prefixLength);
  }

  /** Who gets the frames for another node's address; null if nobody leads there. */
  public IpAddress nextHop(IpAddress remote) {
    return onLink().contains(remote) ? remote : gateway;
  }
}
