package dev.heddle.control;

import static dev.heddle.api.Operations.drop;
import static dev.heddle.api.Operations.toEndpoint;
import static dev.heddle.api.Operations.toNode;
import static dev.heddle.api.Operations.upsert;
import static dev.heddle.api.Operations.upsertRoute;
import static dev.heddle.control.ControlFixture.network;
import static dev.heddle.control.ControlFixture.node;
import static dev.heddle.control.PolicyMessages.ingress;
import static dev.heddle.control.PolicyMessages.tcp;
import static dev.heddle.control.PolicyMessages.tier;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.heddle.api.Addresses;
import dev.heddle.api.v1.ExplainRequest;
import dev.heddle.api.v1.Explanation;
import dev.heddle.api.v1.Explanation.Fate;
import dev.heddle.api.v1.Policy;
import dev.heddle.api.v1.PolicyRule.Action;
import dev.heddle.api.v1.Way;
import dev.heddle.cli.HeddleCli;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Explanations in names, over gRPC and in the CLI. */
class ExplainTest {
  private static final int TCP = 6;

  private ControlFixture daemon;

  @BeforeEach
  void start(@TempDir Path directory) throws IOException {
    daemon = new ControlFixture(directory);
    Policy out =
        Policy.newBuilder()
            .setName("out")
            .setTier("t")
            .setSelector("app == 'client'")
            .setAppliesToEgress(true)
            .addEgress(tcp(Action.ACTION_LOG, "", 80))
            .addEgress(tcp(Action.ACTION_ALLOW, "", 80))
            .addEgress(tcp(Action.ACTION_ALLOW, "", 81))
            .build();
    daemon.client.apply(
        upsert(
            network("blue", 56, "172.19.0.0/16", "fd00:19::/64").toBuilder()
                .setIsDefault(true)
                .build()),
        upsert(
            daemon.endpoint("a", "blue", "172.19.0.10").toBuilder()
                .putLabels("app", "client")
                .build()),
        upsert(
            daemon.endpoint("b", "blue", "172.19.0.20", "fd00:19::20").toBuilder()
                .putLabels("app", "web")
                .build()),
        upsertRoute("blue", "10.0.0.0/8", toEndpoint("b")),
        upsertRoute("blue", "11.0.0.0/8", drop()),
        upsert(tier("t", 1)),
        upsert(out),
        upsert(ingress("web", "t", "app == 'web'", tcp(Action.ACTION_ALLOW, "", 80)).build()));
  }

  @AfterEach
  void stop() throws IOException {
    daemon.close();
  }

  private static ExplainRequest.Builder packet(String to, int port) {
    return ExplainRequest.newBuilder()
        .setFrom("a")
        .setDestination(Addresses.parse(to))
        .setProtocol(TCP)
        .setSourcePort(40_000)
        .setDestinationPort(port);
  }

  private Explanation explain(String to, int port) {
    return daemon.client.explain(packet(to, port).build());
  }

  @Test
  void shouldNameEveryRuleThatAPassingPacketMet() {
    Explanation found = explain("172.19.0.20", 80);
    assertThat(found.getFate()).isEqualTo(Fate.FATE_FORWARDED);
    assertThat(found.getDropReason()).isEmpty();
    assertThat(found.getVni()).isEqualTo(56);
    assertThat(Addresses.format(found.getPrefix())).isEqualTo("172.19.0.20/32");
    assertThat(found.getWay().getKind()).isEqualTo(Way.Kind.KIND_ENDPOINT);
    assertThat(found.getWay().getEndpoint()).isEqualTo("b");
    assertThat(found.getDecisionsList())
        .extracting(each ->
            "%s %s %s %d %s"
                .formatted(
                    each.getEndpoint(),
                    each.getIngress() ? "ingress" : "egress",
                    each.getPolicy(),
                    each.getRule(),
                    each.getAction()))
        .containsExactly(
            "a egress out 0 ACTION_LOG",
            "a egress out 1 ACTION_ALLOW",
            "b ingress web 0 ACTION_ALLOW");
  }

  @Test
  void shouldSayWhoDenies() {
    Explanation byReceiver = explain("172.19.0.20", 81);
    assertThat(byReceiver.getFate()).isEqualTo(Fate.FATE_DROPPED);
    assertThat(byReceiver.getDropReason()).isEqualTo("policy-ingress");
    assertThat(byReceiver.getDecisionsList()).hasSize(2);
    assertThat(byReceiver.getDecisions(1).getTier()).isEqualTo("t");
    assertThat(byReceiver.getDecisions(1).getRule()).isEqualTo(-1);
    Explanation bySender = explain("172.19.0.20", 82);
    assertThat(bySender.getDropReason()).isEqualTo("policy-egress");
    assertThat(bySender.getDecisionsList()).hasSize(1);
    // A route through the endpoint is no way around its policy.
    assertThat(explain("10.1.1.1", 81).getDropReason()).isEqualTo("policy-ingress");
  }

