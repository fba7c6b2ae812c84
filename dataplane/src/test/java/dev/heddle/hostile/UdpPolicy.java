package dev.heddle.hostile;

import dev.heddle.api.Operations;
import dev.heddle.api.v1.Operation;
import dev.heddle.api.v1.Policy;
import dev.heddle.api.v1.PolicyPeer;
import dev.heddle.api.v1.PolicyRule;
import dev.heddle.api.v1.PortRange;
import dev.heddle.api.v1.Tier;

/** The policy "in" of tier "t": everybody in a network may receive UDP at one port only. */
final class UdpPolicy {
  private static final int UDP = 17;

  private UdpPolicy() {}

  /** Creates tier and policy, or changes the port. */
  static Operation[] letIn(String network, int port) {
    PortRange.Builder ports = PortRange.newBuilder().setFirst(port).setLast(port);
    PolicyRule.Builder rule =
        PolicyRule.newBuilder()
            .setAction(PolicyRule.Action.ACTION_ALLOW)
            .setNetwork(network)
            .setProtocol(UDP)
            .setDestination(PolicyPeer.newBuilder().addPorts(ports));
    return new Operation[] {
      Operations.upsert(Tier.newBuilder().setName("t").build()),
      Operations.upsert(
          Policy.newBuilder()
              .setName("in")
              .setTier("t")
              .setAppliesToIngress(true)
              .addIngress(rule)
              .build())
    };
  }
}
