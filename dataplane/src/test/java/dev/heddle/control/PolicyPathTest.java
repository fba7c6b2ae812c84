package dev.heddle.control;

import static dev.heddle.api.Operations.change;
import static dev.heddle.api.Operations.deleteIpSet;
import static dev.heddle.api.Operations.deletePolicy;
import static dev.heddle.api.Operations.upsert;
import static dev.heddle.control.ControlFixture.network;
import static dev.heddle.control.PolicyMessages.allow;
import static dev.heddle.control.PolicyMessages.ingress;
import static dev.heddle.control.PolicyMessages.nets;
import static dev.heddle.control.PolicyMessages.service;
import static dev.heddle.control.PolicyMessages.services;
import static dev.heddle.control.PolicyMessages.tcp;
import static dev.heddle.control.PolicyMessages.tier;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.api.Addresses;
import dev.heddle.api.v1.Endpoint;
import dev.heddle.api.v1.IpSetChange;
import dev.heddle.api.v1.PolicyPeer;
import dev.heddle.api.v1.PolicyRule;
import dev.heddle.api.v1.PolicyRule.Action;
import dev.heddle.api.v1.RuleHits;
import dev.heddle.table.Attachment;
import dev.heddle.table.Tables;
import dev.heddle.table.policy.FlowKeys;
import dev.heddle.table.policy.PolicyHits;
import dev.heddle.table.policy.PolicyTables;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Policies from the contract to the tables that workers have. */
class PolicyPathTest {
  private static final int TCP = 6;
  private static final int UDP = 17;
  private static final int CLIENT = 0xac13_0014;
  private static final int OTHER_CLIENT = 0xac13_0714;
  private static final int SERVER = 0xac13_000a;

  private ControlFixture daemon;

  @BeforeEach
  void start(@TempDir Path directory) throws IOException {
    daemon = new ControlFixture(directory);
    daemon.client.apply(
        upsert(network("blue", 56, "172.19.0.0/16").toBuilder().setIsDefault(true).build()),
        upsert(web("a", "blue", "172.19.0.10")),
        upsert(daemon.endpoint("b", "blue", "172.19.0.20")));
  }

  @AfterEach
  void stop() throws IOException {
    daemon.close();
  }

  private Endpoint web(String name, String network, String address) {
    return daemon.endpoint(name, network, address).toBuilder().putLabels("app", "web").build();
  }

  private boolean receives(String endpoint, int protocol, int from, int port) {
    return passes(endpoint, true, protocol, from, port);
  }

  /** Whether the tables let an endpoint receive, or send, packets to the server's address. */
  private boolean passes(String endpoint, boolean ingress, int protocol, int from, int port) {
    Tables tables = daemon.tables();
    Attachment attachment = tables.attachment(interfaceOf(endpoint));
    int program = ingress ? attachment.ingressProgram() : attachment.egressProgram();
    if (program == PolicyTables.NO_PROGRAM) {
      return true;
    }
    FlowKeys keys = new FlowKeys(1);
    keys.sourceLow[0] = Integer.toUnsignedLong(from);
    keys.destinationLow[0] = Integer.toUnsignedLong(SERVER);
    keys.protocol[0] = protocol;
    keys.sourcePort[0] = 40_000;
    keys.destinationPort[0] = port;
    return PolicyTables.allows(tables.policies().verdict(program, keys, 0, new PolicyHits()));
  }

  private int interfaceOf(String endpoint) {
    return daemon.client.endpoints().stream()
        .filter(status -> status.getEndpoint().getName().equals(endpoint))
        .findAny()
        .orElseThrow()
        .getInterfaceIndex();
  }

  @Test
  void shouldDecideForTheEndpointsThatASelectorChooses() {
    daemon.client.apply(upsert(tier("t", 1)), upsert(allow("web", "t", "app == 'web'", "", 80)));
    assertThat(receives("a", TCP, CLIENT, 80)).isTrue();
    assertThat(receives("a", TCP, CLIENT, 81)).isFalse();
    assertThat(receives("a", UDP, CLIENT, 80)).isFalse();
    assertThat(passes("a", false, UDP, CLIENT, 80)).isTrue();
    assertThat(receives("b", TCP, CLIENT, 81)).isTrue();
    // Labels may change, and the policy with them.
    daemon.client.apply(upsert(web("b", "blue", "172.19.0.20")));
    assertThat(receives("b", TCP, CLIENT, 81)).isFalse();
    daemon.client.apply(deletePolicy("web"));
    assertThat(receives("b", TCP, CLIENT, 81)).isTrue();
    assertThat(daemon.tables().policies().isPoliced(0)).isFalse();
  }

