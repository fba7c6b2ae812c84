package dev.heddle.worker;

import static dev.heddle.worker.PolicedPods.port;
import static dev.heddle.worker.PolicedPods.protocol;
import static dev.heddle.worker.PolicedPods.tier;
import static dev.heddle.worker.PolicyPacket.ACK;
import static dev.heddle.worker.PolicyPacket.FIN;
import static dev.heddle.worker.PolicyPacket.RST;
import static dev.heddle.worker.PolicyPacket.SYN;
import static dev.heddle.worker.PolicyPacket.TCP;
import static dev.heddle.worker.PolicyPacket.UDP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.compile.policy.RuleTier;
import dev.heddle.compile.policy.RuleTier.Action;
import dev.heddle.observe.DropReason;
import dev.heddle.observe.PolicyLog;
import dev.heddle.observe.WorkerCounter;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What policy lets through, over two workers and one flow table. */
class PolicyTest {
  private static final List<RuleTier> NONE = List.of();
  private static final List<RuleTier> DENY = tier(Action.DENY);
  private static final List<RuleTier> WEB = tier(Action.DENY, port(Action.ALLOW, TCP, 80));

  private final PolicedPods pods = new PolicedPods();

  @AfterEach
  void close() {
    assertThat(pods.missing()).isZero();
    pods.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldLetOnePortThroughAndItsAnswers(boolean six) {
    PolicyPacket there = new PolicyPacket(six, 0, 1);
    pods.police(1, DENY, WEB);
    pods.police(0, WEB, DENY);
    assertThat(pods.send(0, 1, there.tcp(4000, 80, SYN), there.tcp(4000, 81, SYN))).hasSize(1);
    assertThat(pods.dropped(0, DropReason.POLICY_EGRESS)).isOne();
    assertThat(pods.send(1, 0, there.back().tcp(80, 4000, SYN | ACK))).hasSize(1);
    assertThat(pods.send(0, 1, there.tcp(4000, 80, ACK))).hasSize(1);
    // What does not belong to the connection is decided by itself.
    assertThat(pods.send(1, 0, there.back().tcp(80, 4001, SYN | ACK))).isEmpty();
    assertThat(pods.dropped(1, DropReason.POLICY_EGRESS)).isOne();
    // Packets of a connection do not count again: rule 0 allows, rule 1 is the tier's end.
    assertThat(pods.egressHits(0, 0)).isOne();
    assertThat(pods.egressHits(0, 1)).isOne();
    assertThat(pods.ingressHits(1, 0)).isOne();
    assertThat(pods.egressHits(1, 0)).isOne();
    assertThat(pods.flows()).isOne();
    assertThat(pods.counter(0, WorkerCounter.FLOWS_ADDED)).isOne();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldDropWhatTheReceiverMayNotGet(boolean six) {
    PolicyPacket there = new PolicyPacket(six, 0, 1);
    pods.police(1, NONE, WEB);
    assertThat(pods.send(0, 1, there.udp(4000, 80, 20), there.tcp(4000, 80, SYN))).hasSize(1);
    assertThat(pods.dropped(0, DropReason.POLICY_INGRESS)).isOne();
    assertThat(pods.ingressHits(1, 1)).isOne();
    // The third pod has no policy, and nobody asks about its packets.
    assertThat(pods.send(0, 2, new PolicyPacket(six, 0, 2).udp(1, 2, 20))).hasSize(1);
    assertThat(pods.flows()).isOne();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldSendUnchangedBytesOfEveryLength(boolean six) {
    PolicyPacket there = new PolicyPacket(six, 0, 1);
    pods.police(1, NONE, tier(Action.DENY, protocol(Action.ALLOW, UDP)));
    for (int payload = 0; payload < 200; payload++) {
      byte[] frame = there.udp(4000, 80, payload);
      List<byte[]> received = pods.send(0, 1, frame);
      assertThat(received).hasSize(1);
      assertThat(there.upper(frame)).isEqualTo(there.upper(withEthernet(received.getFirst())));
    }
  }

  private static byte[] withEthernet(byte[] packet) {
    byte[] frame = new byte[PolicyPacket.ETHERNET_BYTES + packet.length];
    System.arraycopy(packet, 0, frame, PolicyPacket.ETHERNET_BYTES, packet.length);
    return frame;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldEndConnectionsThatPolicyNoLongerAllowsInBothDirections(boolean six) {
    PolicyPacket there = new PolicyPacket(six, 0, 1);
    pods.police(1, NONE, WEB);
    assertThat(pods.send(0, 1, there.tcp(4000, 80, SYN))).hasSize(1);
    assertThat(pods.send(1, 0, there.back().tcp(80, 4000, SYN | ACK))).hasSize(1);
    pods.police(1, NONE, DENY);
    assertThat(pods.send(1, 0, there.back().tcp(80, 4000, ACK))).isEmpty();
    assertThat(pods.dropped(1, DropReason.POLICY_INGRESS)).isOne();
    assertThat(pods.send(0, 1, there.tcp(4000, 80, ACK))).isEmpty();
    assertThat(pods.dropped(0, DropReason.POLICY_INGRESS)).isOne();
    assertThat(pods.counter(1, WorkerCounter.FLOWS_RENEWED)).isOne();
    assertThat(pods.counter(0, WorkerCounter.FLOWS_RENEWED)).isZero();
    assertThat(pods.ingressHits(1, 0)).isEqualTo(2);
    // It may go on when it is allowed again.
    pods.police(1, NONE, WEB);
    assertThat(pods.send(0, 1, there.tcp(4000, 80, ACK))).hasSize(1);
    assertThat(pods.send(1, 0, there.back().tcp(80, 4000, ACK))).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldKeepConnectionsThatPolicyStillAllows(boolean six) {
    PolicyPacket there = new PolicyPacket(six, 0, 1);
    pods.police(1, DENY, WEB);
    assertThat(pods.send(0, 1, there.tcp(4000, 80, SYN))).hasSize(1);
    pods.police(
        1, DENY, tier(Action.DENY, port(Action.DENY, TCP, 81), port(Action.ALLOW, TCP, 80)));
    assertThat(pods.send(1, 0, there.back().tcp(80, 4000, SYN | ACK))).hasSize(1);
    assertThat(pods.send(0, 1, there.tcp(4000, 80, ACK))).hasSize(1);
    assertThat(pods.counter(1, WorkerCounter.FLOWS_RENEWED)).isOne();
    assertThat(pods.flows()).isOne();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldDecideAnewWhenAClosedConnectionsPortsServeAgain(boolean six) {
    PolicyPacket there = new PolicyPacket(six, 0, 1);
    pods.police(1, DENY, WEB);
    assertThat(pods.send(0, 1, there.tcp(4000, 80, SYN))).hasSize(1);
    assertThat(pods.send(1, 0, there.back().tcp(80, 4000, ACK | FIN))).hasSize(1);
    assertThat(pods.send(0, 1, there.tcp(4000, 80, ACK | FIN))).hasSize(1);
    // The other side cannot open one by the same ports.
    assertThat(pods.send(1, 0, there.back().tcp(80, 4000, SYN))).isEmpty();
    assertThat(pods.dropped(1, DropReason.POLICY_EGRESS)).isOne();
    assertThat(pods.send(0, 1, there.tcp(4000, 80, SYN))).hasSize(1);
    assertThat(pods.ingressHits(1, 0)).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldNotFollowWhatAnotherOneCannotHaveSent(boolean six) {
    pods.police(2, NONE, WEB);
    byte[] spoofed = new PolicyPacket(six, 1, 2).tcp(4000, 80, SYN);
    assertThat(pods.send(0, 2, spoofed)).isEmpty();
    assertThat(pods.dropped(0, DropReason.SPOOFED_SOURCE)).isOne();
    assertThat(pods.flows()).isZero();
    assertThat(pods.ingressHits(2, 0)).isZero();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldNotFollowAResetOfNoConnection(boolean six) {
    pods.police(1, NONE, WEB);
    assertThat(pods.send(0, 1, new PolicyPacket(six, 0, 1).tcp(4000, 80, RST))).hasSize(1);
    assertThat(pods.flows()).isZero();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldLetEchoesBack(boolean six) {
    PolicyPacket there = new PolicyPacket(six, 0, 1);
    pods.police(0, NONE, DENY);
    assertThat(pods.send(0, 1, there.echo(true, 7))).hasSize(1);
    assertThat(pods.send(1, 0, there.back().echo(false, 7))).hasSize(1);
    assertThat(pods.send(1, 0, there.back().echo(false, 8))).isEmpty();
    assertThat(pods.send(1, 0, there.back().echo(true, 7))).hasSize(1);
    assertThat(pods.dropped(1, DropReason.POLICY_INGRESS)).isOne();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldLetErrorsPassThatAreAboutAConnection(boolean six) {
    PolicyPacket there = new PolicyPacket(six, 0, 1);
    pods.police(0, NONE, DENY);
    byte[] packet = there.udp(4000, 53, 20);
    byte[] other = there.udp(4001, 53, 20);
    int shown = (six ? 40 : 20) + 8;
    assertThat(pods.send(0, 1, packet)).hasSize(1);
    assertThat(pods.send(1, 0, there.back().error(packet, shown))).hasSize(1);
    assertThat(pods.send(2, 0, new PolicyPacket(six, 2, 0).error(packet, shown))).hasSize(1);
    assertThat(pods.send(1, 0, there.back().error(other, shown))).isEmpty();
    // Not enough is shown to tell the connection.
    assertThat(pods.send(1, 0, there.back().error(packet, shown - 4))).isEmpty();
    assertThat(pods.dropped(1, DropReason.POLICY_INGRESS)).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldLetFragmentsFollowTheFirst(boolean six) {
    PolicyPacket there = new PolicyPacket(six, 0, 1);
    pods.police(1, NONE, tier(Action.DENY, port(Action.ALLOW, UDP, 53)));
    byte[] allowed = there.upper(there.udp(4000, 53, 72));
    byte[] denied = there.upper(there.udp(4000, 54, 72));
    assertThat(pods.send(0, 1, there.fragment(UDP, allowed, 1, 40, 80))).isEmpty();
    assertThat(pods.dropped(0, DropReason.POLICY_FRAGMENT)).isOne();
    byte[][] whole = {
      there.fragment(UDP, allowed, 1, 0, 40), there.fragment(UDP, allowed, 1, 40, 80)
    };
    assertThat(pods.send(0, 1, whole)).hasSize(2);
    byte[][] refused = {
      there.fragment(UDP, denied, 2, 0, 40), there.fragment(UDP, denied, 2, 40, 80)
    };
    assertThat(pods.send(0, 1, refused)).isEmpty();
    assertThat(pods.dropped(0, DropReason.POLICY_INGRESS)).isOne();
    assertThat(pods.dropped(0, DropReason.POLICY_FRAGMENT)).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldRefuseFragmentsThatHideOrOverwriteHeaders(boolean six) {
    PolicyPacket there = new PolicyPacket(six, 0, 1);
    pods.police(1, NONE, WEB);
    byte[] tcp = there.upper(there.tcp(4000, 80, SYN, 60));
    assertThat(pods.send(0, 1, there.fragment(TCP, tcp, 1, 0, 16))).isEmpty();
    assertThat(pods.send(0, 1, there.fragment(TCP, tcp, 2, 0, 40))).hasSize(1);
    assertThat(pods.send(0, 1, there.fragment(TCP, tcp, 2, 8, 80))).isEmpty();
    assertThat(pods.dropped(0, DropReason.POLICY_FRAGMENT)).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldFindPortsBehindOptionsAndExtensionHeaders(boolean six) {
    PolicyPacket there = new PolicyPacket(six, 0, 1);
    pods.police(1, NONE, WEB);
    byte[] allowed = there.upper(there.tcp(4000, 80, SYN));
    byte[] denied = there.upper(there.tcp(4000, 81, SYN));
    byte[] first = six ? there.withExtension(TCP, allowed) : there.withOptions(TCP, allowed);
    byte[] second = six ? there.withExtension(TCP, denied) : there.withOptions(TCP, denied);
    assertThat(pods.send(0, 1, first, second)).hasSize(1);
    assertThat(pods.dropped(0, DropReason.POLICY_INGRESS)).isOne();
    assertThat(pods.send(0, 1, there.tcp(4000, 80, ACK))).hasSize(1);
    assertThat(pods.ingressHits(1, 0)).isOne();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldRefuseAHeaderThatEndsTooEarly(boolean six) {
    pods.police(1, NONE, WEB);
    byte[] tcp = new byte[12];
    assertThat(pods.send(0, 1, new PolicyPacket(six, 0, 1).packet(TCP, tcp))).isEmpty();
    assertThat(pods.dropped(0, DropReason.POLICY_UNREADABLE)).isOne();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldKeepAnsweredConnectionsWhenSomebodyOpensTooMany(boolean six) {
    PolicyPacket there = new PolicyPacket(six, 0, 1);
    pods.police(1, DENY, WEB);
    assertThat(pods.send(0, 1, there.tcp(4000, 80, SYN))).hasSize(1);
    assertThat(pods.send(1, 0, there.back().tcp(80, 4000, SYN | ACK))).hasSize(1);
    for (int port = 5000; port < 5000 + 4 * PolicedPods.FLOWS; port++) {
      assertThat(pods.send(0, 1, there.tcp(port, 80, SYN))).hasSize(1);
    }
    assertThat(pods.flows()).isEqualTo(PolicedPods.FLOWS / 2);
    assertThat(pods.send(1, 0, there.back().tcp(80, 4000, ACK))).hasSize(1);
    long added = pods.counter(0, WorkerCounter.FLOWS_ADDED);
    long refused = pods.counter(0, WorkerCounter.FLOWS_REFUSED);
    assertThat(added + refused).isEqualTo(1 + 4 * PolicedPods.FLOWS);
    // The newest one is followed, since others without answer made room for it.
    assertThat(refused).isLessThan(PolicedPods.FLOWS / 4);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldNoteASampleOfWhatLogRulesMeet(boolean six) {
    PolicyPacket there = new PolicyPacket(six, 0, 1);
    pods.police(
        1,
        NONE,
        tier(
            Action.DENY,
            port(Action.LOG, TCP, 80),
            port(Action.ALLOW, TCP, 80),
            port(Action.LOG, UDP, 53)));
    int packets = 3 * PolicyLog.NOTES_PER_SECOND;
    for (int i = 0; i < packets; i++) {
      assertThat(pods.send(0, 1, there.tcp(5000 + i, 80, SYN))).hasSize(1);
    }
    assertThat(pods.send(0, 1, there.udp(4000, 53, 1))).isEmpty();
    List<String> notes = pods.notes(0);
    // The second may have changed once meanwhile.
    assertThat(notes.size()).isBetween(PolicyLog.NOTES_PER_SECOND, packets);
    assertThat(notes.getFirst())
        .isEqualTo("interface 1 ingress rule 0 allowed true protocol 6 port 5000 to 80");
    assertThat(notes.size() + pods.counter(0, WorkerCounter.POLICY_NOTES_LOST))
        .isEqualTo(packets + 1);
    assertThat(pods.ingressHits(1, 0)).isEqualTo(packets);
    assertThat(pods.ingressHits(1, 2)).isOne();
    assertThat(pods.notes(0)).isEmpty();
  }
}
