package dev.heddle.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.api.Addresses;
import dev.heddle.api.Operations;
import dev.heddle.api.v1.ExplainRequest;
import dev.heddle.api.v1.Explanation;
import dev.heddle.api.v1.Explanation.Fate;
import dev.heddle.api.v1.IcmpMatch;
import dev.heddle.api.v1.KnownFlow.State;
import dev.heddle.api.v1.Policy;
import dev.heddle.api.v1.PolicyRule;
import dev.heddle.api.v1.PolicyRule.Action;
import dev.heddle.cli.HeddleCli;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a whole daemon says of packets, before and while pods send them. */
class ExplainIT {
  private static final Frames.Address ALICE = Frames.Address.ofPod(2);
  private static final Frames.Address BOB = Frames.Address.ofPod(3);
  private static final int UDP = 17;
  private static final int ALICES_PORT = 4242;
  private static final int BOBS_PORT = 4243;
  private static final int FRAME_BYTES = 100;

  @TempDir Path directory;

  private PodScene scene;
  private Pod alice;
  private Pod bob;
  private byte[] routerMac;

  @BeforeEach
  void start() {
    scene = new PodScene(directory, 2);
    alice = scene.add("alice", ALICE, false);
    bob = scene.add("bob", BOB, false);
    scene.awaitServed(2);
    routerMac = Gateway.resolve(alice, ALICE);
    scene.client().apply(UdpPolicy.letIn(PodScene.NETWORK, BOBS_PORT));
  }

  @AfterEach
  void stop() {
    alice.close();
    bob.close();
    scene.close();
  }

  private Explanation explain(String from, Frames.Address to, int sourcePort, int port) {
    return scene
        .client()
        .explain(
            ExplainRequest.newBuilder()
                .setFrom(from)
                .setDestination(Addresses.parse(to.toString()))
                .setProtocol(UDP)
                .setSourcePort(sourcePort)
                .setDestinationPort(port)
                .build());
  }

  private Explanation opening() {
    return explain("alice", BOB, ALICES_PORT, BOBS_PORT);
  }

  private Explanation answer() {
    return explain("bob", ALICE, BOBS_PORT, ALICES_PORT);
  }

  private void sendOpening() {
    alice.awaitSend(Frames.udp(routerMac, ALICE, BOB, 1, FRAME_BYTES));
  }

  private void sendAnswer() {
    bob.awaitSend(Frames.answer(Frames.udp(routerMac, BOB, ALICE, 2, FRAME_BYTES)));
  }

  private String cli(String commandLine) {
    StringWriter out = new StringWriter();
    String all = commandLine + " --socket=" + directory.resolve("control");
    int status =
        HeddleCli.commandLine(new PrintWriter(out), new PrintWriter(out)).execute(all.split(" "));
    assertThat(status).as(out.toString()).isZero();
    return out.toString();
  }

  @Test
  void shouldTellOfTheFlowOnceItsFirstPacketPassed() {
    assertThat(opening().getFate()).isEqualTo(Fate.FATE_FORWARDED);
    assertThat(opening().hasFlow()).isFalse();
    assertThat(answer().getDropReason()).isEqualTo("policy-ingress");
    assertThat(answer().hasFlow()).isFalse();
    sendAnswer();
    Await.until("the answer is dropped", () -> scene.counts("bob").get("policy-ingress") == 1);

    sendOpening();
    bob.awaitFrame();
    assertThat(opening().getFlow().getState()).isEqualTo(State.STATE_PASSES);
    assertThat(opening().getFlow().getReply()).isFalse();
    assertThat(opening().getDecisionsList()).isEmpty();
    assertThat(answer().getFate()).isEqualTo(Fate.FATE_FORWARDED);
    assertThat(answer().getFlow().getState()).isEqualTo(State.STATE_PASSES);
    assertThat(answer().getFlow().getReply()).isTrue();
    assertThat(explain("bob", ALICE, BOBS_PORT, ALICES_PORT - 1).getDropReason())
        .isEqualTo("policy-ingress");
    sendAnswer();
    alice.awaitFrame();
    assertThat(cli("explain --from bob --to 172.19.0.2 --proto udp --sport 4243 --dport 4242"))
        .containsPattern("flow +known, opened by the receiver: passes, and no rule is asked")
        .containsPattern("fate +forwarded");
    assertThat(
            cli("explain --from bob --to 172.19.0.2 --proto udp --sport 4243 --dport 4242 -o json"))
        .contains("\"state\": \"passes\"", "\"openedBy\": \"receiver\"");
  }

  @Test
  void shouldTellOfTheRuleThatEndsAFlowWhenPolicyChanges() {
    sendOpening();
    bob.awaitFrame();
    scene.client().apply(UdpPolicy.letIn(PodScene.NETWORK, BOBS_PORT + 1));
    for (Explanation renewed : new Explanation[] {opening(), answer()}) {
      assertThat(renewed.getFlow().getState()).isEqualTo(State.STATE_RENEWED);
      assertThat(renewed.getDropReason()).isEqualTo("policy-ingress");
      assertThat(renewed.getDecisions(0).getEndpoint()).isEqualTo("bob");
      assertThat(renewed.getDecisions(0).getAction()).isEqualTo(Action.ACTION_DENY);
    }
    sendAnswer();
    Await.until("the answer is dropped", () -> scene.counts("bob").get("policy-ingress") == 1);
    for (Explanation ended : new Explanation[] {opening(), answer()}) {
      assertThat(ended.getFlow().getState()).isEqualTo(State.STATE_ENDED);
      assertThat(ended.getDropReason()).isEqualTo("policy-ingress");
      assertThat(ended.getDecisions(0).getEndpoint()).isEqualTo("bob");
      assertThat(ended.getDecisions(0).getTier()).isEqualTo("t");
    }
    sendOpening();
    Await.until("it is dropped, too", () -> scene.counts("alice").get("policy-ingress") == 1);
  }

  @Test
  void shouldTellEchoesByTheirIdentifier() {
    scene
        .client()
        .apply(
            Operations.upsert(
                Policy.newBuilder()
                    .setName("in")
                    .setTier("t")
                    .setAppliesToIngress(true)
                    .addIngress(
                        PolicyRule.newBuilder()
                            .setAction(Action.ACTION_ALLOW)
                            .setNetwork(PodScene.NETWORK)
                            .setProtocol(1)
                            .setIcmp(IcmpMatch.newBuilder().setType(8)))
                    .build()));
    alice.awaitSend(Frames.echo(routerMac, ALICE, BOB, 77));
    bob.awaitFrame();
    String reply = "explain --from bob --to 172.19.0.2 --proto icmp --icmp-type 0 --icmp-id ";
    assertThat(cli(reply + "77"))
        .containsPattern("flow +known, opened by the receiver")
        .containsPattern("fate +forwarded");
    assertThat(cli(reply + "78"))
        .containsPattern("flow +none known")
        .containsPattern("fate +dropped, policy-ingress");
  }
}
