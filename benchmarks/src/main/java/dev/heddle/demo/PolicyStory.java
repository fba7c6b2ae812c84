package dev.heddle.demo;

import dev.heddle.api.Addresses;
import dev.heddle.api.HeddleClient;
import dev.heddle.api.Operations;
import dev.heddle.api.v1.Endpoint;
import dev.heddle.api.v1.ExplainRequest;
import dev.heddle.api.v1.Explanation;
import dev.heddle.api.v1.Policy;
import dev.heddle.api.v1.PolicyPeer;
import dev.heddle.api.v1.PolicyRule;
import dev.heddle.api.v1.PortRange;
import dev.heddle.api.v1.RuleDecision;
import dev.heddle.api.v1.RuleHits;
import dev.heddle.api.v1.Tier;
import java.util.List;

/**
 * A policy that lets one TCP port of a pod be reached, and nothing else; what its rules decided,
 * and why a packet is denied.
 */
final class PolicyStory {
  private static final String SERVER = "blue-o";
  private static final String TIER = "demo";
  private static final String POLICY = "one-port";
  private static final int TCP = 6;
  private static final int OTHER_PORT = TcpTransfer.PORT + 1;

  private final Report report;
  private final Checks checks;
  private final OwnInterfaces pods;
  private final HeddleClient client;

  /**
   * @param client of the daemon of node1
   */
  PolicyStory(Report report, Checks checks, OwnInterfaces pods, HeddleClient client) {
    this.report = report;
    this.checks = checks;
    this.pods = pods;
    this.client = client;
  }

  /**
   * Tells it.
   *
   * @param port that the policy allows
   */
  void run(int port) {
    KernelPod from = pods.of("blue-n");
    KernelPod across = pods.of("blue-p");
    KernelPod to = pods.of(SERVER);
    report.heading("Policy: one TCP port of %s may be reached, and nothing else".formatted(SERVER));
    apply(port);
    transfer(from, to);
    transfer(across, to);
    checkDenied(from, to);
    checkHits();
    checkExplanation(to.pod());
    client.apply(Operations.deletePolicy(POLICY), Operations.deleteTier(TIER));
    checks.ping(from, to.pod().address4(), true);
  }

  private void apply(int port) {
    Endpoint server =
        client.endpoints().stream()
            .map(status -> status.getEndpoint())
            .filter(endpoint -> endpoint.getName().equals(SERVER))
            .findAny()
            .orElseThrow();
    PolicyRule rule =
        PolicyRule.newBuilder()
            .setAction(PolicyRule.Action.ACTION_ALLOW)
            .setNetwork(server.getNetwork())
            .setProtocol(TCP)
            .setDestination(PolicyPeer.newBuilder().addPorts(PortRange.newBuilder().setFirst(port)))
            .build();
    Policy policy =
        Policy.newBuilder()
            .setName(POLICY)
            .setTier(TIER)
            .setSelector("app == 'web'")
            .setAppliesToIngress(true)
            .addIngress(rule)
            .build();
    client.apply(
        Operations.upsert(server.toBuilder().putLabels("app", "web").build()),
        Operations.upsert(Tier.newBuilder().setName(TIER).build()),
        Operations.upsert(policy));
  }

  private void transfer(KernelPod from, KernelPod to) {
    TcpTransfer tcp = TcpTransfer.run(from, to, to.pod().address4());
    report.check(
        tcp.whole(),
        "%s sends %d bytes by TCP to port %d of %s, which got %d"
            .formatted(
                from.pod().name(), tcp.sentBytes(), TcpTransfer.PORT, SERVER, tcp.receivedBytes()));
  }

  private void checkDenied(KernelPod from, KernelPod to) {
    boolean answers = TcpTransfer.answers(from, to.pod().address4(), OTHER_PORT);
    report.check(
        !answers,
        "%s asks for port %d of %s and hears %s"
            .formatted(from.pod().name(), OTHER_PORT, SERVER, answers ? "an answer" : "nothing"));
  }

  private void checkHits() {
    List<RuleHits> hits = client.ruleHits(SERVER);
    for (RuleHits each : hits) {
      boolean isPolicys = each.getTier().equals(TIER);
      String place = each.getRule() < 0 ? "the tier's end" : "rule " + each.getRule();
      report.check(
          !isPolicys || each.getPackets() > 0,
          "%s of %s decided about %d first packets: %s"
              .formatted(
                  isPolicys ? place : "the end of all rules",
                  SERVER,
                  each.getPackets(),
                  each.getAction() == PolicyRule.Action.ACTION_ALLOW ? "allow" : "deny"));
    }
    report.check(hits.size() == 3, "%d rules decide about %s".formatted(hits.size(), SERVER));
  }

  private void checkExplanation(Pod server) {
    Explanation found =
        client.explain(
            ExplainRequest.newBuilder()
                .setFrom("blue-n")
                .setDestination(Addresses.parse(server.address4()))
                .setProtocol(TCP)
                .setSourcePort(40_000)
                .setDestinationPort(OTHER_PORT)
                .build());
    String who =
        found.getDecisionsList().stream()
            .reduce((first, last) -> last)
            .map(RuleDecision::getTier)
            .orElse("nobody");
    report.check(
        found.getDropReason().equals("policy-ingress") && who.equals(TIER),
        "explained: TCP from blue-n to port %d of %s counts as '%s' by tier %s: %s"
            .formatted(OTHER_PORT, SERVER, found.getDropReason(), who, found.getDescription()));
  }
}
