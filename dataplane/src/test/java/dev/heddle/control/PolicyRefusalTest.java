package dev.heddle.control;

import static dev.heddle.api.Operations.deleteIpSet;
import static dev.heddle.api.Operations.deleteNetwork;
import static dev.heddle.api.Operations.deletePolicy;
import static dev.heddle.api.Operations.deleteProfile;
import static dev.heddle.api.Operations.deleteTier;
import static dev.heddle.api.Operations.upsert;
import static dev.heddle.control.PolicyMessages.ingress;
import static dev.heddle.control.PolicyMessages.nets;
import static dev.heddle.control.PolicyMessages.services;
import static dev.heddle.control.PolicyMessages.tcp;
import static dev.heddle.control.PolicyMessages.tier;
import static io.grpc.Status.Code.ALREADY_EXISTS;
import static io.grpc.Status.Code.FAILED_PRECONDITION;
import static io.grpc.Status.Code.INVALID_ARGUMENT;
import static io.grpc.Status.Code.NOT_FOUND;

import dev.heddle.api.v1.IcmpMatch;
import dev.heddle.api.v1.IpSet;
import dev.heddle.api.v1.Operation;
import dev.heddle.api.v1.PolicyPeer;
import dev.heddle.api.v1.PolicyRule;
import dev.heddle.api.v1.PolicyRule.Action;
import dev.heddle.api.v1.Tier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How policies, IP sets and labels that make no sense are refused. */
class PolicyRefusalTest extends RefusalFixture {
  @BeforeEach
  void addPolicies() {
    PolicyRule named =
        tcp(Action.ACTION_ALLOW, "blue", 80).toBuilder()
            .setSource(PolicyPeer.newBuilder().addIpSets("clients"))
            .build();
    daemon.client.apply(
        upsert(tier("t", 1)),
        upsert(nets("blue", "clients", "172.19.7.0/24")),
        upsert(services("blue", "http", "172.19.0.10", 6, 80)),
        upsert(PolicyMessages.profile("all")),
        blueC(e -> e.addProfiles("all")),
        upsert(ingress("p", "t", "", named).build()));
  }

  private static Operation rule(UnaryOperator<PolicyRule.Builder> change) {
    PolicyRule.Builder rule = tcp(Action.ACTION_ALLOW, "blue", 80).toBuilder().clearDestination();
    return upsert(ingress("q", "t", "", change.apply(rule).build()).build());
  }

  @Test
  void shouldRefuseWhatIsNotThere() {
    refused(
        NOT_FOUND,
        "policy q: tier none: no such tier; create it first or with this",
        upsert(ingress("q", "none", "").build()));
    refused(
        NOT_FOUND,
        "policy q: ingress[0].source.ip_sets none: network blue, which the rule applies to, has"
            + " no such IP set; create it first or with this",
        rule(r -> r.setSource(PolicyPeer.newBuilder().addIpSets("none"))));
    refused(
        NOT_FOUND,
        "endpoint blue-c: profiles[0] none: no such profile; create it first or with this",
        blueC(e -> e.addProfiles("none")));
    refused(
        NOT_FOUND,
        "IP set none s: network none: no such network; create it first or with this",
        upsert(nets("none", "s")));
    refused(
        NOT_FOUND,
        "policy none: name none: no such policy; nothing is to be deleted",
        deletePolicy("none"));
  }

  @Test
  void shouldRefuseToDeleteWhatIsNeeded() {
    refused(
        FAILED_PRECONDITION,
        "tier t: name t: has policies, such as p; delete them too, or move them",
        deleteTier("t"));
    refused(
        FAILED_PRECONDITION,
        "profile all: name all: endpoints name it, such as blue-c; give them other profiles in"
            + " this transaction",
        deleteProfile("all"));
    refused(
        FAILED_PRECONDITION,
        "IP set blue clients: name clients: rules that apply to network blue name it; change them"
            + " too",
        deleteIpSet("blue", "clients"));
    daemon.client.apply(upsert(nets("red", "s")));
    refused(
        FAILED_PRECONDITION,
        "network red: name red: has IP sets, such as s; delete them too",
        deleteNetwork("red"),
        dev.heddle.api.Operations.deleteEndpoint("red-a"),
        dev.heddle.api.Operations.deleteRoute("red", "10.0.0.0/8"));
  }

