package dev.heddle.control;

import dev.heddle.api.Addresses;
import dev.heddle.api.v1.IcmpMatch;
import dev.heddle.api.v1.IpSet;
import dev.heddle.api.v1.Policy;
import dev.heddle.api.v1.PolicyPeer;
import dev.heddle.api.v1.PolicyRule;
import dev.heddle.api.v1.PolicyRule.Action;
import dev.heddle.api.v1.PortRange;
import dev.heddle.api.v1.Profile;
import dev.heddle.api.v1.SetService;
import dev.heddle.api.v1.Tier;

/** Tiers, policies, profiles and IP sets as clients write them. */
final class PolicyMessages {
  private static final int TCP = 6;

  private PolicyMessages() {}

  static Tier tier(String name, int order) {
    return Tier.newBuilder().setName(name).setOrder(order).build();
  }

  /** Lets TCP to a port in, and nothing else. */
  static Policy allow(String name, String tier, String selector, String network, int port) {
    return ingress(name, tier, selector, tcp(Action.ACTION_ALLOW, network, port)).build();
  }

  static Policy.Builder ingress(String name, String tier, String selector, PolicyRule... rules) {
    return Policy.newBuilder()
        .setName(name)
        .setTier(tier)
        .setSelector(selector)
        .setAppliesToIngress(true)
        .addAllIngress(java.util.List.of(rules));
  }

  static PolicyRule tcp(Action action, String network, int port) {
    return PolicyRule.newBuilder()
        .setAction(action)
        .setNetwork(network)
        .setProtocol(TCP)
        .setDestination(PolicyPeer.newBuilder().addPorts(ports(port, port)))
        .build();
  }

  static PortRange ports(int first, int last) {
    return PortRange.newBuilder().setFirst(first).setLast(last).build();
  }

  /** A policy with everything that a policy may have. */
  static Policy everything(String name, String tier, String network) {
    PolicyPeer peer =
        PolicyPeer.newBuilder()
            .addNets(Addresses.parsePrefix("172.19.0.0/16"))
            .addNotNets(Addresses.parsePrefix("172.19.1.0/24"))
            .addPorts(ports(1, 100))
            .addNotPorts(ports(50, 60))
            .addIpSets("clients")
            .addNotIpSets("clients")
            .build();
    PolicyRule ports =
        PolicyRule.newBuilder()
            .setAction(Action.ACTION_ALLOW)
            .setNetwork(network)
            .setIpVersion(PolicyRule.IpVersion.IP_VERSION_4)
            .setProtocol(TCP)
            .setNotProtocol(17)
            .setSource(peer)
            .setDestination(peer.toBuilder().addIpSets("http"))
            .build();
    PolicyRule icmp =
        PolicyRule.newBuilder()
            .setAction(Action.ACTION_LOG)
            .setNetwork(network)
            .setProtocol(1)
            .setIcmp(IcmpMatch.newBuilder().setType(8))
            .setNotIcmp(IcmpMatch.newBuilder().setType(8).setCode(1))
            .build();
    return Policy.newBuilder()
        .setName(name)
        .setTier(tier)
        .setOrder(-5)
        .setNamespace("shop")
        .setSelector("app == 'web' && has(example.com/tier)")
        .setAppliesToIngress(true)
        .setAppliesToEgress(true)
        .addIngress(ports)
        .addIngress(icmp)
        .addEgress(PolicyRule.newBuilder().setAction(Action.ACTION_PASS).setNetwork(network))
        .build();
  }

  static Profile profile(String name) {
    PolicyRule rule =
        PolicyRule.newBuilder().setAction(Action.ACTION_ALLOW).setNetwork("blue").build();
    return Profile.newBuilder().setName(name).addIngress(rule).addEgress(rule).build();
  }

  static IpSet nets(String network, String name, String... members) {
    IpSet.Builder set = IpSet.newBuilder().setNetwork(network).setName(name);
    for (String each : members) {
      set.addNets(Addresses.parsePrefix(each));
    }
    return set.build();
  }

  static IpSet services(String network, String name, String address, int protocol, int port) {
    return IpSet.newBuilder()
        .setNetwork(network)
        .setName(name)
        .setType(IpSet.Type.TYPE_SERVICES)
        .addServices(service(address, protocol, port))
        .build();
  }

  static SetService service(String address, int protocol, int port) {
    return SetService.newBuilder()
        .setAddress(Addresses.parse(address))
        .setProtocol(protocol)
        .setPort(port)
        .build();
  }
}
