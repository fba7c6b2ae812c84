package dev.heddle.control;

import com.google.protobuf.Message;
import dev.heddle.api.Operations;
import dev.heddle.api.v1.Endpoint;
import dev.heddle.api.v1.IpSet;
import dev.heddle.api.v1.IpSetChange;
import dev.heddle.api.v1.Network;
import dev.heddle.api.v1.Operation;
import dev.heddle.api.v1.Policy;
import dev.heddle.api.v1.Prefix;
import dev.heddle.api.v1.Profile;
import dev.heddle.api.v1.SetService;
import dev.heddle.api.v1.Tier;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/** All objects that policy is made of, as messages, and what operations make of them. */
final class PolicyWorld {
  final Map<String, Network> networks = new TreeMap<>();
  final Map<String, Endpoint> endpoints = new TreeMap<>();
  final Map<String, Tier> tiers = new TreeMap<>();
  final Map<String, Policy> policies = new TreeMap<>();
  final Map<String, Profile> profiles = new TreeMap<>();

  /** By network, a blank and the name. */
  final Map<String, IpSet> ipSets = new TreeMap<>();

  IpSet ipSet(String network, String name) {
    return ipSets.get(network + " " + name);
  }

  /** Takes a set in, with its members in one order, so that equal sets are equal messages. */
  void put(IpSet set) {
    IpSet sorted =
        set.toBuilder()
            .clearNets()
            .clearServices()
            .addAllNets(sorted(set.getNetsList()))
            .addAllServices(sorted(set.getServicesList()))
            .build();
    ipSets.put(set.getNetwork() + " " + set.getName(), sorted);
  }

  private static <T extends Message> List<T> sorted(List<T> members) {
    return members.stream().sorted(Comparator.comparing(Message::toString)).toList();
  }

  PolicyWorld copy() {
    PolicyWorld copy = new PolicyWorld();
    copy.networks.putAll(networks);
    copy.endpoints.putAll(endpoints);
    copy.tiers.putAll(tiers);
    copy.policies.putAll(policies);
    copy.profiles.putAll(profiles);
    copy.ipSets.putAll(ipSets);
    return copy;
  }

  void apply(Operation operation) {
    switch (operation.getChangeCase()) {
      case UPSERT_NETWORK ->
          networks.put(operation.getUpsertNetwork().getName(), operation.getUpsertNetwork());
      case DELETE_NETWORK -> networks.remove(operation.getDeleteNetwork());
      case UPSERT_ENDPOINT ->
          endpoints.put(operation.getUpsertEndpoint().getName(), operation.getUpsertEndpoint());
      case DELETE_ENDPOINT -> endpoints.remove(operation.getDeleteEndpoint());
      case UPSERT_TIER -> tiers.put(operation.getUpsertTier().getName(), operation.getUpsertTier());
      case DELETE_TIER -> tiers.remove(operation.getDeleteTier());
      case UPSERT_POLICY ->
          policies.put(operation.getUpsertPolicy().getName(), operation.getUpsertPolicy());
      case DELETE_POLICY -> policies.remove(operation.getDeletePolicy());
      case UPSERT_PROFILE ->
          profiles.put(operation.getUpsertProfile().getName(), operation.getUpsertProfile());
      case DELETE_PROFILE -> profiles.remove(operation.getDeleteProfile());
      case UPSERT_IP_SET -> put(operation.getUpsertIpSet());
      case DELETE_IP_SET ->
          ipSets.remove(
              operation.getDeleteIpSet().getNetwork() + " " + operation.getDeleteIpSet().getName());
      case CHANGE_IP_SET -> apply(operation.getChangeIpSet());
      default -> throw new IllegalArgumentException(operation.toString());
    }
  }

  private void apply(IpSetChange change) {
    IpSet before = ipSet(change.getNetwork(), change.getName());
    Set<Prefix> nets = new LinkedHashSet<>(before.getNetsList());
    change.getRemovedNetsList().forEach(nets::remove);
    nets.addAll(change.getAddedNetsList());
    Set<SetService> services = new LinkedHashSet<>(before.getServicesList());
    change.getRemovedServicesList().forEach(services::remove);
    services.addAll(change.getAddedServicesList());
    put(
        before.toBuilder()
            .clearNets()
            .clearServices()
            .addAllNets(nets)
            .addAllServices(services)
            .build());
  }

  /** One operation for each object that is another one in the other world. */
  List<Operation> operationsTo(PolicyWorld other) {
    List<Operation> operations = new ArrayList<>();
    difference(networks, other.networks, Operations::upsert, Operations::deleteNetwork, operations);
    difference(
        endpoints, other.endpoints, Operations::upsert, Operations::deleteEndpoint, operations);
    difference(tiers, other.tiers, Operations::upsert, Operations::deleteTier, operations);
    difference(policies, other.policies, Operations::upsert, Operations::deletePolicy, operations);
    difference(profiles, other.profiles, Operations::upsert, Operations::deleteProfile, operations);
    difference(ipSets, other.ipSets, this::toSet, PolicyWorld::deleteIpSet, operations);
    return operations;
  }

  /** The whole world, for a replacement. */
  List<Operation> all() {
    return new PolicyWorld().operationsTo(this);
  }

  private static <T> void difference(
      Map<String, T> before,
      Map<String, T> after,
      Function<T, Operation> upsert,
      Function<String, Operation> delete,
      List<Operation> operations) {
    after.forEach((name, object) -> {
      if (!object.equals(before.get(name))) {
        operations.add(upsert.apply(object));
      }
    });
    before.keySet().stream()
        .filter(name -> !after.containsKey(name))
        .forEach(name -> operations.add(delete.apply(name)));
  }

  /** A set that there is gets other members by their difference. */
  private Operation toSet(IpSet after) {
    IpSet before = ipSet(after.getNetwork(), after.getName());
    if (before == null) {
      return Operations.upsert(after);
    }
    return Operations.change(
        IpSetChange.newBuilder()
            .setNetwork(after.getNetwork())
            .setName(after.getName())
            .addAllAddedNets(without(after.getNetsList(), before.getNetsList()))
            .addAllRemovedNets(without(before.getNetsList(), after.getNetsList()))
            .addAllAddedServices(without(after.getServicesList(), before.getServicesList()))
            .addAllRemovedServices(without(before.getServicesList(), after.getServicesList()))
            .build());
  }

  private static <T> List<T> without(List<T> all, List<T> others) {
    return all.stream().filter(each -> !others.contains(each)).toList();
  }

  private static Operation deleteIpSet(String key) {
    int blank = key.indexOf(' ');
    return Operations.deleteIpSet(key.substring(0, blank), key.substring(blank + 1));
  }
}
