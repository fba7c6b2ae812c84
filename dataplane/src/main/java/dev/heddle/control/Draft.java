package dev.heddle.control;

import static dev.heddle.api.Operations.upsert;

import dev.heddle.api.Operations;
import dev.heddle.api.v1.IpSetChange;
import dev.heddle.api.v1.IpSetKey;
import dev.heddle.api.v1.Operation;
import dev.heddle.api.v1.Transaction;
import dev.heddle.model.Endpoint;
import dev.heddle.model.IpSet;
import dev.heddle.model.Network;
import dev.heddle.model.Node;
import dev.heddle.model.Policy;
import dev.heddle.model.Profile;
import dev.heddle.model.Tier;
import dev.heddle.model.Uplink;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A transaction as it was read: networks and endpoints as objects of the model, routes still as
 * messages, and all mistakes found so far.
 */
final class Draft {
  /** Operations on routes, with their positions in the transaction. */
  record RouteOperation(int position, Operation operation) {}

  private final Mistakes mistakes = new Mistakes();
  private final Changes<Network> networks;
  private final Changes<Endpoint> endpoints;
  private final Changes<Uplink> uplinks;
  private final Changes<Node> nodes;
  private final Changes<Tier> tiers;
  private final Changes<Policy> policies;
  private final Changes<Profile> profiles;
  private final Changes<IpSet> ipSets;
  private final List<RouteOperation> routeOperations = new ArrayList<>();
  private final ChangeLog changes = new ChangeLog();
  private final boolean replacement;
  private Map<String, Decision.Pair> decisions = Map.of();

  private Draft(DesiredState state, boolean replacement) {
    this.replacement = replacement;
    networks = new Changes<>(state.networks());
    endpoints = new Changes<>(state.endpoints());
    uplinks = new Changes<>(state.uplinks());
    nodes = new Changes<>(state.nodes());
    tiers = new Changes<>(state.tiers());
    policies = new Changes<>(state.policies());
    profiles = new Changes<>(state.profiles());
    ipSets = new Changes<>(state.ipSets());
  }

  /**
   * Reads a transaction, which changes nothing yet.
   *
   * @param replacement whether it is the whole state, so that whatever it does not name goes
   */
  static Draft read(Iterable<Transaction> chunks, DesiredState state, boolean replacement) {
    Draft draft = new Draft(state, replacement);
    int position = 0;
    for (Transaction chunk : chunks) {
      for (Operation operation : chunk.getOperationsList()) {
        draft.read(position++, operation);
      }
    }
    if (replacement) {
      draft.sweep();
    }
    draft.networks.dropUnchanged();
    draft.endpoints.dropUnchanged();
    draft.uplinks.dropUnchanged();
    draft.nodes.dropUnchanged();
    draft.tiers.dropUnchanged();
    draft.policies.dropUnchanged();
    draft.profiles.dropUnchanged();
    draft.ipSets.dropUnchanged();
    return draft;
  }

  /** Deletes the objects that a replacement does not name; routes are swept when all are in. */
  private void sweep() {
    networks.deleteUnnamed(name -> Field.unnamed(mistakes, "network", name));
    endpoints.deleteUnnamed(name -> Field.unnamed(mistakes, "endpoint", name));
    uplinks.deleteUnnamed(name -> Field.unnamed(mistakes, "uplink", Names.orDefault(name)));
    nodes.deleteUnnamed(name -> Field.unnamed(mistakes, "node", name));
    tiers.deleteUnnamed(name -> Field.unnamed(mistakes, "tier", name));
    policies.deleteUnnamed(name -> Field.unnamed(mistakes, "policy", name));
    profiles.deleteUnnamed(name -> Field.unnamed(mistakes, "profile", name));
    ipSets.deleteUnnamed(key -> Field.unnamed(mistakes, "IP set", key));
  }

