package dev.heddle.control;

import com.google.protobuf.ByteString;
import dev.heddle.api.v1.Endpoint;
import dev.heddle.api.v1.IcmpMatch;
import dev.heddle.api.v1.IpSet;
import dev.heddle.api.v1.Network;
import dev.heddle.api.v1.Policy;
import dev.heddle.api.v1.PolicyPeer;
import dev.heddle.api.v1.PolicyRule;
import dev.heddle.api.v1.PolicyRule.Action;
import dev.heddle.api.v1.PortRange;
import dev.heddle.api.v1.Prefix;
import dev.heddle.api.v1.RuleHits;
import dev.heddle.api.v1.Tier;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;

/**
 * Decides about a packet by reading the contract's messages one after the other, as the contract
 * says what they mean. It shares nothing with what the daemon makes of them.
 *
 * @param chooses whether labels fit a selector
 */
record PolicyOracle(PolicyWorld world, BiPredicate<String, Map<String, String>> chooses) {
  private static final int ICMP = 1;
  private static final int ICMPV6 = 58;

  /**
   * A packet.
   *
   * @param source 4 or 16 bytes
   * @param destination as many
   * @param sourcePort or ICMP's type; 0 of protocols without ports
   * @param destinationPort or ICMP's code
   */
  record Packet(
      ByteString source,
      ByteString destination,
      int protocol,
      int sourcePort,
      int destinationPort) {
    boolean ipv6() {
      return source.size() == 16;
    }
  }

  /**
   * What becomes of a packet.
   *
   * @param by the rule that decided; null if there is no policy
   * @param logged the Log rules that it met before
   */
  record Outcome(boolean passes, RuleHits by, List<RuleHits> logged) {}

  Outcome decide(Endpoint endpoint, boolean ingress, Packet packet) {
    List<RuleHits> logged = new ArrayList<>();
    boolean chosen = false;
    for (Tier tier : sorted(world.tiers.values())) {
      List<Policy> policies = policies(tier, endpoint, ingress);
      if (policies.isEmpty()) {
        continue;
      }
      chosen = true;
      RuleHits by = firstMatch(policies, endpoint, ingress, packet, logged);
      if (by == null) {
        boolean passesOn = tier.getDefaultAction() == Action.ACTION_PASS;
        Action end = passesOn ? Action.ACTION_PASS : Action.ACTION_DENY;
        by = place(endpoint, ingress, -1, end).setTier(tier.getName()).build();
      }
      if (by.getAction() != Action.ACTION_PASS) {
        return new Outcome(by.getAction() == Action.ACTION_ALLOW, by, logged);
      }
    }
    return chosen || endpoint.getProfilesCount() > 0
        ? decideByProfiles(endpoint, ingress, packet, logged)
        : new Outcome(true, null, logged);
  }

  private Outcome decideByProfiles(
      Endpoint endpoint, boolean ingress, Packet packet, List<RuleHits> logged) {
    for (String name : endpoint.getProfilesList()) {
      var profile = world.profiles.get(name);
      List<PolicyRule> rules = ingress ? profile.getIngressList() : profile.getEgressList();
      for (int i = 0; i < rules.size(); i++) {
        PolicyRule rule = rules.get(i);
        if (applies(rule, endpoint) && matches(rule, endpoint, packet)) {
          RuleHits by = place(endpoint, ingress, i, rule.getAction()).setProfile(name).build();
          if (rule.getAction() != Action.ACTION_LOG) {
            return new Outcome(rule.getAction() == Action.ACTION_ALLOW, by, logged);
          }
          logged.add(by);
        }
      }
    }
    return new Outcome(false, place(endpoint, ingress, -1, Action.ACTION_DENY).build(), logged);
  }

  private RuleHits firstMatch(
      List<Policy> policies,
      Endpoint endpoint,
      boolean ingress,
      Packet packet,
      List<RuleHits> logged) {
    for (Policy policy : policies) {
      List<PolicyRule> rules = ingress ? policy.getIngressList() : policy.getEgressList();
      for (int i = 0; i < rules.size(); i++) {
        PolicyRule rule = rules.get(i);
        if (applies(rule, endpoint) && matches(rule, endpoint, packet)) {
          RuleHits by =
              place(endpoint, ingress, i, rule.getAction())
                  .setTier(policy.getTier())
                  .setPolicy(policy.getName())
                  .build();
          if (rule.getAction() != Action.ACTION_LOG) {
            return by;
          }
          logged.add(by);
        }
      }
    }
    return null;
  }

  private static RuleHits.Builder place(
      Endpoint endpoint, boolean ingress, int rule, Action action) {
    return RuleHits.newBuilder()
        .setEndpoint(endpoint.getName())
        .setIngress(ingress)
        .setRule(rule)
        .setAction(action);
  }

  private static List<Tier> sorted(Iterable<Tier> tiers) {
    List<Tier> all = new ArrayList<>();
    tiers.forEach(all::add);
    all.sort(Comparator.comparing(Tier::getOrder).thenComparing(Tier::getName));
    return all;
  }

