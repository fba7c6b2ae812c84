package dev.heddle.model;

import java.util.List;

/**
 * What a kernel interface of a pod shall be like, which follows from its endpoint and its network.
 *
 * @param endpoint name of the endpoint
 * @param attachment where it is
 * @param mac its Ethernet address in the low 48 bits, the first byte on the wire lowest
 * @param mtuBytes largest IP packet
 * @param addresses its own
 * @param routes through the network's gateways
 */
public record KernelDevice(
    String endpoint,
    KernelAttachment attachment,
    long mac,
    int mtuBytes,
    List<Address> addresses,
    List<Route> routes) {
  /** One of its addresses, with as many bits as all hosts of its network share. */
  public record Address(IpAddress address, int prefixLength) {}

  public record Route(IpPrefix destination, IpAddress gateway) {}

  /**
   * What the interface of an endpoint shall be like.
   *
   * @param attachment the endpoint's
   * @param networkMtuBytes the network's largest IP packet
   */
  public static KernelDevice of(
      Endpoint endpoint, KernelAttachment attachment, Network network, int networkMtuBytes) {
    return new KernelDevice(
        endpoint.name(),
        attachment,
        endpoint.mac(),
        endpoint.mtuBytes(networkMtuBytes),
        endpoint.addresses().stream()
            .map(address -> new Address(address, network.range(address.ipv6()).length()))
            .toList(),
        attachment.routes().stream()
            .map(route -> new Route(route, network.gateway(route.ipv6())))
            .toList());
  }
}
