package dev.heddle.control;

import dev.heddle.api.policy.Selector;
import dev.heddle.model.Endpoint;
import dev.heddle.model.EndpointAttachment;
import dev.heddle.model.IpAddress;
import dev.heddle.model.IpSet;
import dev.heddle.model.KernelAttachment;
import dev.heddle.model.MemifAttachment;
import dev.heddle.model.Network;
import dev.heddle.model.Node;
import dev.heddle.model.Policy;
import dev.heddle.model.Profile;
import dev.heddle.model.Tier;
import dev.heddle.model.Uplink;
import dev.heddle.model.Vtep;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What was asked for but for the routes, and who has what must be unique. Routes are not here:
 * there may be millions, so they stand once, in the route tables.
 */
final class DesiredState {
  /** So many selectors are kept at least, whether policies have them or not. */
  private static final int MIN_SELECTORS = 256;

  /** What no two attachments may have in common. */
  sealed interface AttachmentKey permits MemifKey, KernelKey {
    static AttachmentKey of(EndpointAttachment attachment) {
      return switch (attachment) {
        case MemifAttachment memif -> MemifKey.of(memif);
        case KernelAttachment kernel -> new KernelKey(kernel.netns(), kernel.name());
      };
    }
  }

  /** What tells kernel interfaces apart. */
  record KernelKey(String netns, String name) implements AttachmentKey {}

  /** What tells memif connections apart. */
  record MemifKey(boolean server, String socket, String netns, int id) implements AttachmentKey {
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
  private final Map<AttachmentKey, String> endpointByAttachment = new HashMap<>();
  private final SortedMap<String, Uplink> uplinks = new TreeMap<>();
  private final SortedMap<String, Node> nodes = new TreeMap<>();
  private final Map<Vtep, String> nodeByVtep = new HashMap<>();
  private final SortedMap<String, Tier> tiers = new TreeMap<>();
  private final SortedMap<String, Policy> policies = new TreeMap<>();
  private final SortedMap<String, Profile> profiles = new TreeMap<>();
  private final SortedMap<String, IpSet> ipSets = new TreeMap<>();
  private final Map<String, Decision.Pair> decisions = new HashMap<>();
  private final Map<String, Selector> selectors = new HashMap<>();

  /** All networks by name. */
  SortedMap<String, Network> networks() {
    return networks;
  }

  /** All endpoints by name. */
  SortedMap<String, Endpoint> endpoints() {
    return endpoints;
  }

  /** All uplinks by name. */
  SortedMap<String, Uplink> uplinks() {
    return uplinks;
  }

  /** All other nodes by name. */
  SortedMap<String, Node> nodes() {
    return nodes;
  }

  /** All tiers by name. */
  SortedMap<String, Tier> tiers() {
    return tiers;
  }

  /** All policies by name. */
  SortedMap<String, Policy> policies() {
    return policies;
  }

  /** All profiles by name. */
  SortedMap<String, Profile> profiles() {
    return profiles;
  }

  /** All IP sets by key. */
  SortedMap<String, IpSet> ipSets() {
    return ipSets;
  }

  /** What decides about an endpoint's packets. */
  Decision.Pair decisions(String endpoint) {
    return decisions.getOrDefault(endpoint, Decision.Pair.NONE);
  }

  /** Selectors that were read, by their text. */
  Map<String, Selector> selectors() {
    if (selectors.size() > 2 * policies.size() + MIN_SELECTORS) {
      selectors.clear();
    }
    return selectors;
  }

  /** Name of the node whose tunnels end there; null if none. */
  String nodeByVtep(Vtep vtep) {
    return nodeByVtep.get(vtep);
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

  /** Name of the endpoint that is connected like this; null if none. */
  String endpointByAttachment(AttachmentKey key) {
    return endpointByAttachment.get(key);
  }

  /** A network's largest IP packet, as it is now. */
  int mtuBytes(Network network) {
    return network.mtuBytes(uplinks.get(network.physicalNetwork()));
  }

  /** Takes over a draft whose checks all passed. */
  void commit(Draft draft) {
    draft.endpoints().replaced().forEach(this::forget);
    draft.networks().replaced().forEach(this::forget);
    draft.nodes().replaced().forEach(this::forget);
    draft.uplinks().replaced().forEach(this::forget);
    draft.uplinks().upserts().values().forEach(this::add);
    draft.nodes().upserts().values().forEach(this::add);
    draft.networks().upserts().values().forEach(this::add);
    draft.endpoints().upserts().values().forEach(this::add);
    draft.tiers().commitTo(tiers);
    draft.policies().commitTo(policies);
    draft.profiles().commitTo(profiles);
    draft.ipSets().commitTo(ipSets);
    draft.endpoints().deletes().forEach(decisions::remove);
    decisions.putAll(draft.decisions());
  }

  private void add(Uplink uplink) {
    uplinks.put(uplink.name(), uplink);
  }

  private void forget(Uplink uplink) {
    uplinks.remove(uplink.name());
  }

  private void add(Node node) {
    nodes.put(node.name(), node);
    node.vteps().forEach(vtep -> nodeByVtep.put(vtep, node.name()));
  }

  private void forget(Node node) {
    nodes.remove(node.name());
    node.vteps().forEach(nodeByVtep::remove);
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
    endpointByAttachment.put(AttachmentKey.of(endpoint.attachment()), endpoint.name());
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
    endpointByAttachment.remove(AttachmentKey.of(endpoint.attachment()));
  }
}
