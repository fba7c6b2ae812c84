package dev.heddle.api.policy;

import com.google.protobuf.ByteString;
import dev.heddle.api.Addresses;
import dev.heddle.api.v1.Endpoint;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A pod's interface in a network, on whatever node, as rules see it that name pods by labels.
 *
 * @param name unique in the cluster
 * @param network that its addresses mean something in
 * @param namespace of its pod; empty if none
 * @param labels all of them ({@link EndpointLabels#of})
 * @param addresses 4 or 16 bytes each, network byte order
 * @param ports that its pod names
 */
public record PeerEndpoint(
    String name,
    String network,
    String namespace,
    Map<String, String> labels,
    Set<ByteString> addresses,
    Set<NamedPort> ports) {
  public PeerEndpoint {
    labels = Map.copyOf(labels);
    addresses = Set.copyOf(addresses);
    ports = Set.copyOf(ports);
    for (ByteString address : addresses) {
      if (address.size() != 4 && address.size() != 16) {
        throw new IllegalArgumentException(
            "endpoint '%s' has the address %s: give 4 or 16 bytes"
                .formatted(name, Addresses.format(address)));
      }
    }
  }

  /** An endpoint of the contract, and the ports that its pod names. */
  public static PeerEndpoint of(Endpoint endpoint, Set<NamedPort> ports) {
    return new PeerEndpoint(
        endpoint.getName(),
        endpoint.getNetwork(),
        endpoint.getNamespace(),
        EndpointLabels.of(
            endpoint.getLabelsMap(),
            endpoint.getNetwork(),
            endpoint.getNamespace(),
            endpoint.getInterface()),
        Set.copyOf(endpoint.getAddressesList()),
        ports);
  }

  /** Its members of the sets that choose it by address. */
  List<PeerMember> members() {
    return addresses.stream().map(PeerMember::new).toList();
  }

  /** Its members of the sets that choose it by a named port. */
  List<PeerMember> members(PeerSet.PortName wanted) {
    return ports.stream()
        .filter(port -> port.name().equals(wanted.name()) && port.protocol() == wanted.protocol())
        .flatMap(
            port -> addresses.stream().map(it -> new PeerMember(it, port.protocol(), port.port())))
        .toList();
  }
}