  private void read(int position, Operation operation) {
    if (replacement && !operation.getChangeCase().name().startsWith("UPSERT_")) {
      String change = operation.getChangeCase().name().toLowerCase(Locale.ROOT);
      field(position, change, "operation", String.valueOf(position))
          .invalid("change", change, "a replacement tells only what there shall be; leave it out");
      return;
    }
    switch (operation.getChangeCase()) {
      case UPSERT_NETWORK -> {
        dev.heddle.api.v1.Network message = operation.getUpsertNetwork();
        Field at = field(position, "upsert_network", "network", message.getName());
        if (networks.name(message.getName(), at)) {
          networks.upsert(message.getName(), NetworkReader.read(message, mistakes, at));
        }
      }
      case DELETE_NETWORK ->
          delete(position, "delete_network", "network", operation.getDeleteNetwork(), networks);
      case UPSERT_ENDPOINT -> {
        dev.heddle.api.v1.Endpoint message = operation.getUpsertEndpoint();
        Field at = field(position, "upsert_endpoint", "endpoint", message.getName());
        if (endpoints.name(message.getName(), at)) {
          endpoints.upsert(message.getName(), EndpointReader.read(message, mistakes, at));
        }
      }
      case DELETE_ENDPOINT ->
          delete(position, "delete_endpoint", "endpoint", operation.getDeleteEndpoint(), endpoints);
      case UPSERT_UPLINK -> {
        dev.heddle.api.v1.Uplink message = operation.getUpsertUplink();
        Field at = uplinkField(position, "upsert_uplink", message.getName());
        if (uplinks.name(message.getName(), at)) {
          uplinks.upsert(message.getName(), UplinkReader.read(message, mistakes, at));
        }
      }
      case DELETE_UPLINK -> {
        String name = operation.getDeleteUplink();
        delete(name, uplinkField(position, "delete_uplink", name), "uplink", uplinks);
      }
      case UPSERT_NODE -> {
        dev.heddle.api.v1.Node message = operation.getUpsertNode();
        Field at = field(position, "upsert_node", "node", message.getName());
        if (nodes.name(message.getName(), at)) {
          nodes.upsert(message.getName(), NodeReader.read(message, mistakes, at));
        }
      }
      case DELETE_NODE -> delete(position, "delete_node", "node", operation.getDeleteNode(), nodes);
      case UPSERT_ROUTES, DELETE_ROUTES ->
          routeOperations.add(new RouteOperation(position, operation));
      case UPSERT_TIER, DELETE_TIER, UPSERT_POLICY, DELETE_POLICY, UPSERT_PROFILE, DELETE_PROFILE ->
          readPolicy(position, operation);
      case UPSERT_IP_SET, DELETE_IP_SET, CHANGE_IP_SET -> readIpSet(position, operation);
      case CHANGE_NOT_SET ->
          new Field(mistakes, position, "change", "operation", String.valueOf(position))
              .invalid("change", "(absent)", "not an operation of this version; give one");
    }
  }

  private void readPolicy(int position, Operation operation) {
    switch (operation.getChangeCase()) {
      case UPSERT_TIER -> {
        dev.heddle.api.v1.Tier message = operation.getUpsertTier();
        Field at = field(position, "upsert_tier", "tier", message.getName());
        if (tiers.name(message.getName(), at)) {
          tiers.upsert(message.getName(), PolicyReader.read(message, mistakes, at));
        }
      }
      case DELETE_TIER -> delete(position, "delete_tier", "tier", operation.getDeleteTier(), tiers);
      case UPSERT_POLICY -> {
        dev.heddle.api.v1.Policy message = operation.getUpsertPolicy();
        Field at = field(position, "upsert_policy", "policy", message.getName());
        if (policies.name(message.getName(), at)) {
          policies.upsert(message.getName(), PolicyReader.read(message, mistakes, at));
        }
      }
      case DELETE_POLICY ->
          delete(position, "delete_policy", "policy", operation.getDeletePolicy(), policies);
      case UPSERT_PROFILE -> {
        dev.heddle.api.v1.Profile message = operation.getUpsertProfile();
        Field at = field(position, "upsert_profile", "profile", message.getName());
        if (profiles.name(message.getName(), at)) {
          profiles.upsert(message.getName(), PolicyReader.read(message, mistakes, at));
        }
      }
      case DELETE_PROFILE ->
          delete(position, "delete_profile", "profile", operation.getDeleteProfile(), profiles);
      default -> throw new IllegalArgumentException(operation.getChangeCase().name());
    }
  }

