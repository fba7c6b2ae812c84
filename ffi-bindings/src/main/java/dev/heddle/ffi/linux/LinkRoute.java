package dev.heddle.ffi.linux;

import java.net.InetAddress;

/**
 * A route of a namespace's main table that leads through a network interface.
 *
 * @param destination first address of what it leads to
 * @param prefixLength how many bits of it count
 * @param gateway of the same family
 * @param protocol who made it, 1 to 255, see rtnetlink(7)
 */
public record LinkRoute(
    InetAddress destination, int prefixLength, InetAddress gateway, int protocol) {
  boolean ipv6() {
    return destination.getAddress().length == Rtnetlink.IPV6_BYTES;
  }

  @Override
  public String toString() {
    return "%s/%d via %s"
        .formatted(destination.getHostAddress(), prefixLength, gateway.getHostAddress());
  }
}
