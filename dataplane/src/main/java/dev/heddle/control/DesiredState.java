package dev.heddle.control;

import dev.heddle.model.Endpoint;
import dev.heddle.model.IpAddress;
import dev.heddle.model.MemifAttachment;
import dev.heddle.model.Network;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The networks and endpoints that were asked for, and who has what must be unique. Routes are not
 * here: there may be millions, so they stand once, in the route tables.
 */
final class DesiredState {
  /** What tells memif connections apart. */
  record MemifKey(boolean server, String socket, String netns, int id) {
    static MemifKey of(MemifAttachment memif) {
      return new MemifKey(memif.server(), memif.socket(), memif.netns(), memif.id());
    }
  }

  /** An address in a network. */
  record AddressKey(String network, IpAddress address) {}

  private final SortedMap<String, Network> networks = new TreeMap<>();
  private final SortedMap<String, Endpoint> endpoints = new TreeMap<>();
  private final Map<String, Map<String, Endpoint>> endpointsByNetwork = new HashMap<>();
  private final Map<Integer, String> networkByVni = new HashMap<>();
  private final Map<AddressKey, String> endpointByAddress = new HashMap<>();
  private final Map<MemifKey, String> endpointByMemif = new HashMap<>();

  /** All networks by name. */
  SortedMap<String, Network> networks() {
    return networks;
  }

  /** All endpoints by name. */
  SortedMap<String, Endpoint> endpoints() {
    return endpoints;
  }

  Map<String, Endpoint> endpointsOf(String network) {
    return endpointsByNetwork.getOrDefault(network, Map.of());
  }

  /** Name of the network that has this VNI; null if none. */
  String networkByVni(int vni) {
    return networkByVni.get(vni);
  }

  /** Name of the endpoint that has this address; null if none. */
  String endpointByAddress(AddressKey address) {
    return endpointByAddress.get(address);
  }

  /** Name of the endpoint that has this connection; null if none. */
  String endpointByMemif(MemifKey key) {
    return endpointByMemif.get(key);
  }

  /** Takes over a draft whose checks all passed. */
  void commit(Draft draft) {
    draft.endpoints().replaced().forEach(this::forget);
    draft.networks().replaced().forEach(this::forget);
    draft.networks().upserts().values().forEach(this::add);
    draft.endpoints().upserts().values().forEach(this::add);
  }

  private void add(Network network) {
    networks.put(network.name(), network);
    networkByVni.put(network.vni(), network.name());
  }

  private void forget(Network network) {
    networks.remove(network.name());
    networkByVni.remove(network.vni());
  }

  private void add(Endpoint endpoint) {
    endpoints.put(endpoint.name(), endpoint);
    endpointsByNetwork
        .computeIfAbsent(endpoint.network(), name -> new HashMap<>())
        .put(endpoint.name(), endpoint);
    endpoint
        .addresses()
        .forEach(
            a -> endpointByAddress.put(new AddressKey(endpoint.network(), a), endpoint.name()));
    endpointByMemif.put(MemifKey.of(endpoint.memif()), endpoint.name());
  }

  private void forget(Endpoint endpoint) {
    endpoints.remove(endpoint.name());
    endpointsByNetwork.computeIfPresent(
        endpoint.network(),
        (name, ofNetwork) -> {
          ofNetwork.remove(endpoint.name());
          return ofNetwork.isEmpty() ? null : ofNetwork;
        });
    endpoint
        .addresses()
        .forEach(a -> endpointByAddress.remove(new AddressKey(endpoint.network(), a)));
    endpointByMemif.remove(MemifKey.of(endpoint.memif()));
  }
}
