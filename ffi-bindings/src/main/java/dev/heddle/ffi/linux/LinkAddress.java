package dev.heddle.ffi.linux;

import java.net.InetAddress;

/**
 * An address of a network interface.
 *
 * @param prefixLength how many of its bits all hosts on the link share
 * @param protocol who gave it, 1 to 255 (IFA_PROTO); 0 where that is not known, as in kernels
 *     before 5.18
 */
public record LinkAddress(InetAddress address, int prefixLength, int protocol) {
  /** Whether the two are but for who gave them. */
  public boolean isSameAs(LinkAddress other) {
    return address.equals(other.address) && prefixLength == other.prefixLength;
  }

  public boolean ipv6() {
    return address.getAddress().length == Rtnetlink.IPV6_BYTES;
  }

  @Override
  public String toString() {
    return address.getHostAddress() + "/" + prefixLength;
  }
}
