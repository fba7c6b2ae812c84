package dev.heddle.compile.policy;

import dev.heddle.model.IpPrefix;

/**
 * What a packet must be like, in every dimension; a rule that offers a choice between two of these
 * has both.
 *
 * @param sourceSets numbers of IP sets of the network
 * @param destinationServices numbers of IP sets whose members have a protocol and port each, which
 *     the packet's must be; none can be excluded
 * @param protocols as {@link PortRange#protocol} and {@link PortRange#version} have them
 * @param sourcePorts or ICMP types
 * @param destinationPorts or ICMP codes
 */
public record Condition(
    Among<IpPrefix> sourceNets,
    Among<IpPrefix> destinationNets,
    Among<Integer> sourceSets,
    Among<Integer> destinationSets,
    Among<Integer> destinationServices,
    Among<PortRange> protocols,
    Among<PortRange> sourcePorts,
    Among<PortRange> destinationPorts) {
  public Condition {
    if (!destinationServices.none().isEmpty()) {
      throw new IllegalArgumentException("services are excluded: " + destinationServices.none());
    }
  }
}
