package dev.heddle.control;

import com.google.protobuf.ByteString;
import dev.heddle.api.Addresses;
import dev.heddle.api.v1.Endpoint;
import dev.heddle.api.v1.IcmpMatch;
import dev.heddle.api.v1.IpSet;
import dev.heddle.api.v1.Network;
import dev.heddle.api.v1.Policy;
import dev.heddle.api.v1.PolicyPeer;
import dev.heddle.api.v1.PolicyRule;
import dev.heddle.api.v1.PolicyRule.Action;
import dev.heddle.api.v1.PolicyRule.IpVersion;
import dev.heddle.api.v1.PortRange;
import dev.heddle.api.v1.Prefix;
import dev.heddle.api.v1.Profile;
import dev.heddle.api.v1.SetService;
import dev.heddle.api.v1.Tier;
import dev.heddle.control.PolicyOracle.Packet;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Makes worlds in which everything occurs that a policy may say, of so few names, addresses and
 * ports that rules meet packets and each other.
 */
final class RandomPolicies {
  /** Selectors, and what they mean. */
  static final Map<String, Predicate<Map<String, String>>> SELECTORS =
      Map.ofEntries(
          Map.entry("", labels -> true),
          Map.entry("all()", labels -> true),
          Map.entry("app == 'web'", labels -> "web".equals(labels.get("app"))),
          Map.entry("app != 'web'", labels -> !"web".equals(labels.get("app"))),
          Map.entry("has(zone)", labels -> labels.containsKey("zone")),
          Map.entry(
              "!has(zone) || app in {'db', 'x'}",
              labels -> !labels.containsKey("zone") || "db".equals(labels.get("app"))),
          Map.entry(
              "projectcalico.org/network == 'red'",
              labels -> "red".equals(labels.get("projectcalico.org/network"))),
          Map.entry(
              "projectcalico.org/network-namespace == 'shop'",
              labels -> "shop".equals(labels.get("projectcalico.org/network-namespace"))),
          Map.entry(
              "projectcalico.org/network-interface starts with 'net'",
              labels -> "net1".equals(labels.get("projectcalico.org/network-interface"))));

  private static final List<String> TEXTS = SELECTORS.keySet().stream().sorted().toList();
  private static final int[] WITH_PORTS = {6, 17, 132};
  private static final int[] PROTOCOLS = {6, 6, 17, 17, 132, 1, 58, 47};
  private static final int[] PORTS = {0, 1, 79, 80, 81, 443, 65_535};
  private static final List<String> NETWORKS = List.of("blue", "red");
  private static final List<ByteString> ADDRESSES =
      Stream.of(
              "172.19.0.10",
              "172.19.0.11",
              "172.19.1.10",
              "10.0.0.1",
              "fd00::10",
              "fd00::11",
              "fd00::1:10",
              "2001:db8::1")
          .map(Addresses::parse)
          .toList();
  private static final List<Prefix> NETS =
      Stream.of(
              "0.0.0.0/0",
              "172.19.0.0/16",
              "172.19.0.0/24",
              "172.19.0.10",
              "10.0.0.0/8",
              "::/0",
              "fd00::/64",
              "fd00::/112",
              "fd00::10",
              "2001:db8::/32")
          .map(Addresses::parsePrefix)
          .toList();

  private final Random random;
  private final ControlFixture daemon;

  RandomPolicies(Random random, ControlFixture daemon) {
    this.random = random;
    this.daemon = daemon;
  }

  /** A world in which some of another world's objects are as they were there. */
  PolicyWorld world(PolicyWorld kept) {
    PolicyWorld world = new PolicyWorld();
    addNetworks(world);
    addSets(world, kept);
    for (String name : List.of("early", "late", "a", "b")) {
      if (chance(2)) {
        world.tiers.put(name, or(kept.tiers.get(name), tier(name)));
      }
    }
    for (String name : List.of("p", "q", "r")) {
      if (chance(2)) {
        Profile before = usable(kept.profiles.get(name), world);
        world.profiles.put(name, or(before, profile(name, world)));
      }
    }
    for (int i = 0; i < 5 && !world.tiers.isEmpty(); i++) {
      if (!chance(4)) {
        Policy before = usable(kept.policies.get("policy" + i), world);
        world.policies.put("policy" + i, or(before, policy("policy" + i, world)));
      }
    }
    addEndpoints(world, kept);
    return world;
  }

  private void addNetworks(PolicyWorld world) {
    int byDefault = random.nextInt(3);
    for (int i = 0; i < NETWORKS.size(); i++) {
      if (i == 0 || !chance(4)) {
        Network network =
            ControlFixture.network(NETWORKS.get(i), 56 + i, "172.19.0.0/16", "fd00::/64");
        world.networks.put(
            network.getName(), network.toBuilder().setIsDefault(i == byDefault).build());
      }
    }
  }

