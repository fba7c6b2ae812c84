package dev.heddle.api.policy;

import java.util.List;
import java.util.Optional;

/**
 * An IP set whose members are the pods that a rule's end names.
 *
 * @param network whose endpoints may be members
 * @param name unique in the network
 * @param peers chooses among them
 * @param port if the set is one of services, with the members' port of this name; else members are
 *     addresses
 */
public record PeerSet(String network, String name, PeerSelector peers, Optional<PortName> port) {
  /**
   * What a rule says of a named port.
   *
   * @param name as pods give it
   * @param protocol IP protocol number that the rule is about
   */
  public record PortName(String name, int protocol) {}

  /** A set of addresses. */
  public static PeerSet ofNets(String network, String name, PeerSelector peers) {
    return new PeerSet(network, name, peers, Optional.empty());
  }

  /** A set of services: addresses, each with the ports of a name. */
  public static PeerSet ofServices(
      String network, String name, PeerSelector peers, String portName, int protocol) {
    return new PeerSet(network, name, peers, Optional.of(new PortName(portName, protocol)));
  }

  /** What an endpoint of the set's network gives to it. */
  List<PeerMember> membersOf(PeerEndpoint endpoint, Namespaces namespaces) {
    if (!peers.chooses(endpoint, namespaces)) {
      return List.of();
    }
    return port.map(endpoint::members).orElseGet(endpoint::members);
  }
}
