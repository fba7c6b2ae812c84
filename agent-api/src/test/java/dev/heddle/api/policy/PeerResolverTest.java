package dev.heddle.api.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.heddle.api.policy.PeerResolver.NamedPort;
import dev.heddle.api.policy.PeerResolver.Peer;
import dev.heddle.api.policy.PeerResolver.Pod;
import dev.heddle.api.policy.PeerResolver.SetKey;
import dev.heddle.api.v1.IpSet;
import dev.heddle.api.v1.IpSetChange;
import dev.heddle.api.v1.Operation;
import dev.heddle.api.v1.Prefix;
import dev.heddle.api.v1.SetService;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Peers by label, as members of IP sets. */
class PeerResolverTest {
  private static final List<String> NETWORKS = List.of("blue", "red");
  private static final Map<String, Map<String, String>> NAMESPACES =
      Map.of("shop", Map.of("team", "a"), "bank", Map.of("team", "b"), "mail", Map.of());
  private static final List<String> APPS = List.of("web", "db");
  private static final List<String> NAMES = List.of("shop", "bank", "mail");

  private final SplittableRandom random = new SplittableRandom(3);

  @Test
  void shouldMeanPodsOfThePolicysNamespaceUnlessNamespacesAreSelected() {
    Pod shop = pod("blue", "shop", "web", 1);
    Pod bank = pod("blue", "bank", "web", 2);
    Pod red = pod("red", "bank", "web", 3);
    List<Pod> pods = List.of(shop, bank, red);
    Selector web = Selector.parse("app == 'web'");
    assertThat(members(pods, new Peer("shop", web, Optional.empty(), ""), "blue"))
        .containsExactly("1");
    assertThat(members(pods, new Peer("", web, Optional.empty(), ""), "blue"))
        .containsExactly("1", "2");
    Selector teamB = Selector.parse("team == 'b'");
    assertThat(members(pods, new Peer("shop", web, Optional.of(teamB), ""), "blue"))
        .containsExactly("2");
    assertThat(members(pods, new Peer("shop", web, Optional.of(teamB), ""), "red"))
        .containsExactly("3");
    assertThat(members(pods, new Peer("shop", web, Optional.empty(), "http"), "blue"))
        .containsExactly("1:6:8001");
    assertThat(members(pods, new Peer("shop", web, Optional.empty(), "none"), "blue")).isEmpty();
  }

  private static List<String> members(List<Pod> pods, Peer peer, String network) {
    IpSet set =
        PeerResolver.resolve(pods, NAMESPACES, Map.of("p", peer), NETWORKS)
            .get(new SetKey(network, "p"));
    List<String> members = new ArrayList<>();
    set.getNetsList().forEach(net -> members.add("" + net.getAddress().byteAt(3)));
    set.getServicesList()
        .forEach(each ->
            members.add(
                each.getAddress().byteAt(3) + ":" + each.getProtocol() + ":" + each.getPort()));
    return members;
  }

  private static Pod pod(String network, String namespace, String app, int host) {
    return new Pod(
        network,
        namespace,
        Map.of("app", app),
        List.of(ByteString.copyFrom(new byte[] {10, 0, 0, (byte) host})),
        List.of(new NamedPort("http", 6, 8000 + host)));
  }

  /** The differences of each step, applied one after the other, give what is resolved at once. */
  @Test
  void shouldComeToTheSameByDifferencesAsAtOnce() {
    List<Pod> pods = new ArrayList<>();
    SortedMap<SetKey, IpSet> before = new TreeMap<>();
    SortedMap<SetKey, IpSet> daemons = new TreeMap<>();
    for (int step = 0; step < 300; step++) {
      if (!pods.isEmpty() && random.nextInt(3) == 0) {
        pods.remove(random.nextInt(pods.size()));
      } else {
        pods.add(
            pod(
                NETWORKS.get(random.nextInt(2)),
                NAMES.get(random.nextInt(3)),
                APPS.get(random.nextInt(2)),
                random.nextInt(100)));
      }
      SortedMap<SetKey, IpSet> after = PeerResolver.resolve(pods, NAMESPACES, peers(), NETWORKS);
      for (Operation operation : PeerResolver.differences(before, after)) {
        apply(operation, daemons);
      }
      assertThat(daemons.keySet()).isEqualTo(after.keySet());
      after.forEach((key, set) -> {
        assertThat(new HashSet<>(daemons.get(key).getNetsList()))
            .isEqualTo(new HashSet<>(set.getNetsList()));
        assertThat(new HashSet<>(daemons.get(key).getServicesList()))
            .isEqualTo(new HashSet<>(set.getServicesList()));
      });
      assertThat(PeerResolver.differences(after, after)).isEmpty();
      before = after;
    }
  }

  private Map<String, Peer> peers() {
    Map<String, Peer> all = new TreeMap<>();
    all.put("web", new Peer("", Selector.parse("app == 'web'"), Optional.empty(), ""));
    if (random.nextBoolean()) {
      all.put("shop", new Peer("shop", Selector.ALL, Optional.empty(), "http"));
    }
    if (random.nextBoolean()) {
      Selector team = Selector.parse("has(team)");
      all.put("teams", new Peer("shop", Selector.ALL, Optional.of(team), ""));
    }
    return all;
  }

  private static void apply(Operation operation, SortedMap<SetKey, IpSet> sets) {
    if (operation.hasUpsertIpSet()) {
      IpSet set = operation.getUpsertIpSet();
      sets.put(new SetKey(set.getNetwork(), set.getName()), set);
    } else if (operation.hasDeleteIpSet()) {
      sets.remove(
          new SetKey(
              operation.getDeleteIpSet().getNetwork(), operation.getDeleteIpSet().getName()));
    } else {
      IpSetChange change = operation.getChangeIpSet();
      SetKey key = new SetKey(change.getNetwork(), change.getName());
      Set<Prefix> nets = new HashSet<>(sets.get(key).getNetsList());
      Set<SetService> services = new HashSet<>(sets.get(key).getServicesList());
      assertThat(nets).containsAll(change.getRemovedNetsList());
      change.getRemovedNetsList().forEach(nets::remove);
      nets.addAll(change.getAddedNetsList());
      change.getRemovedServicesList().forEach(services::remove);
      services.addAll(change.getAddedServicesList());
      sets.put(
          key,
          sets.get(key).toBuilder()
              .clearNets()
              .addAllNets(nets)
              .clearServices()
              .addAllServices(services)
              .build());
    }
  }
}
