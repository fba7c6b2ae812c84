package dev.heddle.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.compile.policy.RuleTier;
import dev.heddle.compile.policy.RuleTier.Action;
import dev.heddle.compile.policy.RuleTier.Rule;
import dev.heddle.stage.PolicyTrial.Decision;
import dev.heddle.stage.PolicyTrial.KnownFlow;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * What is explained is what happens, to packets of any flow: answers, packets after the first one,
 * errors and fragments, of pods and through tunnels, while policies change and flows time out.
 * Explaining changes nothing.
 */
class DryRunFlowPropertyTest {
  private static final int ROUNDS = 30;
  private static final int PACKETS = 300;
  private static final int PORTS = 3;
  private static final int[] PLACES = {0, 1, 2, PolicedPods.REMOTE};
  private static final int FRAGMENT = 44;
  private static final int SCTP = 132;
  private static final int FRAGMENTED_BYTES = 200;
  private static final int FIRST_FRAGMENT_BYTES = 120;
  private static final int[] PROTOCOLS = {PolicyPacket.TCP, PolicyPacket.UDP, 1, 58, SCTP};
  private static final int[] FLAGS = {
    PolicyPacket.SYN,
    PolicyPacket.ACK,
    PolicyPacket.ACK,
    PolicyPacket.SYN | PolicyPacket.ACK,
    PolicyPacket.FIN | PolicyPacket.ACK,
    PolicyPacket.RST
  };

  /** More than a flow may be silent for that is not answered, and less than the others. */
  private static final int SOME_SECONDS = 100;

  /** More than any flow may be silent for. */
  private static final int MANY_SECONDS = 10_000;

  /** The first packet of a flow that there may be. */
  private record Opening(PolicyPacket way, int protocol, int source, int destination) {}

  private final SplittableRandom random = new SplittableRandom(12);
  private final TreeMap<String, Integer> seen = new TreeMap<>();
  private final List<Opening> openings = new ArrayList<>();

  @Test
  void shouldTellTheFateOfAnyPacketOfAnyFlow() {
    for (int round = 0; round < ROUNDS; round++) {
      openings.clear();
      try (PolicedPods pods = new PolicedPods()) {
        for (int pod = 0; pod < PolicedPods.PODS; pod++) {
          pods.police(pod, policy(), policy());
        }
        for (int i = 0; i < PACKETS; i++) {
          disturb(pods, i);
          compare(pods);
        }
      }
    }
    assertThat(seen.keySet())
        .contains(
            "null forwarded",
            "null policy-egress",
            "null policy-ingress",
            "null policy-fragment",
            "PASSES forwarded",
            "PASSES reply forwarded",
            "RENEWED forwarded",
            "RENEWED reply forwarded",
            "RENEWED policy-egress",
            "RENEWED policy-ingress",
            "RENEWED reply policy-egress",
            "RENEWED reply policy-ingress",
            "ENDED policy-egress",
            "ENDED policy-ingress",
            "ENDED reply policy-egress",
            "ENDED reply policy-ingress",
            "tunnel null forwarded",
            "tunnel null policy-ingress",
            "tunnel PASSES forwarded",
            "tunnel PASSES reply forwarded",
            "tunnel RENEWED policy-ingress",
            "tunnel RENEWED reply policy-egress",
            "tunnel ENDED reply policy-egress");
  }

  /** Lets time pass, and policies change. */
  private void disturb(PolicedPods pods, int packet) {
    if (packet == PACKETS / 2) {
      pods.flowTable().age(SOME_SECONDS);
    } else if (packet == PACKETS * 3 / 4) {
      pods.flowTable().age(MANY_SECONDS);
    }
    if (random.nextInt(15) == 0) {
      pods.police(random.nextInt(PolicedPods.PODS), policy(), policy());
    }
  }

  private void compare(PolicedPods pods) {
    Opening opening =
        openings.isEmpty() || random.nextInt(3) == 0
            ? open()
            : openings.get(random.nextInt(openings.size()));
    boolean begins = openings.getLast() == opening && random.nextBoolean();
    boolean back = !begins && random.nextInt(3) > 0;
    PolicyPacket way = back ? opening.way().back() : opening.way();
    byte[] frame = begins ? first(opening) : next(opening, back);
    if (back && random.nextInt(6) == 0) {
      way = new PolicyPacket(way.six(), place(), way.to());
      frame = way.error(first(opening), way.six() ? 56 : 36);
    }
    compare(pods, way.from(), frame);
  }