  @Test
  void shouldRefuseRulesThatMakeNoSense() {
    refused(
        INVALID_ARGUMENT,
        "policy q: ingress[0].action ACTION_UNSPECIFIED: not an action; give ACTION_ALLOW,"
            + " ACTION_DENY, ACTION_PASS or ACTION_LOG",
        rule(PolicyRule.Builder::clearAction));
    refused(
        INVALID_ARGUMENT,
        "policy q: ingress[0].protocol 300: not an IP protocol number; give 0 to 255",
        rule(r -> r.setProtocol(300)));
    refused(
        INVALID_ARGUMENT,
        "policy q: ingress[0].source.ports 1 of them: only some protocols have ports; give"
            + " protocol 6 (TCP), 17 (UDP), 33, 132 or 136 too",
        rule(r ->
            r.clearProtocol()
                .setSource(PolicyPeer.newBuilder().addPorts(PolicyMessages.ports(1, 2)))));
    refused(
        INVALID_ARGUMENT,
        "policy q: ingress[0].source.ports[0] 2 to 1: not a range of ports; give first and last,"
            + " 0 to 65535, the lower one first",
        rule(r -> r.setSource(PolicyPeer.newBuilder().addPorts(PolicyMessages.ports(2, 1)))));
    refused(
        INVALID_ARGUMENT,
        "policy q: ingress[0].icmp 8: only ICMP has types; give protocol 1 (ICMP) or 58 (ICMPv6)"
            + " too",
        rule(r -> r.setIcmp(IcmpMatch.newBuilder().setType(8))));
    refused(
        INVALID_ARGUMENT,
        "policy q: ingress[0].source.ip_sets http: a set of services says what a destination is;"
            + " name it in destination.ip_sets, or use a set of nets",
        rule(r -> r.setSource(PolicyPeer.newBuilder().addIpSets("http"))));
  }

  @Test
  void shouldRefuseOddPoliciesTiersAndSets() {
    refused(
        INVALID_ARGUMENT,
        "policy q: applies_to_ingress false: a policy says something about a direction; set"
            + " applies_to_ingress, applies_to_egress or both",
        upsert(ingress("q", "t", "").setAppliesToIngress(false).build()));
    refused(
        INVALID_ARGUMENT,
        "policy q: ingress 1 rules: the policy does not apply to this direction; set"
            + " applies_to_ingress too",
        upsert(
            ingress("q", "t", "", tcp(Action.ACTION_ALLOW, "", 1))
                .setAppliesToIngress(false)
                .setAppliesToEgress(true)
                .build()));
    refused(
        INVALID_ARGUMENT,
        "tier u: default_action ACTION_ALLOW: not a tier's; give ACTION_DENY or ACTION_PASS",
        upsert(Tier.newBuilder().setName("u").setDefaultAction(Action.ACTION_ALLOW).build()));
    refused(
        INVALID_ARGUMENT,
        "IP set blue s: services 1 of them: the set is one of nets; give members of that kind",
        upsert(
            services("blue", "s", "172.19.0.10", 6, 80).toBuilder()
                .setType(IpSet.Type.TYPE_NETS)
                .build()));
    refused(
        FAILED_PRECONDITION,
        "IP set blue clients: type TYPE_SERVICES: cannot change; use another set",
        upsert(nets("blue", "clients").toBuilder().setType(IpSet.Type.TYPE_SERVICES).build()));
  }

  @Test
  void shouldRefuseOddLabels() {
    refused(
        INVALID_ARGUMENT,
        "endpoint blue-c: labels projectcalico.org/network: the daemon gives labels of this domain"
            + " itself, by network, namespace and interface; leave it out",
        blueC(e -> e.putLabels("projectcalico.org/network", "blue")));
    refused(
        INVALID_ARGUMENT,
        "endpoint blue-c: labels a/b/c: not a label's key; give a name, or a domain, a slash and a"
            + " name",
        blueC(e -> e.putLabels("a/b/c", "x")));
    refused(
        INVALID_ARGUMENT,
        "endpoint blue-c: labels[app] a b: not a label's value; give up to 63 letters, digits, - _"
            + " or . between letters or digits",
        blueC(e -> e.putLabels("app", "a b")));
    refused(
        INVALID_ARGUMENT,
        "endpoint blue-c: namespace A: not a Kubernetes name; give lower case letters, digits, -"
            + " and . or leave it out",
        blueC(e -> e.setNamespace("A")));
  }

  @Test
  void shouldRefuseASecondDefaultNetwork() {
    refused(
        ALREADY_EXISTS,
        "network green: is_default true: network brown is the default one; take that from it in"
            + " this transaction",
        green(n -> n.setIsDefault(true)),
        upsert(
            ControlFixture.network("brown", 59, "10.2.0.0/16").toBuilder()
                .setIsDefault(true)
                .build()));
  }
}
