package dev.heddle.model;

import java.util.List;

/**
 * A pod's interface in a network.
 *
 * @param name unique among the endpoints of all networks
 * @param network name of its network
 * @param addresses its own, at least one
 * @param mac its Ethernet address in the low 48 bits, the first byte on the wire lowest; 0 in IP
 *     mode
 * @param mtuBytes largest IP packet towards it; 0: the network's
 * @param allowedSources further source addresses it may use
 * @param attachment how the pod is connected
 * @param workload whose it is
 */
public record Endpoint(
    String name,
    String network,
    List<IpAddress> addresses,
    long mac,
    int mtuBytes,
    List<IpPrefix> allowedSources,
    EndpointAttachment attachment,
    Workload workload) {
  public static final int MAX_ADDRESSES = 64;
  public static final int MAX_ALLOWED_SOURCES = 64;

  /** An endpoint of which it is not told whose it is. */
  public Endpoint(
      String name,
      String network,
      List<IpAddress> addresses,
      long mac,
      int mtuBytes,
      List<IpPrefix> allowedSources,
      EndpointAttachment attachment) {
    this(name, network, addresses, mac, mtuBytes, allowedSources, attachment, Workload.NONE);
  }

  public Endpoint {
    addresses = List.copyOf(addresses);
    allowedSources = List.copyOf(allowedSources);
    if (addresses.isEmpty() || addresses.size() > MAX_ADDRESSES) {
      throw new IllegalArgumentException("number of addresses");
    }
    if (allowedSources.size() > MAX_ALLOWED_SOURCES) {
      throw new IllegalArgumentException("number of allowed sources");
    }
    if (mac >>> 48 != 0 || (mac == 0) != attachment.ipMode()) {
      throw new IllegalArgumentException("MAC address");
    }
  }

  /** Largest IP packet towards it, in a network of this MTU. */
  public int mtuBytes(int networkMtuBytes) {
    return mtuBytes == 0 ? networkMtuBytes : Math.min(mtuBytes, networkMtuBytes);
  }
}
