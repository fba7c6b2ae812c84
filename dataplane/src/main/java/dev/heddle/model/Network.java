package dev.heddle.model;

import java.util.stream.Stream;

/**
 * A network: one routing table that shares nothing with another network's.
 *
 * @param name unique among networks
 * @param vni VXLAN network identifier, 24 bits, unique among networks
 * @param range4 IPv4 range; null if there is none
 * @param range6 IPv6 range; null if there is none
 * @param gateway4 the router's own address in {@code range4}; null with it
 * @param gateway6 the router's own address in {@code range6}; null with it
 * @param mtuBytes largest IP packet; 0: as large as its uplink's tunnels carry
 * @param physicalNetwork name of the physical network, and of the uplink, that carries it to other
 *     nodes; empty: the default one
 * @param countRoutes whether each route counts its packets
 * @param quota how much of the node it may take
 * @param isDefault whether policy rules that name no network apply to it
 */
public record Network(
    String name,
    int vni,
    IpPrefix range4,
    IpPrefix range6,
    IpAddress gateway4,
    IpAddress gateway6,
    int mtuBytes,
    String physicalNetwork,
    boolean countRoutes,
    Quota quota,
    boolean isDefault) {
  public static final int MAX_VNI = 0xff_ffff;
  public static final int MIN_MTU_BYTES = 1280;
  public static final int MAX_MTU_BYTES = 9216;

  /** Without an uplink, where nothing else is said. */
  public static final int DEFAULT_MTU_BYTES = 1500;

  /**
   * How much of the node a network may take.
   *
   * @param maxRoutes routes that operators made; 0: no limit of its own
   * @param maxEndpoints on this node; 0: no limit of its own
   */
  public record Quota(long maxRoutes, int maxEndpoints) {
    public static final Quota NONE = new Quota(0, 0);
  }

  /** A network without quota, which is not the default one. */
  public Network(
      String name,
      int vni,
      IpPrefix range4,
      IpPrefix range6,
      IpAddress gateway4,
      IpAddress gateway6,
      int mtuBytes,
      String physicalNetwork,
      boolean countRoutes) {
    this(
        name,
        vni,
        range4,
        range6,
        gateway4,
        gateway6,
        mtuBytes,
        physicalNetwork,
        countRoutes,
        Quota.NONE,
        false);
  }

  public Network {
    if (vni < 1 || vni > MAX_VNI) {
      throw new IllegalArgumentException("VNI " + vni);
    }
    if (range4 == null && range6 == null) {
      throw new IllegalArgumentException("a network needs a range");
    }
    if (!inside(range4, gateway4) || !inside(range6, gateway6)) {
      throw new IllegalArgumentException("a gateway lies in its range");
    }
    if (mtuBytes != 0 && (mtuBytes < MIN_MTU_BYTES || mtuBytes > MAX_MTU_BYTES)) {
      throw new IllegalArgumentException("MTU " + mtuBytes);
    }
  }

  private static boolean inside(IpPrefix range, IpAddress gateway) {
    return range == null ? gateway == null : gateway != null && range.contains(gateway);
  }

  /**
   * Largest IP packet, whether it was given or not.
   *
   * @param uplink the one that carries it; null if there is none
   */
  public int mtuBytes(Uplink uplink) {
    if (mtuBytes != 0) {
      return mtuBytes;
    }
    return uplink == null ? DEFAULT_MTU_BYTES : uplink.networkMtuBytes();
  }

  /** The range of one family; null if there is none. */
  public IpPrefix range(boolean ipv6) {
    return ipv6 ? range6 : range4;
  }

  /** The router's own address of one family; null if there is none. */
  public IpAddress gateway(boolean ipv6) {
    return ipv6 ? gateway6 : gateway4;
  }

  /** Addresses that no route may have, because packets to them end here. */
  public Stream<IpAddress> ownAddresses() {
    return Stream.of(gateway4, gateway6, broadcast4()).filter(address -> address != null);
  }

  /** The last address of the IPv4 range, which means all of it (RFC 1812 5.3.5); null without. */
  public IpAddress broadcast4() {
    return range4 == null
        ? null
        : IpAddress.v4(range4.address().asInt() | ~IpPrefix.mask4(range4.length()));
  }

  /** Whether this is one of {@link #ownAddresses}. */
  public boolean isOwn(IpAddress address) {
    return isGateway(address) || address.equals(broadcast4());
  }

  /** Whether this is one of the router's own addresses. */
  public boolean isGateway(IpAddress address) {
    return address.equals(gateway4) || address.equals(gateway6);
  }
}
