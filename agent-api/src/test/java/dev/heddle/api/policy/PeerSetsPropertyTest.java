package dev.heddle.api.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.heddle.api.v1.IpSet;
import dev.heddle.api.v1.IpSetChange;
import dev.heddle.api.v1.IpSetKey;
import dev.heddle.api.v1.Operation;
import dev.heddle.api.v1.Prefix;
import dev.heddle.api.v1.SetService;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/**
 * Holds {@link PeerSets} against a naive answer: for each set, every endpoint there is is asked
 * whether what its rule says is true of it. What is told is applied to a mirror, as strictly as may
 * be: nothing is created, added, removed or deleted twice.
 */
class PeerSetsPropertyTest {
  private static final List<String> NETWORKS = List.of("blue", "red");
  private static final List<String> NAMESPACES = List.of("shop", "bank", "");
  private static final List<String> WORDS = List.of("x", "y");

  /** An expression of Calico's, and what it means. */
  private record Expression(String text, Predicate<Map<String, String>> meaning) {}

  private static final List<Expression> EXPRESSIONS =
      List.of(
          new Expression("a == 'x'", labels -> "x".equals(labels.get("a"))),
          new Expression("a != 'x'", labels -> !"x".equals(labels.get("a"))),
          new Expression("has(b)", labels -> labels.containsKey("b")),
          new Expression(
              "!has(b) || a == 'y'",
              labels -> !labels.containsKey("b") || "y".equals(labels.get("a"))),
          new Expression(
              "b in {'x', 'y'} && has(a)",
              labels -> labels.containsKey("a") && labels.containsKey("b")),
          new Expression("all()", labels -> true),
          new Expression("global()", labels -> true),
          new Expression("", labels -> true));

  /** What a rule says, as it was written. */
  private record Wanted(
      PeerSet set, String policyNamespace, Expression selector, Expression namespaceSelector) {
    static Wanted random(Random random, String network, String name, boolean ofServices) {
      String namespace = pick(random, NAMESPACES);
      Expression pods = pick(random, EXPRESSIONS);
      Expression namespaces = pick(random, EXPRESSIONS);
      PeerSelector peers = PeerSelector.of(namespace, pods.text, namespaces.text);
      PeerSet set =
          ofServices
              ? PeerSet.ofServices(network, name, peers, pick(random, WORDS), 6 + random.nextInt(2))
              : PeerSet.ofNets(network, name, peers);
      return new Wanted(set, namespace, pods, namespaces);
    }

    boolean isTrueOf(PeerEndpoint endpoint, Map<String, Map<String, String>> namespaces) {
      boolean right = endpoint.network().equals(set.network());
      right &= selector.meaning.test(endpoint.labels());
      if (namespaceSelector.text.equals("global()")) {
        right &= endpoint.namespace().isEmpty();
      } else if (!namespaceSelector.text.isEmpty()) {
        right &= !endpoint.namespace().isEmpty();
        right &=
            namespaceSelector.meaning.test(namespaces.getOrDefault(endpoint.namespace(), Map.of()));
      } else if (!policyNamespace.isEmpty() && !selector.text.isEmpty()) {
        right &= endpoint.namespace().equals(policyNamespace);
      }
      return right;
    }
  }

  /** A cluster; whatever happens to it is told to the sets, too. */
  private static final class Cluster {
    private final Map<String, Map<String, String>> namespaces = new HashMap<>();
    private final Map<String, PeerEndpoint> endpoints = new HashMap<>();
    private final Map<IpSetKey, Wanted> wanted = new HashMap<>();
    private final PeerSets peers = new PeerSets();
    private final Map<IpSetKey, Set<Object>> mirror = new HashMap<>();

    void putNamespace(String name, Map<String, String> labels) {
      namespaces.put(name, labels);
      peers.putNamespace(name, labels);
    }

    void removeNamespace(String name) {
      namespaces.remove(name);
      peers.removeNamespace(name);
    }

    void put(PeerEndpoint endpoint) {
      endpoints.put(endpoint.name(), endpoint);
      peers.putEndpoint(endpoint);
    }

    void removeEndpoint(String name) {
      endpoints.remove(name);
      peers.removeEndpoint(name);
    }

    void put(Wanted rule) {
      wanted.put(key(rule.set.network(), rule.set.name()), rule);
      peers.putSet(rule.set);
    }

    void removeSet(String network, String name) {
      wanted.remove(key(network, name));
      peers.removeSet(network, name);
    }

    /** Applies what is told to the mirror, and compares it with the naive answer. */
    void check(String description) {
      for (Operation told : peers.takeChanges()) {
        mirror(told);
      }
      assertThat(mirror).as(description).isEqualTo(answer());
    }

    void checkWhole(String description) {
      Map<IpSetKey, Set<Object>> whole = new HashMap<>();
      peers.takeWhole().forEach(set -> whole.put(key(set.getNetwork(), set.getName()), all(set)));
      assertThat(whole).as(description).isEqualTo(answer());
      assertThat(peers.takeChanges()).as(description).isEmpty();
      mirror.clear();
      mirror.putAll(whole);
    }

    private void mirror(Operation told) {
      switch (told.getChangeCase()) {
        case UPSERT_IP_SET -> {
          IpSet set = told.getUpsertIpSet();
          assertThat(mirror.put(key(set.getNetwork(), set.getName()), all(set))).isNull();
        }
        case DELETE_IP_SET -> assertThat(mirror.remove(told.getDeleteIpSet())).isNotNull();
        case CHANGE_IP_SET -> {
          IpSetChange change = told.getChangeIpSet();
          Set<Object> members = mirror.get(key(change.getNetwork(), change.getName()));
          List<Object> removed = new ArrayList<>(change.getRemovedNetsList());
          removed.addAll(change.getRemovedServicesList());
          List<Object> added = new ArrayList<>(change.getAddedNetsList());
          added.addAll(change.getAddedServicesList());
          assertThat(removed.size() + added.size()).isPositive();
          removed.forEach(member -> assertThat(members.remove(member)).isTrue());
          added.forEach(member -> assertThat(members.add(member)).isTrue());
        }
        default -> throw new AssertionError(told);
      }
    }