  @Test
  void shouldHaveThePolicyInTheTablesThatFirstHaveTheEndpoint() {
    daemon.client.apply(upsert(tier("t", 1)), upsert(allow("web", "t", "app == 'web'", "", 80)));
    daemon.client.apply(upsert(web("late", "blue", "172.19.0.30")));
    assertThat(receives("late", TCP, CLIENT, 81)).isFalse();
    assertThat(daemon.publications()).isEqualTo(3);
  }

  @Test
  void shouldApplyRulesToTheirNetworkOnlyAndCoverThoseThatComeLater() {
    daemon.client.apply(
        upsert(tier("t", 1)),
        upsert(
            ingress(
                    "both",
                    "t",
                    "app == 'web'",
                    tcp(Action.ACTION_ALLOW, "", 80),
                    tcp(Action.ACTION_ALLOW, "red", 90))
                .build()));
    daemon.client.apply(
        upsert(network("red", 57, "172.19.0.0/16")), upsert(web("r", "red", "172.19.0.10")));
    assertThat(receives("a", TCP, CLIENT, 80)).isTrue();
    assertThat(receives("a", TCP, CLIENT, 90)).isFalse();
    assertThat(receives("r", TCP, CLIENT, 80)).isFalse();
    assertThat(receives("r", TCP, CLIENT, 90)).isTrue();
    // Another network is the default one from now on.
    daemon.client.apply(
        upsert(network("blue", 56, "172.19.0.0/16")),
        upsert(network("red", 57, "172.19.0.0/16").toBuilder().setIsDefault(true).build()));
    assertThat(receives("a", TCP, CLIENT, 80)).isFalse();
    assertThat(receives("r", TCP, CLIENT, 80)).isTrue();
  }

  @Test
  void shouldSelectByWhereAnEndpointIs() {
    daemon.client.apply(
        upsert(tier("t", 1)),
        upsert(
            web("n", "blue", "172.19.0.40").toBuilder()
                .setNamespace("shop")
                .setInterface("net1")
                .build()),
        upsert(
            ingress(
                    "by-interface",
                    "t",
                    "projectcalico.org/network == 'blue' && projectcalico.org/network-interface =="
                        + " 'net1' && projectcalico.org/network-namespace == 'shop'")
                .build()));
    assertThat(receives("n", TCP, CLIENT, 80)).isFalse();
    assertThat(receives("a", TCP, CLIENT, 80)).isTrue();
    daemon.client.apply(upsert(ingress("by-interface", "t", "").setNamespace("shop").build()));
    assertThat(receives("n", TCP, CLIENT, 80)).isFalse();
    assertThat(receives("a", TCP, CLIENT, 80)).isTrue();
  }

  @Test
  void shouldAskTiersPoliciesAndProfilesInOrder() {
    PolicyRule pass = tcp(Action.ACTION_PASS, "", 81);
    daemon.client.apply(
        upsert(tier("second", 2)),
        upsert(tier("first", 1)),
        upsert(PolicyMessages.profile("all")),
        upsert(web("a", "blue", "172.19.0.10").toBuilder().addProfiles("all").build()),
        upsert(
            ingress("later", "first", "app == 'web'", tcp(Action.ACTION_DENY, "", 80))
                .setOrder(2)
                .build()),
        upsert(
            ingress("sooner", "first", "app == 'web'", tcp(Action.ACTION_ALLOW, "", 80), pass)
                .setOrder(1)
                .build()),
        upsert(
            ingress(
                    "second",
                    "second",
                    "app == 'web'",
                    tcp(Action.ACTION_DENY, "", 80),
                    tcp(Action.ACTION_PASS, "", 81))
                .build()));
    assertThat(receives("a", TCP, CLIENT, 80)).isTrue();
    // Passed on twice, and then the profile allows it.
    assertThat(receives("a", TCP, CLIENT, 81)).isTrue();
    assertThat(receives("a", TCP, CLIENT, 82)).isFalse();
  }

