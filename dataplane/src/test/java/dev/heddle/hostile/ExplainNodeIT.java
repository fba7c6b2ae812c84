package dev.heddle.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.api.Addresses;
import dev.heddle.api.v1.ExplainRequest;
import dev.heddle.api.v1.Explanation;
import dev.heddle.api.v1.Explanation.Fate;
import dev.heddle.api.v1.KnownFlow.State;
import dev.heddle.api.v1.Way;
import dev.heddle.cli.HeddleCli;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a whole daemon says of packets from another node, and what becomes of them. */
class ExplainNodeIT {
  private static final String WEST_VTEP = "192.0.2.1";
  private static final String EAST_VTEP = "192.0.2.2";
  private static final byte[] ROUTER_MAC = {2, 0x48, 0x45, 0x44, 0x44, 0x4c};
  private static final int UDP = 17;
  private static final int FRAME_BYTES = 200;
  private static final int WEST_PORT = 4242;
  private static final int EAST_PORT = 4243;

  @TempDir Path directory;
  private NodeScene west;
  private NodeScene east;

  @BeforeEach
  void start() throws IOException {
    west = new NodeScene(directory, "west", true, Scene.ALICE);
    east = new NodeScene(directory, "east", false, Scene.BOB);
    join(west, WEST_VTEP, "east", EAST_VTEP, Scene.BOB);
    join(east, EAST_VTEP, "west", WEST_VTEP, Scene.ALICE);
    west.awaitNeighbours();
    east.awaitNeighbours();
    east.daemon().apply(UdpPolicy.letIn(NodeScene.NETWORK, EAST_PORT));
  }

  private static void join(
      NodeScene node, String own, String other, String address, Frames.Address pod) {
    node.daemon()
        .apply(node.uplink(own), NodeScene.node(other, address), NodeScene.route(pod, other));
  }

  @AfterEach
  void stop() {
    west.close();
    east.close();
  }

  private static ExplainRequest.Builder packet(String source, int port) {
    return ExplainRequest.newBuilder()
        .setFromNode("west")
        .setNetwork(NodeScene.NETWORK)
        .setSource(Addresses.parse(source))
        .setDestination(Addresses.parse(Scene.BOB.toString()))
        .setProtocol(UDP)
        .setSourcePort(WEST_PORT)
        .setDestinationPort(port);
  }

  private Explanation arriving(String source, int port) {
    return east.daemon().client().explain(packet(source, port).build());
  }

  private Explanation answering() {
    return east.daemon()
        .client()
        .explain(
            ExplainRequest.newBuilder()
                .setFrom("east")
                .setDestination(Addresses.parse(Scene.ALICE.toString()))
                .setProtocol(UDP)
                .setSourcePort(EAST_PORT)
                .setDestinationPort(WEST_PORT)
                .build());
  }

  private void send(NodeScene from, NodeScene to, int number) {
    byte[] frame = Frames.udp(ROUTER_MAC, from.podAddress(), to.podAddress(), number, FRAME_BYTES);
    from.pod().awaitSend(from == west ? frame : Frames.answer(frame));
  }

  @Test
  void shouldTellWhatBecomesOfPacketsFromAnotherNode() {
    String alice = Scene.ALICE.toString();
    Explanation first = arriving(alice, EAST_PORT);
    assertThat(first.getFate()).isEqualTo(Fate.FATE_FORWARDED);
    assertThat(first.hasFlow()).isFalse();
    assertThat(first.getNetwork()).isEqualTo(NodeScene.NETWORK);
    assertThat(first.getWay().getKind()).isEqualTo(Way.Kind.KIND_ENDPOINT);
    assertThat(first.getDecisionsList()).hasSize(1);
    assertThat(first.getDecisions(0).getEndpoint()).isEqualTo("east");
    assertThat(first.getDecisions(0).getIngress()).isTrue();
    assertThat(arriving(alice, EAST_PORT + 1).getDropReason()).isEqualTo("policy-ingress");
    assertThat(arriving(Scene.ERIN.toString(), EAST_PORT).getDropReason())
        .isEqualTo("vxlan-spoofed-source");

    send(west, east, 1);
    east.pod().awaitFrame();
    assertThat(arriving(alice, EAST_PORT).getFlow().getState()).isEqualTo(State.STATE_PASSES);
    assertThat(arriving(alice, EAST_PORT).getFlow().getReply()).isFalse();
    assertThat(answering().getFate()).isEqualTo(Fate.FATE_FORWARDED);
    assertThat(answering().getFlow().getReply()).isTrue();
    send(east, west, 2);
    west.pod().awaitFrame();
    assertThat(
            cli(
                "explain --from-node west --network blue --source 172.19.0.2"
                    + " --to 172.19.0.3 --proto udp --sport 4242 --dport 4243"))
        .contains("udp from 172.19.0.2 at node west to 172.19.0.3, port 4242 to 4243")
        .containsPattern("flow +known, opened by the sender");
  }

  private String cli(String commandLine) {
    StringWriter out = new StringWriter();
    String all = commandLine + " --socket=" + directory.resolve("east/control");
    int status =
        HeddleCli.commandLine(new PrintWriter(out), new PrintWriter(out)).execute(all.split(" "));
    assertThat(status).as(out.toString()).isZero();
    return out.toString();
  }
}