    private Map<IpSetKey, Set<Object>> answer() {
      Map<IpSetKey, Set<Object>> answer = new HashMap<>();
      wanted.forEach((key, rule) -> {
        Set<Object> members = new HashSet<>();
        endpoints.values().stream()
            .filter(endpoint -> rule.isTrueOf(endpoint, namespaces))
            .forEach(endpoint -> members.addAll(members(endpoint, rule.set.port())));
        answer.put(key, members);
      });
      return answer;
    }
  }

  private static List<Object> members(PeerEndpoint endpoint, Optional<PeerSet.PortName> wanted) {
    List<Object> members = new ArrayList<>();
    for (ByteString address : endpoint.addresses()) {
      if (wanted.isEmpty()) {
        members.add(Prefix.newBuilder().setAddress(address).setLength(8 * address.size()).build());
        continue;
      }
      for (NamedPort port : endpoint.ports()) {
        if (port.name().equals(wanted.get().name()) && port.protocol() == wanted.get().protocol()) {
          members.add(
              SetService.newBuilder()
                  .setAddress(address)
                  .setProtocol(port.protocol())
                  .setPort(port.port())
                  .build());
        }
      }
    }
    return members;
  }

  private static IpSetKey key(String network, String name) {
    return IpSetKey.newBuilder().setNetwork(network).setName(name).build();
  }

  private static Set<Object> all(IpSet set) {
    Set<Object> members = new HashSet<>(set.getNetsList());
    members.addAll(set.getServicesList());
    return members;
  }

  private static <T> T pick(Random random, List<T> from) {
    return from.get(random.nextInt(from.size()));
  }

  private static Map<String, String> labels(Random random) {
    Map<String, String> labels = new HashMap<>();
    for (String label : List.of("a", "b")) {
      if (random.nextInt(3) > 0) {
        labels.put(label, pick(random, WORDS));
      }
    }
    return labels;
  }

  /** Few addresses, so that several endpoints have the same ones. */
  private static PeerEndpoint endpoint(Random random, String name) {
    Set<ByteString> addresses = new HashSet<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      byte[] address = new byte[random.nextBoolean() ? 4 : 16];
      address[address.length - 1] = (byte) random.nextInt(3);
      addresses.add(ByteString.copyFrom(address));
    }
    Set<NamedPort> ports = new HashSet<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      ports.add(new NamedPort(pick(random, WORDS), 6 + random.nextInt(2), 80 + random.nextInt(2)));
    }
    return new PeerEndpoint(
        name, pick(random, NETWORKS), pick(random, NAMESPACES), labels(random), addresses, ports);
  }

  private static void happen(Random random, Cluster cluster) {
    String network = pick(random, NETWORKS);
    int number = random.nextInt(6);
    switch (random.nextInt(8)) {
      case 0 -> cluster.putNamespace(NAMESPACES.get(number % 2), labels(random));
      case 1 -> cluster.removeNamespace(NAMESPACES.get(number % 2));
      case 2, 3, 4 -> cluster.put(endpoint(random, "e" + number));
      case 5 -> cluster.removeEndpoint("e" + number);
      case 6 -> cluster.put(Wanted.random(random, network, "s" + number, number % 2 == 0));
      default -> {
        if (random.nextBoolean()) {
          cluster.removeSet(network, "s" + number);
        }
      }
    }
  }

  @Test
  void shouldAgreeWithANaiveAnswerWheneverItIsAsked() {
    for (long seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      Cluster cluster = new Cluster();
      for (int step = 0; step < 100; step++) {
        happen(random, cluster);
        String description = "seed " + seed + ", step " + step;
        if (random.nextInt(4) == 0) {
          cluster.check(description);
        } else if (random.nextInt(40) == 0) {
          cluster.checkWhole(description);
        }
      }
      cluster.check("seed " + seed);
    }
  }

  @Test
  void shouldComeToTheSameWhateverTheOrder() {
    for (long seed = 0; seed < 100; seed++) {
      Random random = new Random(seed);
      List<Consumer<Cluster>> events = events(random);
      List<IpSet> first = null;
      for (int order = 0; order < 5; order++) {
        Collections.shuffle(events, random);
        Cluster cluster = new Cluster();
        for (Consumer<Cluster> event : events) {
          event.accept(cluster);
          if (random.nextInt(3) == 0) {
            cluster.check("seed " + seed);
          }
        }
        List<IpSet> whole = cluster.peers.takeWhole();
        first = Objects.requireNonNullElse(first, whole);
        assertThat(whole).as("seed %d, order %d", seed, order).isEqualTo(first);
      }
    }
  }

  /** Events that are about different things each, so that any order leads to the same cluster. */
  private static List<Consumer<Cluster>> events(Random random) {
    List<Consumer<Cluster>> events = new ArrayList<>();
    for (String name : List.of("shop", "bank")) {
      Map<String, String> labels = labels(random);
      events.add(cluster -> cluster.putNamespace(name, labels));
    }
    for (int i = 0; i < 8; i++) {
      PeerEndpoint endpoint = endpoint(random, "e" + i);
      events.add(cluster -> cluster.put(endpoint));
    }
    for (int i = 0; i < 6; i++) {
      Wanted rule = Wanted.random(random, pick(random, NETWORKS), "s" + i, i % 2 == 0);
      events.add(cluster -> cluster.put(rule));
    }
    return events;
  }
}