  private void compare(PolicedPods pods, int place, byte[] packet) {
    boolean arrives = place == PolicedPods.REMOTE;
    byte[] frame = !arrives ? packet : TunnelFrames.wrap4(packet, PolicedPods.VNI);
    int from = arrives ? PolicedPods.UPLINK : place;
    long flows = pods.flows();
    long hits = pods.hits();
    DryRun.Fate fate = pods.dryRun(from, frame);
    assertThat(pods.flows()).isEqualTo(flows);
    assertThat(pods.hits()).isEqualTo(hits);
    String what = "from %d: %s".formatted(from, HexFormat.of().formatHex(frame));
    assertThat(pods.outcome(from, frame)).as(what).isEqualTo(pods.outcome(fate));
    Decision policy = fate.policy();
    if (policy != null && policy.flow() == KnownFlow.PASSES) {
      assertThat(pods.hits()).as("rules that were asked %s", what).isEqualTo(hits);
    }
    seen.merge((arrives ? "tunnel " : "") + kind(fate), 1, Integer::sum);
  }

  private static String kind(DryRun.Fate fate) {
    Decision policy = fate.policy();
    String flow = policy == null ? "none" : policy.flow() + (policy.reply() ? " reply" : "");
    return flow + " " + (fate.reason() == null ? "forwarded" : fate.reason().label());
  }

  private int place() {
    return PLACES[random.nextInt(PLACES.length)];
  }

  private Opening open() {
    int from = place();
    int to = place();
    while (to == from) {
      to = place();
    }
    int[] protocols = {PolicyPacket.TCP, PolicyPacket.TCP, PolicyPacket.UDP, 1, FRAGMENT, SCTP};
    Opening opening =
        new Opening(
            new PolicyPacket(random.nextBoolean(), from, to),
            protocols[random.nextInt(protocols.length)],
            1000 + random.nextInt(60_000),
            random.nextInt(PORTS));
    openings.add(opening);
    return opening;
  }

  private static byte[] first(Opening opening) {
    PolicyPacket way = opening.way();
    int source = opening.source();
    int destination = opening.destination();
    return switch (opening.protocol()) {
      case PolicyPacket.TCP -> way.tcp(source, destination, PolicyPacket.SYN);
      case PolicyPacket.UDP -> way.udp(source, destination, 8);
      case SCTP -> way.packet(SCTP, ports(source, destination));
      case FRAGMENT -> fragment(way, opening, 0, FIRST_FRAGMENT_BYTES);
      default -> way.echo(true, source);
    };
  }

  /** A packet after the first one, in either direction. */
  private byte[] next(Opening opening, boolean back) {
    PolicyPacket way = back ? opening.way().back() : opening.way();
    int source = back ? opening.destination() : opening.source();
    int destination = back ? opening.source() : opening.destination();
    return switch (opening.protocol()) {
      case PolicyPacket.TCP ->
          way.tcp(source, destination, FLAGS[random.nextInt(FLAGS.length)], random.nextInt(50));
      case PolicyPacket.UDP -> way.udp(source, destination, random.nextInt(50));
      case SCTP -> way.packet(SCTP, ports(source, destination));
      case FRAGMENT -> fragment(way, opening, FIRST_FRAGMENT_BYTES, FRAGMENTED_BYTES);
      default -> way.echo(!back, opening.source());
    };
  }

  private static byte[] fragment(PolicyPacket way, Opening opening, int first, int end) {
    byte[] whole = opening.way().udp(opening.source(), opening.destination(), FRAGMENTED_BYTES - 8);
    return way.fragment(PolicyPacket.UDP, way.upper(whole), opening.source(), first, end);
  }

  private static byte[] ports(int source, int destination) {
    return ByteBuffer.allocate(12).putShort((short) source).putShort((short) destination).array();
  }

  /** Lets through more than not, and looks at ports that packets have. */
  private List<RuleTier> policy() {
    if (random.nextInt(4) == 0) {
      return List.of();
    }
    Rule[] rules = new Rule[1 + random.nextInt(3)];
    for (int i = 0; i < rules.length; i++) {
      Action action = random.nextInt(3) == 0 ? Action.DENY : Action.ALLOW;
      int protocol = PROTOCOLS[random.nextInt(PROTOCOLS.length)];
      rules[i] =
          protocol == PolicyPacket.TCP || protocol == PolicyPacket.UDP
              ? PolicedPods.port(action, protocol, random.nextInt(PORTS))
              : PolicedPods.protocol(action, protocol);
    }
    return PolicedPods.tier(random.nextInt(3) == 0 ? Action.ALLOW : Action.DENY, rules);
  }
}
