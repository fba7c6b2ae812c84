package dev.heddle.api.policy;

import dev.heddle.api.v1.IpSet;
import dev.heddle.api.v1.Operation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Fills the IP sets that rules name where a policy's author named pods: by labels of theirs, by
 * those of their namespaces, by names of their ports. It is told what pods and namespaces the
 * cluster has and what sets are wanted, in any order, and tells what has changed in the sets since
 * it was last asked. Members depend on what there is in the end, not on how it came about.
 *
 * <p>An address is a member as long as any endpoint of the set's network that is chosen has it. An
 * endpoint of another network never gives a member.
 *
 * <p>It does nothing but compute. One thread at a time may use it.
 */
public final class PeerSets {
  private final Namespaces namespaces = new Namespaces();
  private final Map<String, PeerEndpoint> endpoints = new HashMap<>();
  private final Map<String, Map<String, PeerEndpoint>> endpointsByNetwork = new HashMap<>();
  private final Map<String, Map<String, PeerEndpoint>> endpointsByNamespace = new HashMap<>();
  private final SortedMap<String, SortedMap<String, PeerSetState>> setsByNetwork = new TreeMap<>();

  /** A namespace is there, or has other labels. */
  public void putNamespace(String name, Map<String, String> labels) {
    changeNamespace(name, () -> namespaces.put(name, labels));
  }

  /** A namespace is gone; endpoints may still say that they are in it. */
  public void removeNamespace(String name) {
    changeNamespace(name, () -> namespaces.remove(name));
  }

  private void changeNamespace(String name, Runnable change) {
    Collection<PeerEndpoint> inside = endpointsByNamespace.getOrDefault(name, Map.of()).values();
    inside.forEach(endpoint -> take(endpoint, true));
    change.run();
    inside.forEach(endpoint -> give(endpoint, true));
  }

  /** An endpoint is there, or another than it was. */
  public void putEndpoint(PeerEndpoint endpoint) {
    PeerEndpoint before = endpoints.get(endpoint.name());
    if (endpoint.equals(before)) {
      return;
    }
    removeEndpoint(endpoint.name());
    endpoints.put(endpoint.name(), endpoint);
    index(endpointsByNetwork, endpoint.network(), endpoint);
    index(endpointsByNamespace, endpoint.namespace(), endpoint);
    give(endpoint, false);
  }

  /** An endpoint is gone. */
  public void removeEndpoint(String name) {
    PeerEndpoint endpoint = endpoints.remove(name);
    if (endpoint != null) {
      unindex(endpointsByNetwork, endpoint.network(), name);
      unindex(endpointsByNamespace, endpoint.namespace(), name);
      take(endpoint, false);
    }
  }

  /**
   * A set is wanted, or has another definition.
   *
   * @throws IllegalArgumentException if there is a set of that name with members of the other kind,
   *     or there was when changes were last asked for: a set's kind cannot change
   */
  public void putSet(PeerSet set) {
    Map<String, PeerSetState> sets =
        setsByNetwork.computeIfAbsent(set.network(), name -> new TreeMap<>());
    PeerSetState state = sets.get(set.name());
    if (state == null) {
      state = new PeerSetState(set);
      sets.put(set.name(), state);
    } else if (state.set().port().isPresent() != set.port().isPresent()) {
      throw new IllegalArgumentException(
          "set '%s' of network '%s' has members of the other kind: give it another name"
              .formatted(set.name(), set.network()));
    } else if (!state.isRemoved() && state.set().equals(set)) {
      return;
    } else {
      state.redefine(set);
    }
    for (PeerEndpoint endpoint :
        endpointsByNetwork.getOrDefault(set.network(), Map.of()).values()) {
      state.add(set.membersOf(endpoint, namespaces));
    }
  }

  /** A set is wanted no longer. */
  public void removeSet(String network, String name) {
    PeerSetState state = sets(network).get(name);
    if (state != null && state.isTold()) {
      state.remove();
    } else if (state != null) {
      setsByNetwork.get(network).remove(name);
    }
  }

  /**
   * What makes the sets that were told into those that there are: at most one operation for each
   * set, which any one transaction may hold. From now on these are told.
   */
  public List<Operation> takeChanges() {
    List<Operation> changes = new ArrayList<>();
    for (Map<String, PeerSetState> sets : setsByNetwork.values()) {
      sets.values().forEach(state -> state.tell().ifPresent(changes::add));
      sets.values().removeIf(PeerSetState::isRemoved);
    }
    setsByNetwork.values().removeIf(Map::isEmpty);
    return changes;
  }

  /**
   * All sets with all members, by network and name, for whoever replaces the whole state. From now
   * on these are told.
   */
  public List<IpSet> takeWhole() {
    takeChanges();
    return setsByNetwork.values().stream()
        .flatMap(sets -> sets.values().stream())
        .map(PeerSetState::whole)
        .toList();
  }

  private void give(PeerEndpoint endpoint, boolean byNamespace) {
    for (PeerSetState state : sets(endpoint.network()).values()) {
      if (isConcerned(state, byNamespace)) {
        state.add(state.set().membersOf(endpoint, namespaces));
      }
    }
  }

  private void take(PeerEndpoint endpoint, boolean byNamespace) {
    for (PeerSetState state : sets(endpoint.network()).values()) {
      if (isConcerned(state, byNamespace)) {
        state.remove(state.set().membersOf(endpoint, namespaces));
      }
    }
  }

  private static boolean isConcerned(PeerSetState state, boolean byNamespace) {
    return !state.isRemoved() && (!byNamespace || state.set().peers().asksNamespaces());
  }

  private Map<String, PeerSetState> sets(String network) {
    SortedMap<String, PeerSetState> sets = setsByNetwork.get(network);
    return sets != null ? sets : Collections.emptySortedMap();
  }

  private static void index(
      Map<String, Map<String, PeerEndpoint>> index, String key, PeerEndpoint endpoint) {
    index.computeIfAbsent(key, it -> new HashMap<>()).put(endpoint.name(), endpoint);
  }

  private static void unindex(
      Map<String, Map<String, PeerEndpoint>> index, String key, String name) {
    index.computeIfPresent(
        key,
        (it, named) -> {
          named.remove(name);
          return named.isEmpty() ? null : named;
        });
  }
}