  private void addSets(PolicyWorld world, PolicyWorld kept) {
    for (String network : world.networks.keySet()) {
      for (String name : List.of("clients", "others")) {
        if (!chance(4)) {
          IpSet.Builder set = IpSet.newBuilder().setNetwork(network).setName(name);
          set.addAllNets(some(NETS, 4));
          world.put(or(kept.ipSet(network, name), set.build()));
        }
      }
      if (!chance(4)) {
        world.put(or(kept.ipSet(network, "services"), services(network)));
      }
    }
  }

  private IpSet services(String network) {
    Set<SetService> services = new LinkedHashSet<>();
    for (int i = random.nextInt(6); i > 0; i--) {
      services.add(
          SetService.newBuilder()
              .setAddress(pick(ADDRESSES))
              .setProtocol(pick(WITH_PORTS))
              .setPort(pick(PORTS))
              .build());
    }
    return IpSet.newBuilder()
        .setNetwork(network)
        .setName("services")
        .setType(IpSet.Type.TYPE_SERVICES)
        .addAllServices(services)
        .build();
  }

  private void addEndpoints(PolicyWorld world, PolicyWorld kept) {
    for (String network : world.networks.keySet()) {
      for (int i = 0; i < 3; i++) {
        String name = network + i;
        if (!chance(5)) {
          Endpoint before = kept.endpoints.get(name);
          boolean usable =
              before != null && world.profiles.keySet().containsAll(before.getProfilesList());
          world.endpoints.put(name, or(usable ? before : null, endpoint(name, network, i, world)));
        }
      }
    }
  }

  private Endpoint endpoint(String name, String network, int number, PolicyWorld world) {
    Endpoint.Builder endpoint =
        daemon.endpoint(name, network, "172.19.0.1" + number, "fd00::1" + number).toBuilder();
    if (chance(2)) {
      endpoint.putLabels("app", chance(2) ? "web" : "db");
    }
    if (chance(2)) {
      endpoint.putLabels("zone", "");
    }
    if (chance(2)) {
      endpoint.setNamespace(chance(2) ? "shop" : "bank");
    }
    if (chance(2)) {
      endpoint.setInterface(chance(2) ? "net1" : "eth0");
    }
    return endpoint.addAllProfiles(some(List.copyOf(world.profiles.keySet()), 2)).build();
  }

  private Tier tier(String name) {
    Action end = pick(List.of(Action.ACTION_UNSPECIFIED, Action.ACTION_DENY, Action.ACTION_PASS));
    return Tier.newBuilder()
        .setName(name)
        .setOrder(random.nextInt(3) - 1)
        .setDefaultAction(end)
        .build();
  }

  private Policy policy(String name, PolicyWorld world) {
    boolean ingress = !chance(3);
    boolean egress = !ingress || chance(2);
    return Policy.newBuilder()
        .setName(name)
        .setTier(pick(List.copyOf(world.tiers.keySet())))
        .setOrder(random.nextInt(3) - 1)
        .setNamespace(chance(4) ? "shop" : "")
        .setSelector(pick(TEXTS))
        .setAppliesToIngress(ingress)
        .setAppliesToEgress(egress)
        .addAllIngress(ingress ? rules(world) : List.of())
        .addAllEgress(egress ? rules(world) : List.of())
        .build();
  }

  private Profile profile(String name, PolicyWorld world) {
    return Profile.newBuilder()
        .setName(name)
        .addAllIngress(rules(world))
        .addAllEgress(rules(world))
        .build();
  }

  private List<PolicyRule> rules(PolicyWorld world) {
    List<PolicyRule> rules = new ArrayList<>();
    for (int i = random.nextInt(8); i > 0; i--) {
      rules.add(rule(world));
    }
    return rules;
  }

  private PolicyRule rule(PolicyWorld world) {
    PolicyRule.Builder rule =
        PolicyRule.newBuilder()
            .setAction(Action.forNumber(1 + random.nextInt(4)))
            .setNetwork(pick(List.of("", "", "", "blue", "blue", "red", "elsewhere")))
            .setIpVersion(
                chance(4) ? IpVersion.forNumber(1 + random.nextInt(2)) : IpVersion.IP_VERSION_ANY);
    int protocol = pick(PROTOCOLS);
    if (chance(2)) {
      rule.setProtocol(protocol);
    }
    if (chance(5)) {
      rule.setNotProtocol(pick(PROTOCOLS));
    }
    boolean icmp = rule.hasProtocol() && (protocol == 1 || protocol == 58);
    if (icmp && chance(2)) {
      rule.setIcmp(icmp());
    }
    if (icmp && chance(2)) {
      rule.setNotIcmp(icmp());
    }
    boolean ports = rule.hasProtocol() && (protocol == 6 || protocol == 17 || protocol == 132);
    List<IpSet> sets = setsFor(rule.getNetwork(), world);
    if (chance(3)) {
      rule.setSource(peer(ports, sets, false));
    }
    if (chance(3)) {
      rule.setDestination(peer(ports, sets, true));
    }
    return rule.build();
  }