  private List<Policy> policies(Tier tier, Endpoint endpoint, boolean ingress) {
    Map<String, String> labels = labels(endpoint);
    List<Policy> policies = new ArrayList<>();
    for (Policy policy : world.policies.values()) {
      boolean direction = ingress ? policy.getAppliesToIngress() : policy.getAppliesToEgress();
      boolean namespace =
          policy.getNamespace().isEmpty() || policy.getNamespace().equals(endpoint.getNamespace());
      if (policy.getTier().equals(tier.getName())
          && direction
          && namespace
          && chooses.test(policy.getSelector(), labels)) {
        policies.add(policy);
      }
    }
    policies.sort(Comparator.comparing(Policy::getOrder).thenComparing(Policy::getName));
    return policies;
  }

  private static Map<String, String> labels(Endpoint endpoint) {
    Map<String, String> labels = new HashMap<>(endpoint.getLabelsMap());
    labels.put("projectcalico.org/network", endpoint.getNetwork());
    if (!endpoint.getNamespace().isEmpty()) {
      labels.put("projectcalico.org/namespace", endpoint.getNamespace());
      labels.put("projectcalico.org/network-namespace", endpoint.getNamespace());
    }
    if (!endpoint.getInterface().isEmpty()) {
      labels.put("projectcalico.org/network-interface", endpoint.getInterface());
    }
    return labels;
  }

  /** Whether a rule is one for the endpoint's network. */
  private boolean applies(PolicyRule rule, Endpoint endpoint) {
    Network network = world.networks.get(endpoint.getNetwork());
    return rule.getNetwork().isEmpty()
        ? network.getIsDefault()
        : rule.getNetwork().equals(network.getName());
  }

  private boolean matches(PolicyRule rule, Endpoint endpoint, Packet packet) {
    boolean version =
        switch (rule.getIpVersion()) {
          case IP_VERSION_4 -> !packet.ipv6();
          case IP_VERSION_6 -> packet.ipv6();
          default -> true;
        };
    boolean protocol = !rule.hasProtocol() || rule.getProtocol() == packet.protocol;
    boolean notProtocol = rule.hasNotProtocol() && rule.getNotProtocol() == packet.protocol;
    boolean icmp = !rule.hasIcmp() || matches(rule.getIcmp(), packet);
    boolean notIcmp = rule.hasNotIcmp() && matches(rule.getNotIcmp(), packet);
    return version
        && protocol
        && !notProtocol
        && icmp
        && !notIcmp
        && matches(rule.getSource(), packet.source, packet.sourcePort, endpoint, packet)
        && matches(
            rule.getDestination(), packet.destination, packet.destinationPort, endpoint, packet);
  }

  private static boolean matches(IcmpMatch wanted, Packet packet) {
    return (packet.protocol == ICMP || packet.protocol == ICMPV6)
        && packet.sourcePort == wanted.getType()
        && (!wanted.hasCode() || packet.destinationPort == wanted.getCode());
  }

  private boolean matches(
      PolicyPeer peer, ByteString address, int port, Endpoint endpoint, Packet packet) {
    if (!peer.getNetsList().isEmpty() && !isIn(peer.getNetsList(), address)
        || isIn(peer.getNotNetsList(), address)
        || !peer.getPortsList().isEmpty() && !isPortIn(peer.getPortsList(), port)
        || isPortIn(peer.getNotPortsList(), port)) {
      return false;
    }
    boolean any = peer.getIpSetsList().isEmpty();
    for (String name : peer.getIpSetsList()) {
      any |= isIn(world.ipSet(endpoint.getNetwork(), name), address, packet);
    }
    for (String name : peer.getNotIpSetsList()) {
      any &= !isIn(world.ipSet(endpoint.getNetwork(), name), address, packet);
    }
    return any;
  }

  private static boolean isIn(IpSet set, ByteString address, Packet packet) {
    return isIn(set.getNetsList(), address)
        || set.getServicesList().stream()
            .anyMatch(service ->
                service.getAddress().equals(address)
                    && service.getProtocol() == packet.protocol
                    && service.getPort() == packet.destinationPort);
  }

  private static boolean isPortIn(List<PortRange> ranges, int port) {
    return ranges.stream()
        .anyMatch(range ->
            range.getLast() == 0
                ? port == range.getFirst()
                : range.getFirst() <= port && port <= range.getLast());
  }

  private static boolean isIn(List<Prefix> nets, ByteString address) {
    for (Prefix net : nets) {
      int bits = 8 * address.size();
      if (net.getAddress().size() == address.size()) {
        BigInteger difference = number(net.getAddress()).xor(number(address));
        if (difference.shiftRight(bits - net.getLength()).signum() == 0) {
          return true;
        }
      }
    }
    return false;
  }

  private static BigInteger number(ByteString address) {
    return new BigInteger(1, address.toByteArray());
  }
}
