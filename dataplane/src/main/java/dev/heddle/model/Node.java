package dev.heddle.model;

import java.util.List;

/**
 * Another node, which carries the same networks.
 *
 * @param name unique among nodes
 * @param routerMac Ethernet address that its router takes tunnelled frames at: the low 48 bits, the
 *     first byte on the wire lowest
 * @param vteps where its tunnels end: at most one IPv4 and one IPv6 address on a physical network
 * @param acceptsZeroUdp6Checksum whether it takes UDP over IPv6 without a checksum
 */
public record Node(String name, long routerMac, List<Vtep> vteps, boolean acceptsZeroUdp6Checksum) {
  /** Nodes there may be. */
  public static final int MAX_NODES = 4096;

  public static final int MAX_VTEPS = 2 * Uplink.MAX_UPLINKS;

  public Node {
    vteps = List.copyOf(vteps);
    if (vteps.isEmpty() || vteps.size() > MAX_VTEPS) {
      throw new IllegalArgumentException("number of VTEPs");
    }
    if (routerMac == 0 || routerMac >>> 48 != 0) {
      throw new IllegalArgumentException("MAC address");
    }
  }

  /** Its address of one family on a physical network; null if it has none. */
  public IpAddress vtep(String physicalNetwork, boolean ipv6) {
    for (Vtep vtep : vteps) {
      if (vtep.address().ipv6() == ipv6 && vtep.physicalNetwork().equals(physicalNetwork)) {
        return vtep.address();
      }
    }
    return null;
  }

  /**
   * Where tunnels from an uplink of ours to this node end: IPv4, which costs less, where both have
   * it; null if they have no address family in common, or nothing leads to the address.
   */
  public IpAddress tunnelEnd(Uplink uplink) {
    for (boolean ipv6 : new boolean[] {false, true}) {
      IpAddress remote = vtep(uplink.name(), ipv6);
      UnderlayAddress own = uplink.address(ipv6);
      if (remote != null && own != null && own.nextHop(remote) != null) {
        return remote;
      }
    }
    return null;
  }
}