  @Test
  void shouldSayWhatElseBecomesOfPackets() {
    assertThat(explain("11.1.1.1", 80).getDropReason()).isEqualTo("route-drop");
    assertThat(explain("12.1.1.1", 80).getDropReason()).isEqualTo("no-route");
    assertThat(
            daemon.client.explain(packet("172.19.0.20", 80).setBytes(1501).build()).getDropReason())
        .isEqualTo("too-big");
    assertThat(
            daemon
                .client
                .explain(
                    packet("172.19.0.20", 80).setSource(Addresses.parse("172.19.0.11")).build())
                .getDropReason())
        .isEqualTo("spoofed-source");
    Explanation echo =
        daemon.client.explain(packet("172.19.0.1", 0).setProtocol(1).setIcmpType(8).build());
    assertThat(echo.getFate()).isEqualTo(Fate.FATE_ANSWERED);
    ExplainRequest.Builder echo6 = packet("fd00:19::1", 0).setFrom("b").setProtocol(58);
    assertThat(daemon.client.explain(echo6.setIcmpType(128).setBytes(100).build()).getFate())
        .isEqualTo(Fate.FATE_ANSWERED);
  }

  @Test
  void shouldRefuseWhatMakesNoSense() {
    StatusRuntimeException refusal =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () -> daemon.client.explain(packet("fd00::1", 80).setProtocol(300).build()));
    assertThat(refusal.getStatus().getDescription())
        .isEqualTo(
            "packet of endpoint a: protocol 300: out of range; give 0 to 255\n"
                + "packet of endpoint a: destination fd00::1: endpoint a has no address of this family;"
                + " give a source too");
    assertThat(
            catchThrowableOfType(
                    StatusRuntimeException.class,
                    () -> daemon.client.explain(packet("fd00::1", 80).setFrom("x").build()))
                .getStatus()
                .getDescription())
        .contains("endpoint x");
  }

  private String refusal(ExplainRequest.Builder packet) {
    return catchThrowableOfType(
            StatusRuntimeException.class, () -> daemon.client.explain(packet.build()))
        .getStatus()
        .getDescription();
  }

  @Test
  void shouldSayWhyNothingComesFromANode() {
    ExplainRequest.Builder packet = packet("172.19.0.20", 80).clearFrom().setFromNode("east");
    assertThat(refusal(packet)).contains("node east: name east: no such node");
    daemon.client.apply(upsert(node("east", "192.0.2.2")));
    assertThat(refusal(packet)).contains("no such network");
    packet.setNetwork("blue");
    assertThat(refusal(packet))
        .contains("destination 172.19.0.20: nobody in particular sends it; give the source")
        .contains("network blue: no uplink carries it to other nodes");
    packet.setSource(Addresses.parse("172.19.1.7"));
    daemon.client.apply(upsert(daemon.uplink("", "2001:db8::1/64")));
    assertThat(refusal(packet)).contains("from_node east: no tunnel leads there");
    daemon.client.apply(upsert(daemon.uplink("", "192.0.2.1/24")));
    assertThat(daemon.client.explain(packet.build()).getDropReason())
        .isEqualTo("vxlan-spoofed-source");
    daemon.client.apply(upsertRoute("blue", "172.19.1.0/24", toNode("east")));
    assertThat(daemon.client.explain(packet.build()).getFate()).isEqualTo(Fate.FATE_FORWARDED);
    assertThat(refusal(packet.clone().setBytes(1451)))
        .contains("bytes 1451: the tunnel carries at most 1450");
    assertThat(refusal(packet.clone().setFrom("a"))).contains("from a: it comes from a node");
    assertThat(refusal(packet("172.19.0.20", 80).setNetwork("blue")))
        .contains("network blue: an endpoint's is known; leave it out");
  }

  private String cli(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] all = java.util.Arrays.copyOf(arguments, arguments.length + 2);
    all[arguments.length] = "--socket";
    all[arguments.length + 1] = daemon.socket.toString();
    int status =
        HeddleCli.commandLine(new PrintWriter(out, true), new PrintWriter(err, true)).execute(all);
    assertThat(err.toString()).isEmpty();
    assertThat(status).isZero();
    return out.toString();
  }

  @Test
  void shouldTellPeople() {
    String text =
        cli("explain", "--from", "a", "--to", "172.19.0.20", "--proto", "tcp", "--dport", "81");
    assertThat(text.lines().map(line -> line.replaceAll(" +", " ").strip()))
        .containsExactly(
            "Packet tcp from a to 172.19.0.20, port 40000 to 81, 40 bytes",
            "network blue, VNI 56",
            "flow none known, so the rules decide as about a first packet",
            "egress allow by policy out in tier t, rule 2",
            "route 172.19.0.20/32",
            "way endpoint b, MTU 1500",
            "ingress deny by the end of tier t",
            "fate dropped, policy-ingress: the receiver's policy does not let it receive this");
    assertThat(cli("explain", "--from", "a", "--to", "172.19.0.20", "--dport", "80", "-o", "json"))
        .contains("\"fate\": \"forwarded\"", "\"policy\": \"web\"");
    assertThat(cli("policy", "list")).contains("out", "web", "app == 'web'");
    assertThat(cli("policy", "list", "-o", "json")).contains("\"selector\": \"app == 'web'\"");
    assertThat(cli("policy", "hits", "a")).contains("egress", "allow");
    assertThat(cli("policy", "hits", "-o", "json")).contains("\"packets\": 0");
    assertThat(cli("policy", "delete", "web")).startsWith("revision ");
  }
}
