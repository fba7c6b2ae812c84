package dev.heddle.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.api.v1.AddTraceRequest;
import dev.heddle.api.v1.Memif;
import dev.heddle.api.v1.TraceStatus;
import dev.heddle.api.v1.TracedPacket;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a trace says of packets, against what became of them. */
class TraceIT {
  private static final Frames.Address ALICE = Frames.Address.ofPod(2);
  private static final Frames.Address BOB = Frames.Address.ofPod(3);
  private static final Frames.Address NOBODY = Frames.Address.ofPod(4);
  private static final int TTL_OFFSET = Frames.ETHERNET_BYTES + 8;
  private static final String FROM_ALICE =
      "received 100 bytes from alice (network blue): 02:00:00:00:00:02 > %s, "
          + "IPv4 172.19.0.2 > 172.19.0.%d ttl %d, UDP 4242 > 4243";
  private static final String TO_BOB =
      "172.19.0.3 in network blue (revision 3): 172.19.0.3/32, next hop bob (network blue)";

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
  }

  @AfterEach
  void stop() {
    alice.close();
    bob.close();
    scene.close();
  }

  private TraceStatus add(int packets, String filter) {
    return scene
        .client()
        .addTrace(AddTraceRequest.newBuilder().setPackets(packets).setFilter(filter).build());
  }

  private byte[] frame(Frames.Address to) {
    return Frames.udp(routerMac, ALICE, to, 7, 100);
  }

  private List<String> sentences(byte[] frame) {
    scene.client().clearTrace();
    add(1, "");
    alice.awaitSend(frame);
    Await.until("the packet is traced", () -> scene.client().trace().size() == 1);
    return scene.client().trace().getFirst().getSentencesList();
  }

  private String fromAlice(Frames.Address to, int ttl) {
    return FROM_ALICE.formatted(mac(routerMac), to.ip() & 0xff, ttl);
  }

  private static String mac(byte[] mac) {
    return "%02x:%02x:%02x:%02x:%02x:%02x"
        .formatted(mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]);
  }

  @Test
  void shouldTellEachStageWhenPacketIsPlain() {
    assertThat(sentences(frame(BOB)))
        .containsExactly(
            fromAlice(BOB, 64),
            TO_BOB,
            "plain: headers and source address are right",
            "sent 100 bytes to bob (network blue): %s > 02:00:00:00:00:03, "
                    .formatted(mac(routerMac))
                + "IPv4 172.19.0.2 > 172.19.0.3 ttl 63, UDP 4242 > 4243");
    assertThat(bob.awaitFrame()).isEqualTo(Frames.routed(frame(BOB), routerMac, BOB));
  }

  @Test
  void shouldNameReasonWhenPacketIsDropped() {
    byte[] broken = frame(BOB);
    broken[Frames.ETHERNET_BYTES + 10] ^= 1;
    assertThat(sentences(broken))
        .containsExactly(
            fromAlice(BOB, 64),
            TO_BOB,
            "not plain: looked at rule by rule",
            "dropped on alice (network blue): ip4-bad-checksum, the header checksum is wrong");
    Frames.Address carol = Frames.Address.ofPod(5);
    scene.addEndpoint(
        "carol",
        carol,
        Memif.newBuilder()
            .setRole(Memif.Role.ROLE_SERVER)
            .setSocket(directory.resolve("carol").toString()));
    assertThat(sentences(frame(carol)))
        .containsExactly(
            fromAlice(carol, 64),
            "172.19.0.5 in network blue (revision 4): 172.19.0.5/32, next hop carol (network blue)",
            "plain: headers and source address are right",
            "dropped on its way to carol (network blue): tx-interface-down, "
                + "the destination's interface is not connected");
  }

  @Test
  void shouldNameRuleWhenPolicyDecides() {
    scene.client().apply(UdpPolicy.letIn(PodScene.NETWORK, 80));
    assertThat(sentences(frame(BOB)))
        .containsSubsequence(
            "ingress of bob (network blue): deny by the end of tier t",
            "dropped on alice (network blue): policy-ingress, "
                + "the receiver's policy does not let it receive this");
    scene.client().apply(UdpPolicy.letIn(PodScene.NETWORK, 4243));
    assertThat(sentences(frame(BOB)))
        .contains("ingress of bob (network blue): allow by policy in in tier t, rule 0")
        .noneMatch(sentence -> sentence.contains("known flow"));
    assertThat(sentences(frame(BOB)))
        .contains("of a known flow, opened by the sender: passes, and no rule is asked")
        .noneMatch(sentence -> sentence.startsWith("ingress"));
    scene.client().apply(UdpPolicy.letIn(PodScene.NETWORK, 80));
    assertThat(sentences(frame(BOB)))
        .containsSubsequence(
            "of a known flow, opened by the sender: the changed rules are asked again",
            "ingress of bob (network blue): deny by the end of tier t");
    assertThat(sentences(frame(BOB)))
        .containsSubsequence(
            "of a known flow, opened by the sender: ended by a change of the rules",
            "ingress of bob (network blue): deny by the end of tier t");
  }

  @Test
  void shouldTellAnswerWhenRouterMakesOne() {
    byte[] expiring = frame(BOB);
    expiring[TTL_OFFSET] = 1;
    Frames.setChecksum(expiring);
    assertThat(sentences(expiring))
        .startsWith(fromAlice(BOB, 1), TO_BOB, "not plain: looked at rule by rule")
        .anySatisfy(sentence ->
            assertThat(sentence).startsWith("dropped on alice (network blue): ttl-expired"))
        .last()
        .asString()
        .startsWith("answered with ")
        .endsWith("IPv4 172.19.0.1 > 172.19.0.2 ttl 64, ICMP type 11 code 0");
    assertThat(sentences(frame(NOBODY)))
        .contains("172.19.0.4 in network blue (revision 3): no prefix, no route")
        .last()
        .asString()
        .contains("ICMP type 3 code ");
  }

  @Test
  void shouldTraceAsManyAsWantedWhenFilterChooses() {
    assertThat(add(3, "udp[8:4] > 10").getAwaited()).isEqualTo(3);
    for (int number = 0; number < 20; number++) {
      alice.awaitSend(Frames.udp(routerMac, ALICE, BOB, number, 100));
      bob.awaitFrame();
    }
    Await.until("three are traced", () -> scene.client().trace().size() == 3);
    assertThat(scene.client().trace())
        .allSatisfy(packet -> assertThat(packet.getSentencesList()).hasSize(4));
    // The next trace adds to what is kept.
    add(1, "");
    alice.awaitSend(frame(BOB));
    Await.until("four are traced", () -> scene.client().trace().size() == 4);
    List<TracedPacket> packets = scene.client().trace();
    assertThat(packets).extracting(TracedPacket::getTimeNs).isSorted();
    assertThat(scene.client().clearTrace()).isEqualTo(TraceStatus.getDefaultInstance());
    assertThat(scene.client().trace()).isEmpty();
    assertThat(directory.resolve("counters.rings")).isEmptyDirectory();
  }

  @Test
  void shouldRefuseAndKeepTracingWhenRequestMakesNoSense() {
    add(5, "");
    assertThatThrownBy(() -> add(0, ""))
        .isInstanceOf(StatusRuntimeException.class)
        .hasMessage("INVALID_ARGUMENT: trace: packets 0: give 1 to 1000");
    assertThatThrownBy(() -> add(1, "tcp prt 80"))
        .hasMessageStartingWith("INVALID_ARGUMENT: trace: filter tcp prt 80: ")
        .hasMessageEndingWith("see pcap-filter(7)");
    assertThatThrownBy(() ->
            scene
                .client()
                .addTrace(AddTraceRequest.newBuilder().setPackets(1).setInterface("eve\n").build()))
        .hasMessageStartingWith("NOT_FOUND: trace: interface eve?: there is no such interface");
    alice.awaitSend(frame(BOB));
    Await.until("the first trace goes on", () -> scene.client().trace().size() == 1);
  }
}
