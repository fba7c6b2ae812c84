package dev.heddle.model;

import java.util.List;

/**
 * What one end of a packet must be like; empty lists say nothing.
 *
 * @param nets one of which has its address
 * @param notNets none of which does
 * @param ports one of which has its port
 * @param notPorts none of which does
 * @param ipSets one of which has its address; names of sets of the rule's network
 * @param notIpSets none of which does
 */
public record PolicyPeer(
    List<IpPrefix> nets,
    List<IpPrefix> notNets,
    List<Ports> ports,
    List<Ports> notPorts,
    List<String> ipSets,
    List<String> notIpSets) {
  /** Anybody. */
  public static final PolicyPeer ANY =
      new PolicyPeer(List.of(), List.of(), List.of(), List.of(), List.of(), List.of());

  public PolicyPeer {
    nets = List.copyOf(nets);
    notNets = List.copyOf(notNets);
    ports = List.copyOf(ports);
    notPorts = List.copyOf(notPorts);
    ipSets = List.copyOf(ipSets);
    notIpSets = List.copyOf(notIpSets);
  }

  /**
   * Ports.
   *
   * @param first 0 to 65,535
   * @param last not below {@code first}
   */
  public record Ports(int first, int last) {
    public Ports {
      if (first < 0 || last < first || last > 65_535) {
        throw new IllegalArgumentException("ports " + first + " to " + last);
      }
    }
  }
}
