package dev.heddle.benchmarks.endtoend;

import dev.heddle.api.Addresses;
import dev.heddle.api.Operations;
import dev.heddle.api.v1.Operation;
import dev.heddle.api.v1.Policy;
import dev.heddle.api.v1.PolicyPeer;
import dev.heddle.api.v1.PolicyRule;
import dev.heddle.api.v1.Tier;
import dev.heddle.benchmarks.policy.MixedRule;
import dev.heddle.compile.policy.PortRange;
import dev.heddle.model.IpPrefix;
import java.util.ArrayList;
import java.util.List;

/**
 * A thousand rules about what an endpoint may send, for the daemon and for Open vSwitch: nets with
 * ports, nets at both ends with and without, ports. None is true of the benchmarks' packets but the
 * last one, which allows everything. Excluded ports are left out: OpenFlow has no word for them.
 */
final class BenchPolicy {
  /** How many, the last one included. */
  static final int RULES = 1_000;

  private static final List<MixedRule> MIXED =
      MixedRule.list(RULES, RULES - 1).stream().map(MixedRule::withoutException).toList();
  private static final String TIER = "bench";
  private static final int TCP = 6;

  private BenchPolicy() {}

  /** What the daemon must be told, so that the rules are those of an endpoint of a network. */
  static List<Operation> operations(String network, String endpoint) {
    Policy.Builder policy =
        Policy.newBuilder()
            .setName(network)
            .setTier(TIER)
            .setSelector("%s == '%s'".formatted(BenchNetwork.LABEL, endpoint))
            .setAppliesToEgress(true);
    for (MixedRule rule : MIXED) {
      policy.addEgress(message(network, rule));
    }
    policy.addEgress(
        PolicyRule.newBuilder().setNetwork(network).setAction(PolicyRule.Action.ACTION_ALLOW));
    return List.of(
        Operations.upsert(Tier.newBuilder().setName(TIER).build()),
        Operations.upsert(policy.build()));
  }

  private static PolicyRule message(String network, MixedRule rule) {
    PolicyRule.Builder message =
        PolicyRule.newBuilder()
            .setNetwork(network)
            .setAction(
                rule.denies() ? PolicyRule.Action.ACTION_DENY : PolicyRule.Action.ACTION_ALLOW);
    if (rule.protocol() != 0) {
      message.setProtocol(rule.protocol());
    }
    if (rule.source() != null) {
      message.setSource(PolicyPeer.newBuilder().addNets(net(rule.source())));
    }
    PolicyPeer.Builder destination = PolicyPeer.newBuilder();
    if (rule.destination() != null) {
      destination.addNets(net(rule.destination()));
    }
    if (rule.ports() != null) {
      destination.addPorts(
          dev.heddle.api.v1.PortRange.newBuilder()
              .setFirst(rule.ports().first())
              .setLast(rule.ports().last()));
    }
    return message.setDestination(destination).build();
  }

  private static dev.heddle.api.v1.Prefix net(IpPrefix prefix) {
    return BenchNetwork.prefix((int) prefix.address().low(), prefix.length());
  }

  /**
   * The same as flows of Open vSwitch.
   *
   * @param from port whose packets they are about
   * @param allow action for what may pass
   */
  static List<String> flows(String from, String allow) {
    List<String> flows = new ArrayList<>();
    int priority = RULES;
    for (MixedRule rule : MIXED) {
      String action = rule.denies() ? "drop" : allow;
      for (String match : matches(rule)) {
        flows.add("priority=%d,in_port=%s,%s,actions=%s".formatted(priority, from, match, action));
      }
      priority--;
    }
    flows.add("priority=%d,in_port=%s,ip,actions=%s".formatted(priority, from, allow));
    return flows;
  }

  /** A match for each piece of the rule's ports that has a mask. */
  private static List<String> matches(MixedRule rule) {
    StringBuilder match =
        new StringBuilder(rule.protocol() == 0 ? "ip" : rule.protocol() == TCP ? "tcp" : "udp");
    if (rule.source() != null) {
      match.append(",nw_src=").append(text(rule.source()));
    }
    if (rule.destination() != null) {
      match.append(",nw_dst=").append(text(rule.destination()));
    }
    if (rule.ports() == null) {
      return List.of(match.toString());
    }
    return masks(rule.ports()).stream().map(mask -> match + ",tp_dst=" + mask).toList();
  }

  private static String text(IpPrefix prefix) {
    return Addresses.format(BenchNetwork.bytes((int) prefix.address().low()))
        + "/"
        + prefix.length();
  }

  /** The fewest values with masks that are together just these ports. */
  static List<String> masks(PortRange ports) {
    List<String> masks = new ArrayList<>();
    int next = ports.first();
    while (next <= ports.last()) {
      int size = next == 0 ? 1 << 16 : Integer.lowestOneBit(next);
      while (next + size - 1 > ports.last()) {
        size >>= 1;
      }
      masks.add("0x%x/0x%x".formatted(next, 0x10000 - size));
      next += size;
    }
    return masks;
  }
}
