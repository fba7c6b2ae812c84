package dev.heddle.model;

import java.util.stream.Stream;

/**
 * An interface that carries tunnels to other nodes, on one physical network; or that leads to the
 * outside of one network, whose packets leave and arrive there as they are.
 *
 * @param name of the physical network, unique among uplinks; empty: the default one
 * @param network name of the network whose outside it leads to; empty: it carries tunnels
 * @param ipv4 its own IPv4 address; null if it has none
 * @param ipv6 its own IPv6 address; null if it has none
 * @param mtuBytes largest IP packet that it carries, tunnel headers included
 * @param mac its Ethernet address in the low 48 bits, the first byte on the wire lowest; 0: the
 *     device's own, or {@link #derivedMac} for a memif
 * @param attachment how it is connected
 */
public record Uplink(
    String name,
    String network,
    UnderlayAddress ipv4,
    UnderlayAddress ipv6,
    int mtuBytes,
    long mac,
    UplinkAttachment attachment) {
  /** Uplinks there may be. */
  public static final int MAX_UPLINKS = 8;

  /** Gateways on the link of an uplink outside that routes may name. */
  public static final int MAX_GATEWAYS = 1024;

  public static final int MAX_MTU_BYTES = 9216;
  public static final int DEFAULT_MTU_BYTES = 1500;

  /**
   * What a tunnel over IPv4 adds to an IP packet: IPv4, UDP, VXLAN and the inner Ethernet header.
   */
  public static final int OVERHEAD4_BYTES = 20 + 8 + 8 + 14;

  /** What a tunnel over IPv6 adds to an IP packet. */
  public static final int OVERHEAD6_BYTES = 40 + 8 + 8 + 14;

  private static final long LOCALLY_ADMINISTERED = 0x02;
  private static final long FIRST_BYTE = 0xff;
  private static final long MAC_MASK = 0xffff_ffff_ffffL;
  private static final long MIX = 0x9e37_79b9_7f4a_7c15L;

  public Uplink {
    if (ipv4 == null && ipv6 == null) {
      throw new IllegalArgumentException("an uplink needs an address");
    }
    if (ipv4 != null && ipv4.address().ipv6() || ipv6 != null && !ipv6.address().ipv6()) {
      throw new IllegalArgumentException("address family");
    }
    if (name.isEmpty() && !network.isEmpty()) {
      throw new IllegalArgumentException("an uplink outside has a name");
    }
    if (mtuBytes < minMtuBytes(!network.isEmpty(), ipv6 != null) || mtuBytes > MAX_MTU_BYTES) {
      throw new IllegalArgumentException("MTU " + mtuBytes);
    }
    if (mac >>> 48 != 0) {
      throw new IllegalArgumentException("MAC address");
    }
  }

  /** The smallest MTU that leaves networks theirs, outside or through tunnels. */
  public static int minMtuBytes(boolean outside, boolean ipv6) {
    if (outside) {
      return Network.MIN_MTU_BYTES;
    }
    return Network.MIN_MTU_BYTES + (ipv6 ? OVERHEAD6_BYTES : OVERHEAD4_BYTES);
  }

  /** Whether it leads to the outside of a network, instead of carrying tunnels. */
  public boolean leadsOutside() {
    return !network.isEmpty();
  }

  /** The name of its interface, under which its counters stand. */
  public String interfaceName() {
    return name.isEmpty() ? "uplink" : "uplink:" + name;
  }

  /** Whether another host on its link may have this address. */
  public boolean hasOnLink(IpAddress other) {
    UnderlayAddress own = address(other.ipv6());
    return own != null && !own.address().equals(other) && own.onLink().contains(other);
  }

  /** Its address of one family; null if it has none. */
  public UnderlayAddress address(boolean ipv6) {
    return ipv6 ? this.ipv6 : ipv4;
  }

  /** Its own addresses. */
  public Stream<UnderlayAddress> addresses() {
    return Stream.of(ipv4, ipv6).filter(address -> address != null);
  }

  /** The largest IP packet of a network that fits into every tunnel of this uplink. */
  public int networkMtuBytes() {
    return pathMtuBytes(ipv6 != null);
  }

  /** The largest IP packet of a network that fits into a tunnel over one family. */
  public int pathMtuBytes(boolean tunnelIpv6) {
    return mtuBytes - (tunnelIpv6 ? OVERHEAD6_BYTES : OVERHEAD4_BYTES);
  }

  /**
   * A locally administered Ethernet address that follows from name and addresses, so that it is the
   * same after a restart and differs from other nodes'.
   */
  public long derivedMac() {
    long hash = name.hashCode();
    for (UnderlayAddress own : addresses().toList()) {
      hash = (hash + own.address().high()) * MIX;
      hash = (hash ^ hash >>> 29 ^ own.address().low()) * MIX;
    }
    return (hash ^ hash >>> 32) & MAC_MASK & ~FIRST_BYTE | LOCALLY_ADMINISTERED;
  }
}
