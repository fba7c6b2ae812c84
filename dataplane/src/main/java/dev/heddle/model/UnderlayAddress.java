package dev.heddle.model;

/**
 * An uplink's own address of one family (its VTEP address) and who is reached from there.
 *
 * @param address tunnels begin and end here
 * @param prefixLength addresses that share as many bits with it are on the link
 * @param gateway underlay router for nodes that are not on the link; null if there is none
 */
public record UnderlayAddress(IpAddress address, int prefixLength, IpAddress gateway) {
  public UnderlayAddress {
    if (prefixLength < 1 || prefixLength > address.bits()) {
      throw new IllegalArgumentException("prefix length " + prefixLength);
    }
    if (gateway != null && !IpPrefix.containing(address, prefixLength).contains(gateway)) {
      throw new IllegalArgumentException("the gateway is not on the link");
    }
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