  /** The sets that a rule may name: those of the network that it applies to. */
  private static List<IpSet> setsFor(String network, PolicyWorld world) {
    String applies =
        network.isEmpty()
            ? world.networks.values().stream()
                .filter(Network::getIsDefault)
                .map(Network::getName)
                .findAny()
                .orElse("")
            : network;
    return world.ipSets.values().stream().filter(set -> set.getNetwork().equals(applies)).toList();
  }

  private IcmpMatch icmp() {
    IcmpMatch.Builder icmp = IcmpMatch.newBuilder().setType(random.nextInt(3));
    if (chance(2)) {
      icmp.setCode(random.nextInt(3));
    }
    return icmp.build();
  }

  private PolicyPeer peer(boolean hasPorts, List<IpSet> sets, boolean isDestination) {
    List<String> nets =
        sets.stream()
            .filter(set -> set.getType() == IpSet.Type.TYPE_NETS)
            .map(IpSet::getName)
            .toList();
    List<String> all = isDestination ? sets.stream().map(IpSet::getName).toList() : nets;
    PolicyPeer.Builder peer = PolicyPeer.newBuilder();
    peer.addAllNets(chance(3) ? some(NETS, 3) : List.of());
    peer.addAllNotNets(chance(4) ? some(NETS, 2) : List.of());
    peer.addAllIpSets(chance(2) ? some(all, 3) : List.of());
    peer.addAllNotIpSets(chance(4) ? some(nets, 2) : List.of());
    if (hasPorts) {
      peer.addAllPorts(chance(2) ? ports() : List.of());
      peer.addAllNotPorts(chance(3) ? ports() : List.of());
    }
    return peer.build();
  }

  private List<PortRange> ports() {
    List<PortRange> ranges = new ArrayList<>();
    for (int i = 1 + random.nextInt(2); i > 0; i--) {
      int first = pick(PORTS);
      int last = pick(PORTS);
      ranges.add(
          PortRange.newBuilder()
              .setFirst(Math.min(first, last))
              .setLast(chance(2) ? 0 : Math.max(first, last))
              .build());
    }
    return ranges;
  }

  Packet packet() {
    boolean ipv6 = random.nextBoolean();
    List<ByteString> addresses =
        ADDRESSES.stream().filter(address -> address.size() == (ipv6 ? 16 : 4)).toList();
    int protocol = pick(PROTOCOLS);
    boolean icmp = protocol == 1 || protocol == 58;
    boolean ports = !icmp && protocol != 47;
    return new Packet(
        pick(addresses),
        pick(addresses),
        protocol,
        icmp ? random.nextInt(3) : ports ? pick(PORTS) : 0,
        icmp ? random.nextInt(3) : ports ? pick(PORTS) : 0);
  }

  /** A policy of another world, unless this one lacks something that it names. */
  private static Policy usable(Policy policy, PolicyWorld world) {
    return policy != null
            && world.tiers.containsKey(policy.getTier())
            && hasSets(policy.getIngressList(), world)
            && hasSets(policy.getEgressList(), world)
        ? policy
        : null;
  }

  private static Profile usable(Profile profile, PolicyWorld world) {
    return profile != null
            && hasSets(profile.getIngressList(), world)
            && hasSets(profile.getEgressList(), world)
        ? profile
        : null;
  }

  private static boolean hasSets(List<PolicyRule> rules, PolicyWorld world) {
    return rules.stream()
        .allMatch(rule ->
            setsFor(rule.getNetwork(), world).stream()
                .map(IpSet::getName)
                .toList()
                .containsAll(
                    Stream.of(rule.getSource(), rule.getDestination())
                        .flatMap(peer ->
                            Stream.concat(
                                peer.getIpSetsList().stream(), peer.getNotIpSetsList().stream()))
                        .toList()));
  }

  private <T> T or(T kept, T fresh) {
    return chance(2) ? Objects.requireNonNullElse(kept, fresh) : fresh;
  }

  private <T> List<T> some(List<T> from, int most) {
    Set<T> some = new LinkedHashSet<>();
    for (int i = random.nextInt(most + 1); i > 0 && !from.isEmpty(); i--) {
      some.add(pick(from));
    }
    return List.copyOf(some);
  }

  /** Once in so many times. */
  boolean chance(int times) {
    return random.nextInt(times) == 0;
  }

  private <T> T pick(List<T> from) {
    return from.get(random.nextInt(from.size()));
  }

  private int pick(int... from) {
    return from[random.nextInt(from.length)];
  }
}
