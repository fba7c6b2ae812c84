package dev.heddle.api.policy;

import com.google.protobuf.ByteString;
import dev.heddle.api.Operations;
import dev.heddle.api.v1.IpSet;
import dev.heddle.api.v1.IpSetChange;
import dev.heddle.api.v1.Operation;
import dev.heddle.api.v1.Prefix;
import dev.heddle.api.v1.SetService;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Resolves peers that are named by labels to members of IP sets, network by network, for whoever
 * knows all pods of a cluster. Pure.
 */
public final class PeerResolver {
  /**
   * A pod's interface in a network.
   *
   * @param network its name
   * @param namespace of the pod
   * @param addresses 4 or 16 bytes each
   * @param ports by name
   */
  public record Pod(
      String network,
      String namespace,
      Map<String, String> labels,
      List<ByteString> addresses,
      List<NamedPort> ports) {
    public Pod {
      labels = Map.copyOf(labels);
      addresses = List.copyOf(addresses);
      ports = List.copyOf(ports);
    }
  }

  /** A port that a pod gives a name. */
  public record NamedPort(String name, int protocol, int port) {}

  /**
   * Whom a rule means.
   *
   * @param namespace of the policy, whose pods are meant where no namespace selector is given;
   *     empty for a policy of no namespace, which means all pods then
   * @param selector of pods
   * @param namespaces of their namespaces, by those labels; empty: as {@code namespace} says
   * @param port its port of this name; empty: whole addresses
   */
  public record Peer(
      String namespace, Selector selector, Optional<Selector> namespaces, String port) {}

  /** Tells IP sets apart. */
  public record SetKey(String network, String name) implements Comparable<SetKey> {
    @Override
    public int compareTo(SetKey other) {
      int byNetwork = network.compareTo(other.network);
      return byNetwork != 0 ? byNetwork : name.compareTo(other.name);
    }
  }

  private PeerResolver() {}

  /**
   * The IP sets of some peers.
   *
   * @param namespaces their labels, by name; one that is missing has none
   * @param peers by the name that their sets shall have
   * @param networks in which the sets shall be, whether or not any pod is
   */
  public static SortedMap<SetKey, IpSet> resolve(
      Collection<Pod> pods,
      Map<String, Map<String, String>> namespaces,
      Map<String, Peer> peers,
      Collection<String> networks) {
    SortedMap<SetKey, IpSet> sets = new TreeMap<>();
    peers.forEach((name, peer) -> {
      for (String network : networks) {
        sets.put(new SetKey(network, name), resolve(pods, namespaces, name, peer, network));
      }
    });
    return sets;
  }

  private static IpSet resolve(
      Collection<Pod> pods,
      Map<String, Map<String, String>> namespaces,
      String name,
      Peer peer,
      String network) {
    boolean ofServices = !peer.port().isEmpty();
    Set<Prefix> nets = new LinkedHashSet<>();
    Set<SetService> services = new LinkedHashSet<>();
    for (Pod pod : pods) {
      if (pod.network().equals(network) && means(peer, pod, namespaces)) {
        for (ByteString address : pod.addresses()) {
          if (ofServices) {
            addServices(peer, pod, address, services);
          } else {
            nets.add(
                Prefix.newBuilder()
                    .setAddress(address)
                    .setLength(address.size() * Byte.SIZE)
                    .build());
          }
        }
      }
    }
    return IpSet.newBuilder()
        .setNetwork(network)
        .setName(name)
        .setType(ofServices ? IpSet.Type.TYPE_SERVICES : IpSet.Type.TYPE_NETS)
        .addAllNets(nets)
        .addAllServices(services)
        .build();
  }

  private static boolean means(Peer peer, Pod pod, Map<String, Map<String, String>> namespaces) {
    boolean inNamespace =
        peer.namespaces()
            .map(selector -> selector.matches(namespaces.getOrDefault(pod.namespace(), Map.of())))
            .orElse(peer.namespace().isEmpty() || peer.namespace().equals(pod.namespace()));
    return inNamespace && peer.selector().matches(pod.labels());
  }

  private static void addServices(
      Peer peer, Pod pod, ByteString address, Set<SetService> services) {
    for (NamedPort port : pod.ports()) {
      if (port.name().equals(peer.port())) {
        services.add(
            SetService.newBuilder()
                .setAddress(address)
                .setProtocol(port.protocol())
                .setPort(port.port())
                .build());
      }
    }
  }

  /**
   * What a daemon that has some sets is to be told so that it has others: new sets, members that
   * come and go, and at last the sets that nobody needs, so that rules must be changed before. A
   * set's type cannot change: one of the other type needs another name.
   */
  public static List<Operation> differences(
      SortedMap<SetKey, IpSet> before, SortedMap<SetKey, IpSet> after) {
    List<Operation> operations = new ArrayList<>();
    after.forEach((key, set) -> {
      IpSet known = before.get(key);
      if (known == null || known.getType() != set.getType()) {
        operations.add(Operations.upsert(set));
      } else {
        change(known, set).ifPresent(operations::add);
      }
    });
    before.keySet().stream()
        .filter(key -> !after.containsKey(key))
        .forEach(key -> operations.add(Operations.deleteIpSet(key.network(), key.name())));
    return operations;
  }

  private static Optional<Operation> change(IpSet before, IpSet after) {
    IpSetChange change =
        IpSetChange.newBuilder()
            .setNetwork(after.getNetwork())
            .setName(after.getName())
            .addAllAddedNets(without(after.getNetsList(), before.getNetsList()))
            .addAllRemovedNets(without(before.getNetsList(), after.getNetsList()))
            .addAllAddedServices(without(after.getServicesList(), before.getServicesList()))
            .addAllRemovedServices(without(before.getServicesList(), after.getServicesList()))
            .build();
    int members =
        change.getAddedNetsCount()
            + change.getRemovedNetsCount()
            + change.getAddedServicesCount()
            + change.getRemovedServicesCount();
    return members == 0 ? Optional.empty() : Optional.of(Operations.change(change));
  }

  private static <T> Set<T> without(Collection<T> all, Collection<T> others) {
    Set<T> left = new LinkedHashSet<>(all);
    others.forEach(left::remove);
    return left;
  }
}
