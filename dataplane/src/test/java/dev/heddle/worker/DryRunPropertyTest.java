package dev.heddle.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.compile.policy.RuleTier;
import dev.heddle.compile.policy.RuleTier.Action;
import dev.heddle.compile.policy.RuleTier.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What is explained is what happens: any packet, under any policy. */
class DryRunPropertyTest {
  private static final int POLICIES = 30;
  private static final int PACKETS = 200;
  private static final int[] PROTOCOLS = {1, 6, 6, 6, 17, 17, 58, 132};
  private static final int PORTS = 6;

  private final SplittableRandom random = new SplittableRandom(11);

  /** Each packet has ports that no other has, so that it is the first of its connection. */
  private int nextPort = 1000;

  @Test
  void shouldTellTheFateOfAnyPacketUnderAnyPolicy() {
    TreeMap<String, Integer> seen = new TreeMap<>();
    for (int round = 0; round < POLICIES; round++) {
      // Its own flow table, so that ports may serve again.
      try (PolicedPods pods = new PolicedPods()) {
        nextPort = 1000;
        for (int pod = 0; pod < PolicedPods.PODS; pod++) {
          pods.police(pod, policy(), policy());
        }
        for (int i = 0; i < PACKETS; i++) {
          int from = random.nextInt(PolicedPods.PODS);
          byte[] frame = packet(from);
          String told = pods.outcome(pods.dryRun(from, frame));
          assertThat(pods.outcome(from, frame))
              .as("from %d: %s", from, java.util.HexFormat.of().formatHex(frame))
              .isEqualTo(told);
          seen.merge(told, 1, Integer::sum);
        }
      }
    }
    assertThat(seen.keySet())
        .contains(
            "to 0",
            "to 1",
            "policy-egress",
            "policy-ingress",
            "policy-fragment",
            "policy-unreadable",
            "no-route",
            "ttl-expired",
            "no-service");
  }

  private List<RuleTier> policy() {
    if (random.nextInt(4) == 0) {
      return List.of();
    }
    List<RuleTier> tiers = new ArrayList<>();
    int count = 1 + random.nextInt(3);
    for (int i = 0; i < count; i++) {
      boolean last = i == count - 1;
      Rule[] rules = new Rule[random.nextInt(5)];
      for (int r = 0; r < rules.length; r++) {
        rules[r] = rule(last);
      }
      Action end = random.nextInt(3) == 0 ? Action.DENY : last ? Action.ALLOW : Action.PASS;
      tiers.addAll(PolicedPods.tier(end, rules));
    }
    return tiers;
  }

  private Rule rule(boolean last) {
    Action[] actions = Action.values();
    Action action = actions[random.nextInt(actions.length)];
    if (last && action == Action.PASS) {
      action = Action.LOG;
    }
    int protocol = PROTOCOLS[random.nextInt(PROTOCOLS.length)];
    return random.nextInt(3) == 0
        ? PolicedPods.protocol(action, protocol)
        : PolicedPods.port(action, protocol, random.nextInt(PORTS));
  }

  private byte[] packet(int from) {
    int to = random.nextInt(8) == 0 ? random.nextInt(12) - 9 : random.nextInt(PolicedPods.PODS);
    PolicyPacket packet = new PolicyPacket(random.nextBoolean(), from, to);
    byte[] frame = plain(packet);
    if (random.nextInt(6) == 0) {
      frame = odd(packet, frame);
    }
    if (random.nextInt(12) == 0) {
      frame[PolicyPacket.ETHERNET_BYTES + (packet.six() ? 7 : 8)] = 1;
      return packet.six() ? frame : TunnelFrames.repaired(frame);
    }
    return frame;
  }

  private byte[] plain(PolicyPacket packet) {
    int source = nextPort++;
    int destination = random.nextInt(PORTS);
    return switch (random.nextInt(6)) {
      case 0 -> packet.udp(source, destination, random.nextInt(100));
      case 1 -> packet.echo(random.nextBoolean(), source);
      case 2 -> packet.icmp(random.nextInt(100, 120), random.nextInt(PORTS), 0, new byte[8]);
      case 3 -> packet.packet(132, sctp(source, destination));
      default -> packet.tcp(source, destination, PolicyPacket.SYN, random.nextInt(100));
    };
  }

  private static byte[] sctp(int source, int destination) {
    return java.nio.ByteBuffer.allocate(12)
        .putShort((short) source)
        .putShort((short) destination)
        .array();
  }

  /** With options or extension headers, a fragment, cut short, or about nothing. */
  private byte[] odd(PolicyPacket packet, byte[] frame) {
    byte[] upper = packet.upper(frame);
    int protocol = packet.six() ? frame[20] & 0xff : frame[23] & 0xff;
    return switch (random.nextInt(4)) {
      case 0 ->
          packet.six()
              ? packet.withExtension(protocol, upper)
              : packet.withOptions(protocol, upper);
      case 1 -> packet.packet(protocol, new byte[random.nextInt(8)]);
      case 2 ->
          packet.fragment(
              PolicyPacket.UDP,
              packet.upper(packet.udp(nextPort, 1, 200)),
              nextPort++,
              random.nextInt(3) * 8,
              120);
      default -> packet.error(packet.back().udp(nextPort++, 1, 60), packet.six() ? 56 : 36);
    };
  }
}
