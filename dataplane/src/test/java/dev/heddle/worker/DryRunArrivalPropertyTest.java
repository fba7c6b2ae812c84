package dev.heddle.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.compile.policy.RuleTier.Action;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What is explained is what happens, to whatever comes out of tunnels or should not. */
class DryRunArrivalPropertyTest {
  private static final int ROUNDS = 20;
  private static final int FRAMES = 200;
  private static final int PORTS = 4;
  private static final int GATEWAY = -9;
  private static final int NOBODY = 9;
  private static final int[] TO = {0, 0, 1, 1, 2, GATEWAY, NOBODY, PolicedPods.REMOTE + 1};
  private static final int OUTER_IP4 = TunnelFrames.ETHERNET_BYTES;
  private static final int VXLAN_4 = OUTER_IP4 + 28;
  private static final int VXLAN_6 = OUTER_IP4 + 48;

  private final SplittableRandom random = new SplittableRandom(13);
  private int nextPort;

  @Test
  void shouldTellTheFateOfWhateverComesInOnAnUplink() {
    TreeMap<String, Integer> seen = new TreeMap<>();
    for (int round = 0; round < ROUNDS; round++) {
      try (PolicedPods pods = new PolicedPods()) {
        nextPort = 1000;
        police(pods);
        for (int i = 0; i < FRAMES; i++) {
          byte[] frame = frame();
          String told = pods.outcome(pods.dryRun(PolicedPods.UPLINK, frame));
          assertThat(pods.outcome(PolicedPods.UPLINK, frame))
              .as(HexFormat.of().formatHex(frame))
              .isEqualTo(told);
          seen.merge(told, 1, Integer::sum);
        }
      }
    }
    assertThat(seen.keySet())
        .contains(
            "to 0",
            "to 1",
            "to 2",
            "answered",
            "no-route",
            "policy-ingress",
            "policy-fragment",
            "policy-unreadable",
            "ttl-expired",
            "tunnel-to-tunnel",
            "vxlan-bad-flags",
            "vxlan-spoofed-source",
            "vxlan-unknown-node",
            "vxlan-unknown-vni");
  }

  /** Some pods let in some ports, others everything. */
  private void police(PolicedPods pods) {
    for (int pod = 0; pod < PolicedPods.PODS; pod++) {
      if (random.nextInt(3) > 0) {
        var rule = PolicedPods.port(Action.ALLOW, PolicyPacket.UDP, random.nextInt(PORTS));
        pods.police(pod, PolicedPods.tier(Action.ALLOW), PolicedPods.tier(Action.DENY, rule));
      }
    }
  }

  private byte[] frame() {
    int from = random.nextInt(8) == 0 ? random.nextInt(PolicedPods.PODS) : PolicedPods.REMOTE;
    PolicyPacket packet =
        new PolicyPacket(random.nextBoolean(), from, TO[random.nextInt(TO.length)]);
    byte[] inner = inner(packet);
    if (random.nextInt(10) == 0) {
      inner[PolicyPacket.ETHERNET_BYTES + (packet.six() ? 7 : 8)] = 1;
      inner = packet.six() ? inner : TunnelFrames.repaired(inner);
    }
    boolean over6 = random.nextBoolean();
    int vni = random.nextInt(12) == 0 ? PolicedPods.VNI + 1 : PolicedPods.VNI;
    byte[] frame = over6 ? TunnelFrames.wrap6(inner, vni) : TunnelFrames.wrap4(inner, vni);
    return switch (random.nextInt(20)) {
      case 0 -> fromNobody(frame, over6);
      case 1 -> {
        frame[over6 ? VXLAN_6 : VXLAN_4] = 0;
        yield frame;
      }
      default -> frame;
    };
  }

  private byte[] inner(PolicyPacket packet) {
    int source = nextPort++;
    int destination = random.nextInt(PORTS);
    byte[] udp = packet.udp(source, destination, random.nextInt(100));
    return switch (random.nextInt(9)) {
      case 0 -> packet.tcp(source, destination, PolicyPacket.SYN);
      case 1 -> echo(packet, source);
      case 2 -> packet.packet(PolicyPacket.UDP, new byte[random.nextInt(8)]);
      case 3 -> packet.fragment(PolicyPacket.UDP, packet.upper(udp), source, 8, 16);
      case 4 ->
          packet.six()
              ? packet.withExtension(PolicyPacket.UDP, packet.upper(udp))
              : packet.withOptions(PolicyPacket.UDP, packet.upper(udp));
      default -> udp;
    };
  }

  /** Over IPv4 one that may be answered. */
  private byte[] echo(PolicyPacket packet, int identifier) {
    byte[] frame = packet.echo(random.nextBoolean(), identifier);
    if (!packet.six()) {
      int icmp = PolicyPacket.ETHERNET_BYTES + 20;
      short checksum = TunnelFrames.checksum(frame, icmp, frame.length - icmp);
      ByteBuffer.wrap(frame).putShort(icmp + 2, checksum);
    }
    return frame;
  }

  /** The same from an address on the underlay that is no node's. */
  private static byte[] fromNobody(byte[] frame, boolean over6) {
    ByteBuffer buffer = ByteBuffer.wrap(frame);
    if (over6) {
      buffer.putLong(OUTER_IP4 + 16, 99);
      return frame;
    }
    buffer.putInt(OUTER_IP4 + 12, TunnelNode.underlay4(99));
    return TunnelFrames.repaired(frame);
  }
}