  @Test
  void shouldFollowMembersOfIpSets() {
    PolicyRule clients =
        tcp(Action.ACTION_ALLOW, "", 80).toBuilder()
            .setSource(PolicyPeer.newBuilder().addIpSets("clients"))
            .build();
    PolicyRule http =
        PolicyRule.newBuilder()
            .setAction(Action.ACTION_ALLOW)
            .setProtocol(TCP)
            .setDestination(PolicyPeer.newBuilder().addIpSets("http"))
            .build();
    daemon.client.apply(
        upsert(tier("t", 1)),
        upsert(nets("blue", "clients", "172.19.7.0/24")),
        upsert(services("blue", "http", "172.19.0.10", TCP, 8080)),
        upsert(ingress("web", "t", "app == 'web'", clients, http).build()));
    assertThat(receives("a", TCP, OTHER_CLIENT, 80)).isTrue();
    assertThat(receives("a", TCP, CLIENT, 80)).isFalse();
    assertThat(receives("a", TCP, CLIENT, 8080)).isTrue();
    daemon.client.apply(
        change(
            IpSetChange.newBuilder()
                .setNetwork("blue")
                .setName("clients")
                .addAddedNets(Addresses.parsePrefix("172.19.0.20/32"))
                .addRemovedNets(Addresses.parsePrefix("172.19.7.0/24"))
                .build()),
        change(
            IpSetChange.newBuilder()
                .setNetwork("blue")
                .setName("http")
                .addAddedServices(service("172.19.0.10", TCP, 8081))
                .addRemovedServices(service("172.19.0.10", TCP, 8080))
                .build()));
    assertThat(receives("a", TCP, OTHER_CLIENT, 80)).isFalse();
    assertThat(receives("a", TCP, CLIENT, 80)).isTrue();
    assertThat(receives("a", TCP, CLIENT, 8080)).isFalse();
    assertThat(receives("a", TCP, CLIENT, 8081)).isTrue();
    daemon.client.apply(
        deletePolicy("web"), deleteIpSet("blue", "clients"), deleteIpSet("blue", "http"));
    assertThat(daemon.client.ipSets()).isEmpty();
    // Its number serves another set, which has other members.
    daemon.client.apply(
        upsert(nets("blue", "clients", "172.19.7.20/32")),
        upsert(ingress("web", "t", "app == 'web'", clients).build()));
    assertThat(receives("a", TCP, CLIENT, 80)).isFalse();
    assertThat(receives("a", TCP, OTHER_CLIENT, 80)).isTrue();
  }

  @Test
  void shouldNameTheRulesOfAnEndpointInTheirOrder() {
    daemon.client.apply(
        upsert(tier("t", 1)),
        upsert(
            ingress(
                    "web",
                    "t",
                    "app == 'web'",
                    tcp(Action.ACTION_ALLOW, "elsewhere", 80),
                    tcp(Action.ACTION_LOG, "", 80))
                .build()));
    List<RuleHits> hits = daemon.client.ruleHits("a");
    assertThat(hits)
        .extracting(RuleHits::getPolicy, RuleHits::getRule, RuleHits::getAction)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("web", 1, Action.ACTION_LOG),
            org.assertj.core.groups.Tuple.tuple("", -1, Action.ACTION_DENY),
            org.assertj.core.groups.Tuple.tuple("", -1, Action.ACTION_DENY));
    assertThat(hits).extracting(RuleHits::getTier).containsExactly("t", "t", "");
    assertThat(daemon.client.ruleHits("b")).isEmpty();
  }

  @Test
  void shouldTouchNoTableWhenTheSameIsSaidAgain() {
    dev.heddle.api.v1.Operation[] all = {
      upsert(tier("t", 1)),
      upsert(nets("blue", "clients", "172.19.7.0/24")),
      upsert(PolicyMessages.profile("all")),
      upsert(allow("web", "t", "app == 'web'", "", 80))
    };
    long revision = daemon.client.apply(all);
    int publications = daemon.publications();
    assertThat(daemon.client.apply(all)).isEqualTo(revision);
    assertThat(daemon.publications()).isEqualTo(publications);
  }
}