  private void readIpSet(int position, Operation operation) {
    if (operation.hasUpsertIpSet()) {
      dev.heddle.api.v1.IpSet message = operation.getUpsertIpSet();
      String key = IpSet.key(message.getNetwork(), message.getName());
      Field at = field(position, "upsert_ip_set", "IP set", key);
      if (ipSets.name(key, at)) {
        ipSets.upsert(key, IpSetReader.read(message, mistakes, at));
      }
    } else if (operation.hasDeleteIpSet()) {
      IpSetKey message = operation.getDeleteIpSet();
      String key = IpSet.key(message.getNetwork(), message.getName());
      delete(position, "delete_ip_set", "IP set", key, ipSets);
    } else {
      IpSetChange message = operation.getChangeIpSet();
      String key = IpSet.key(message.getNetwork(), message.getName());
      Field at = field(position, "change_ip_set", "IP set", key);
      IpSet before = ipSets.before(key);
      if (before == null) {
        at.notFound("name", message.getName(), "no such set in the network; create it first");
      } else if (ipSets.name(key, at)) {
        ipSets.upsert(key, IpSetReader.read(message, before, mistakes, at));
      }
    }
  }

  private <T> void delete(
      int position, String change, String kind, String name, Changes<T> changes) {
    delete(name, field(position, change, kind, name), kind, changes);
  }

  private <T> void delete(String name, Field at, String kind, Changes<T> changes) {
    if (!changes.name(name, at)) {
      return;
    }
    if (changes.existed(name)) {
      changes.delete(name);
    } else {
      at.notFound("name", name, "no such " + kind + "; nothing is to be deleted");
    }
  }

  /** Where an operation creates routes of a network. */
  Field field(RouteOperation step, String network) {
    return field(step.position(), "upsert_routes", "routes of network", network);
  }

  private Field uplinkField(int position, String change, String name) {
    return field(position, change, "uplink", Names.orDefault(name));
  }

  private Field field(int position, String change, String kind, String name) {
    return new Field(mistakes, position, change, kind, name);
  }

  Changes<Network> networks() {
    return networks;
  }

  Changes<Endpoint> endpoints() {
    return endpoints;
  }

  Changes<Uplink> uplinks() {
    return uplinks;
  }

  Changes<Node> nodes() {
    return nodes;
  }

  Changes<Tier> tiers() {
    return tiers;
  }

  Changes<Policy> policies() {
    return policies;
  }

  Changes<Profile> profiles() {
    return profiles;
  }

  /** By key. */
  Changes<IpSet> ipSets() {
    return ipSets;
  }

  /**
   * Whether what it says about policies changes what there is, whether or not any packet meets it.
   */
  boolean changesPolicies() {
    return tiers.any() || policies.any() || profiles.any() || ipSets.any();
  }

  /** Notes what decides about some endpoints' packets afterwards. */
  void decide(Map<String, Decision.Pair> newDecisions) {
    decisions = newDecisions;
  }

  /** What decides about the packets of endpoints for which that may be something else now. */
  Map<String, Decision.Pair> decisions() {
    return decisions;
  }

  /** The uplink that carries a network afterwards; null if there is none. */
  Uplink uplinkOf(Network network) {
    return uplinks.after(network.physicalNetwork());
  }

  /** A network's largest IP packet afterwards. */
  int mtuBytes(Network network) {
    return network.mtuBytes(uplinkOf(network));
  }

  /** What it changes. Routes are told to it as they are taken in, all else when it is committed. */
  ChangeLog changes() {
    return changes;
  }

  /** Tells all changes of objects, routes left out. */
  void tellObjects() {
    uplinks.tell(changes, it -> upsert(UplinkReader.toMessage(it)), Operations::deleteUplink);
    nodes.tell(changes, it -> upsert(NodeReader.toMessage(it)), Operations::deleteNode);
    networks.tell(changes, it -> upsert(NetworkReader.toMessage(it)), Operations::deleteNetwork);
    endpoints.tell(changes, it -> upsert(EndpointReader.toMessage(it)), Operations::deleteEndpoint);
    tiers.tell(changes, it -> upsert(PolicyReader.toMessage(it)), Operations::deleteTier);
    policies.tell(changes, it -> upsert(PolicyReader.toMessage(it)), Operations::deletePolicy);
    profiles.tell(changes, it -> upsert(PolicyReader.toMessage(it)), Operations::deleteProfile);
    ipSets.tell(changes, it -> upsert(IpSetReader.toMessage(it)), Draft::deleteIpSet);
  }

  private static Operation deleteIpSet(String key) {
    int blank = key.indexOf(' ');
    return Operations.deleteIpSet(key.substring(0, blank), key.substring(blank + 1));
  }

  /** Whether whatever it does not name goes. */
  boolean replacement() {
    return replacement;
  }

  List<RouteOperation> routeOperations() {
    return routeOperations;
  }

  Mistakes mistakes() {
    return mistakes;
  }
}
