package dev.heddle.control;

import dev.heddle.api.policy.Selector;
import dev.heddle.compile.TableCompiler;
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
import java.util.function.ToIntFunction;

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

  private final Shared<SortedMap<String, Network>> networks;
  private final Shared<SortedMap<String, Endpoint>> endpoints;
  private final Shared<SortedMap<String, Uplink>> uplinks;
  private final Shared<SortedMap<String, Node>> nodes;
  private final Shared<SortedMap<String, Tier>> tiers;
  private final Shared<SortedMap<String, Policy>> policies;
  private final Shared<SortedMap<String, Profile>> profiles;
  private final Shared<SortedMap<String, IpSet>> ipSets;
  private final Shared<Map<String, Map<String, Endpoint>>> endpointsByNetwork;
  private final Shared<Map<Integer, String>> networkByVni;
  private final Shared<Map<AddressKey, String>> endpointByAddress;
  private final Shared<Map<AttachmentKey, String>> endpointByAttachment;
  private final Shared<Map<Vtep, String>> nodeByVtep;
  private final Shared<Map<String, Decision.Pair>> decisions;
  private final Shared<Map<String, Integer>> interfaceIndexes;
  private final Shared<Map<String, Integer>> vrfIndexes;
  private final Map<String, Selector> selectors = new HashMap<>();

  DesiredState() {
    networks = sorted();
    endpoints = sorted();
    uplinks = sorted();
    nodes = sorted();
    tiers = sorted();
    policies = sorted();
    profiles = sorted();
    ipSets = sorted();
    endpointsByNetwork = new Shared<>(new HashMap<>(), DesiredState::deepCopy);
    networkByVni = hashed();
    endpointByAddress = hashed();
    endpointByAttachment = hashed();
    nodeByVtep = hashed();
    decisions = hashed();
    interfaceIndexes = hashed();
    vrfIndexes = hashed();
  }

  private DesiredState(DesiredState other) {
    networks = other.networks.share();
    endpoints = other.endpoints.share();
    uplinks = other.uplinks.share();
    nodes = other.nodes.share();
    tiers = other.tiers.share();
    policies = other.policies.share();
    profiles = other.profiles.share();
    ipSets = other.ipSets.share();
    endpointsByNetwork = other.endpointsByNetwork.share();
    networkByVni = other.networkByVni.share();
    endpointByAddress = other.endpointByAddress.share();
    endpointByAttachment = other.endpointByAttachment.share();
    nodeByVtep = other.nodeByVtep.share();
    decisions = other.decisions.share();
    interfaceIndexes = other.interfaceIndexes.share();
    vrfIndexes = other.vrfIndexes.share();
  }

  private static <T> Shared<SortedMap<String, T>> sorted() {
    return new Shared<>(new TreeMap<>(), TreeMap::new);
  }

  private static <K, V> Shared<Map<K, V>> hashed() {
    return new Shared<>(new HashMap<>(), HashMap::new);
  }

  private static Map<String, Map<String, Endpoint>> deepCopy(
      Map<String, Map<String, Endpoint>> all) {
    Map<String, Map<String, Endpoint>> copy = new HashMap<>();
    all.forEach((network, ofNetwork) -> copy.put(network, new HashMap<>(ofNetwork)));
    return copy;
  }

  /** What there is now, for other threads, whatever changes meanwhile; taken at once. */
  DesiredState share() {
    return new DesiredState(this);
  }

  /** All networks by name. */
  SortedMap<String, Network> networks() {
    return networks.read();
  }

  /** All endpoints by name. */
  SortedMap<String, Endpoint> endpoints() {
    return endpoints.read();
  }

  /** All uplinks by name. */
  SortedMap<String, Uplink> uplinks() {
    return uplinks.read();
  }

  /** All other nodes by name. */
  SortedMap<String, Node> nodes() {
    return nodes.read();
  }

  /** All tiers by name. */
  SortedMap<String, Tier> tiers() {
    return tiers.read();
  }

  /** All policies by name. */
  SortedMap<String, Policy> policies() {
    return policies.read();
  }

  /** All profiles by name. */
  SortedMap<String, Profile> profiles() {
    return profiles.read();
  }

  /** All IP sets by key. */
  SortedMap<String, IpSet> ipSets() {
    return ipSets.read();
  }

  /** What decides about an endpoint's packets. */
  Decision.Pair decisions(String endpoint) {
    return decisions.read().getOrDefault(endpoint, Decision.Pair.NONE);
  }

  /** Selectors that were read, by their text. */
  Map<String, Selector> selectors() {
    if (selectors.size() > 2 * policies.read().size() + MIN_SELECTORS) {
      selectors.clear();
    }
    return selectors;
  }

  /** Name of the node whose tunnels end there; null if none. */
  String nodeByVtep(Vtep vtep) {
    return nodeByVtep.read().get(vtep);
  }

  Map<String, Endpoint> endpointsOf(String network) {
    return endpointsByNetwork.read().getOrDefault(network, Map.of());
  }

  /** Name of the network that has this VNI; null if none. */
  String networkByVni(int vni) {
    return networkByVni.read().get(vni);
  }

  /** Name of the endpoint that has this address; null if none. */
  String endpointByAddress(AddressKey address) {
    return endpointByAddress.read().get(address);
  }

  /** Name of the endpoint that is connected like this; null if none. */
  String endpointByAttachment(AttachmentKey key) {
    return endpointByAttachment.read().get(key);
  }

  /** A network's largest IP packet, as it is now. */
  int mtuBytes(Network network) {
    return network.mtuBytes(uplinks.read().get(network.physicalNetwork()));
  }

  /** The index under which workers know an endpoint. */
  int interfaceIndex(String endpoint) {
    return interfaceIndexes.read().get(endpoint);
  }

  /** The index under which workers know a network. */
  int vrfIndex(String network) {
    return vrfIndexes.read().get(network);
  }

  /**
   * Takes over a draft whose checks all passed.
   *
   * @param compiler has finished its tables
   */
  void commit(Draft draft, TableCompiler compiler) {
    draft.endpoints().replaced().forEach(this::forget);
    draft.networks().replaced().forEach(this::forget);
    draft.nodes().replaced().forEach(this::forget);
    draft.uplinks().replaced().forEach(this::forget);
    draft.uplinks().upserts().values().forEach(this::add);
    draft.nodes().upserts().values().forEach(this::add);
    draft.networks().upserts().values().forEach(this::add);
    draft.endpoints().upserts().values().forEach(this::add);
    commitIndexes(draft.networks(), vrfIndexes, compiler::vrfIndex);
    commitIndexes(draft.endpoints(), interfaceIndexes, compiler::interfaceIndex);
    commit(draft.tiers(), tiers);
    commit(draft.policies(), policies);
    commit(draft.profiles(), profiles);
    commit(draft.ipSets(), ipSets);
    draft.endpoints().deletes().forEach(name -> decisions.change().remove(name));
    draft.decisions().forEach((name, pair) -> decisions.change().put(name, pair));
  }

  private static void commitIndexes(
      Changes<?> changes, Shared<Map<String, Integer>> indexes, ToIntFunction<String> index) {
    changes.deletes().forEach(name -> indexes.change().remove(name));
    changes.upserts().keySet().forEach(name -> indexes.change().put(name, index.applyAsInt(name)));
  }

  private static <T> void commit(Changes<T> changes, Shared<SortedMap<String, T>> all) {
    if (changes.any()) {
      changes.commitTo(all.change());
    }
  }

  private void add(Uplink uplink) {
    uplinks.change().put(uplink.name(), uplink);
  }

  private void forget(Uplink uplink) {
    uplinks.change().remove(uplink.name());
  }

  private void add(Node node) {
    nodes.change().put(node.name(), node);
    node.vteps().forEach(vtep -> nodeByVtep.change().put(vtep, node.name()));
  }

  private void forget(Node node) {
    nodes.change().remove(node.name());
    node.vteps().forEach(vtep -> nodeByVtep.change().remove(vtep));
  }

  private void add(Network network) {
    networks.change().put(network.name(), network);
    networkByVni.change().put(network.vni(), network.name());
  }

  private void forget(Network network) {
    networks.change().remove(network.name());
    networkByVni.change().remove(network.vni());
  }

  private void add(Endpoint endpoint) {
    endpoints.change().put(endpoint.name(), endpoint);
    endpointsByNetwork
        .change()
        .computeIfAbsent(endpoint.network(), name -> new HashMap<>())
        .put(endpoint.name(), endpoint);
    endpoint
        .addresses()
        .forEach(a ->
            endpointByAddress.change().put(new AddressKey(endpoint.network(), a), endpoint.name()));
    endpointByAttachment.change().put(AttachmentKey.of(endpoint.attachment()), endpoint.name());
  }

  private void forget(Endpoint endpoint) {
    endpoints.change().remove(endpoint.name());
    endpointsByNetwork
        .change()
        .computeIfPresent(
            endpoint.network(),
            (name, ofNetwork) -> {
              ofNetwork.remove(endpoint.name());
              return ofNetwork.isEmpty() ? null : ofNetwork;
            });
    endpoint
        .addresses()
        .forEach(a -> endpointByAddress.change().remove(new AddressKey(endpoint.network(), a)));
    endpointByAttachment.change().remove(AttachmentKey.of(endpoint.attachment()));
  }
}
