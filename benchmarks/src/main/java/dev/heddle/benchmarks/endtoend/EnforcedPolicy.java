package dev.heddle.benchmarks.endtoend;

import dev.heddle.api.Operations;
import dev.heddle.api.v1.IpSet;
import dev.heddle.api.v1.Operation;
import dev.heddle.api.v1.Policy;
import dev.heddle.api.v1.PolicyPeer;
import dev.heddle.api.v1.PolicyRule;
import dev.heddle.api.v1.PolicyRule.Action;
import dev.heddle.api.v1.PortRange;
import dev.heddle.api.v1.Prefix;
import dev.heddle.api.v1.Tier;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Policies of the benchmarks' network: the first rule decides about the generator's packets, all
 * others are about TCP, which it does not send, with nets, ports and exclusions mixed.
 */
final class EnforcedPolicy {
  private static final String TIER = "bench";
  private static final String SET = "members";
  private static final int TCP = 6;
  private static final int UDP = 17;
  private static final int NETWORK = 0x0a00_0000;
  private static final int NETWORK_BITS = 24;
  private static final int FIRST_MEMBER = 0x2000_0000;

  private EnforcedPolicy() {}

  static Operation tier() {
    return Operations.upsert(Tier.newBuilder().setName(TIER).build());
  }

  /**
   * What the sink may receive.
   *
   * @param rules how many in all
   * @param first what the first one does with the generator's packets
   */
  static Operation forSink(int rules, Action first) {
    Policy.Builder policy = policy(BenchNetwork.SINK, BenchNetwork.SINK).setAppliesToIngress(true);
    policy.addIngress(
        rule(first)
            .setProtocol(UDP)
            .setSource(
                PolicyPeer.newBuilder()
                    .addNets(BenchNetwork.prefix(BenchNetwork.GENERATOR_ADDRESS, 32))));
    return Operations.upsert(policy.addAllIngress(mixed(rules - 1, 1)).build());
  }

  /** What an endpoint may send and receive: two programs that no other endpoint has. */
  static Operation bothWays(String endpoint, int rules, int seed) {
    return Operations.upsert(
        policy(endpoint, endpoint)
            .setAppliesToIngress(true)
            .setAppliesToEgress(true)
            .addAllIngress(mixed(rules, 2L * seed))
            .addAllEgress(mixed(rules, 2L * seed + 1))
            .build());
  }

  /** An IP set of single addresses, and a policy of the sink that names it. */
  static List<Operation> withSet(int members) {
    IpSet.Builder set = IpSet.newBuilder().setNetwork(BenchNetwork.NAME).setName(SET);
    for (int i = 0; i < members; i++) {
      set.addNets(BenchNetwork.prefix(FIRST_MEMBER + i, 32));
    }
    PolicyRule named =
        rule(Action.ACTION_ALLOW).setSource(PolicyPeer.newBuilder().addIpSets(SET)).build();
    return List.of(
        Operations.upsert(set.build()),
        Operations.upsert(
            policy("set", BenchNetwork.SINK).setAppliesToIngress(true).addIngress(named).build()));
  }

  private static Policy.Builder policy(String name, String endpoint) {
    return Policy.newBuilder()
        .setName(name)
        .setTier(TIER)
        .setSelector("%s == '%s'".formatted(BenchNetwork.LABEL, endpoint));
  }

  private static PolicyRule.Builder rule(Action action) {
    return PolicyRule.newBuilder().setAction(action).setNetwork(BenchNetwork.NAME);
  }

  private static List<PolicyRule> mixed(int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<PolicyRule> rules = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      PolicyPeer.Builder source = PolicyPeer.newBuilder();
      PolicyPeer.Builder destination = PolicyPeer.newBuilder();
      int port = 1 + random.nextInt(30_000);
      PortRange ports =
          PortRange.newBuilder().setFirst(port).setLast(port + random.nextInt(4)).build();
      switch (i % 3) {
        case 0 -> {
          source.addNets(net(random, 16 + random.nextInt(17)));
          destination.addPorts(ports);
        }
        case 1 -> {
          source.addNets(net(random, 16 + random.nextInt(17)));
          destination.addNets(net(random, 24)).addPorts(ports);
        }
        default -> {
          source.addNets(net(random, 28));
          destination.addNotPorts(ports);
        }
      }
      Action action = i % 4 == 0 ? Action.ACTION_DENY : Action.ACTION_ALLOW;
      rules.add(
          rule(action).setProtocol(TCP).setSource(source).setDestination(destination).build());
    }
    return rules;
  }

  private static Prefix net(SplittableRandom random, int length) {
    int address = NETWORK + random.nextInt(1 << NETWORK_BITS);
    return BenchNetwork.prefix(address & -1 << 32 - length, length);
  }
}
