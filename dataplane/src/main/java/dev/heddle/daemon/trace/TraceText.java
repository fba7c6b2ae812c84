package dev.heddle.daemon.trace;

import dev.heddle.api.policy.RuleText;
import dev.heddle.api.v1.RuleDecision;
import dev.heddle.api.v1.TracedPacket;
import dev.heddle.control.ControlPlane.RouteMatch;
import dev.heddle.model.IpAddress;
import dev.heddle.observe.CaptureRing;
import dev.heddle.observe.DropReason;
import dev.heddle.observe.TracePoint;
import dev.heddle.stage.PolicyTrial.KnownFlow;
import dev.heddle.table.NextHops;
import java.util.function.BiFunction;
import org.agrona.DirectBuffer;

/** Puts what happened to one packet into sentences, event by event. */
final class TraceText {
  private static final DropReason[] REASONS = DropReason.values();
  private static final KnownFlow[] FLOWS = KnownFlow.values();
  private static final int ETHERNET_BYTES = 14;
  private static final int NONE = -1;

  private final Names names;
  private final BiFunction<Integer, IpAddress, RouteMatch> routes;
  private final Traces.Rules rules;
  private final TracedPacket.Builder packet = TracedPacket.newBuilder();

  /** The frame as it came, as far as it was kept. */
  private byte[] frame = {};

  private boolean isExamined;

  /** Whether what is sent from now on is not the packet itself. */
  private boolean isAnswered;

  /** What the tables said: the kind of next hop and where it is reached. */
  private int hopKind = NONE;

  private int hopInterface = NONE;
  private int outerBytes;

  /** How interfaces are called. */
  interface Names {
    /** The name of the interface that had this index then, with its network. */
    String of(int interfaceIndex, long timeNs);

    boolean isIpMode(int interfaceIndex);
  }

  /**
   * @param routes tells the route of a network, by its index, for an address
   */
  TraceText(
      int worker,
      Names names,
      BiFunction<Integer, IpAddress, RouteMatch> routes,
      Traces.Rules rules) {
    this.names = names;
    this.rules = rules;
    this.routes = routes;
    packet.setWorker(worker);
  }

  TracedPacket build() {
    return packet.build();
  }

  /** Adds an entry of the ring, as {@link TracePoint} describes it. */
  void add(
      long timeNs, int event, int reason, DirectBuffer entry, int at, int entryBytes, int bytes) {
    int interfaceIndex = entry.getInt(at + TracePoint.INTERFACE_OFFSET);
    String name = names.of(interfaceIndex, timeNs);
    switch (event) {
      case TracePoint.RECEIVED ->
          received(timeNs, interfaceIndex, name, entry, at, entryBytes, bytes);
      case TracePoint.LOOKED_UP -> lookedUp(timeNs, entry, at);
      case TracePoint.POLICED -> policed(timeNs, entry, at);
      case TracePoint.EXAMINED -> {
        isExamined = true;
        say("not plain: looked at rule by rule");
      }
      case TracePoint.SENT ->
          sent(interfaceIndex, name, reason, headers(interfaceIndex, entry, at, entryBytes), bytes);
      case TracePoint.DROPPED -> {
        isAnswered = true;
        say("dropped on %s: %s", name, text(reason));
      }
      case TracePoint.CONSUMED -> {
        isAnswered = true;
        say("was for the router, which took it");
      }
      case TracePoint.HELD -> say("waits until a neighbour on %s answers", name);
      default -> say("event %d", event);
    }
  }

  private void received(
      long timeNs,
      int interfaceIndex,
      String name,
      DirectBuffer entry,
      int at,
      int entryBytes,
      int bytes) {
    packet.setTimeNs(timeNs);
    frame = new byte[entryBytes - TracePoint.PACKET_OFFSET];
    entry.getBytes(at + TracePoint.PACKET_OFFSET, frame);
    int absentBytes = names.isIpMode(interfaceIndex) ? ETHERNET_BYTES : 0;
    say(
        "received %d bytes from %s: %s",
        bytes - absentBytes, name, headers(interfaceIndex, entry, at, entryBytes));
  }

  private String headers(int interfaceIndex, DirectBuffer entry, int at, int entryBytes) {
    return HeaderText.of(
        entry,
        at + TracePoint.PACKET_OFFSET,
        entryBytes - TracePoint.PACKET_OFFSET,
        names.isIpMode(interfaceIndex));
  }

  private void lookedUp(long timeNs, DirectBuffer entry, int at) {
    long hop = entry.getLong(at + TracePoint.HOP_OFFSET);
    int network = entry.getInt(at + TracePoint.NETWORK_OFFSET);
    long revision = entry.getLong(at + TracePoint.REVISION_OFFSET);
    outerBytes = entry.getInt(at + TracePoint.OUTER_OFFSET);
    hopKind = NextHops.kind(hop);
    hopInterface = NextHops.interfaceIndex(hop);
    IpAddress destination = destination();
    RouteMatch match = destination == null ? null : routes.apply(network, destination);
    if (match == null) {
      say("looked up in revision %d: %s", revision, nextHop(timeNs));
      return;
    }
    if (outerBytes > 0) {
      say("out of the tunnel into network %s", match.network());
    }
    String since =
        match.revision() == revision
            ? "revision " + revision
            : "revision %d; the prefix as of %d".formatted(revision, match.revision());
    say(
        "%s in network %s (%s): %s, %s",
        match.address(), match.network(), since, match.prefix(), nextHop(timeNs));
  }

  private void policed(long timeNs, DirectBuffer entry, int at) {
    int flow = entry.getInt(at + TracePoint.FLOW_OFFSET);
    if (flow >= 0) {
      String opener = (flow & 1) == 0 ? "sender" : "receiver";
      String means =
          switch (FLOWS[flow >> 1]) {
            case PASSES -> "passes, and no rule is asked";
            case RENEWED -> "the changed rules are asked again";
            case ENDED -> "ended by a change of the rules";
          };
      say("of a known flow, opened by the %s: %s", opener, means);
    }
    long revision = entry.getLong(at + TracePoint.REVISION_OFFSET);
    decided(
        entry.getInt(at + TracePoint.EGRESS_INTERFACE_OFFSET),
        false,
        entry.getInt(at + TracePoint.EGRESS_RULE_OFFSET),
        revision,
        timeNs);
    decided(
        entry.getInt(at + TracePoint.INGRESS_INTERFACE_OFFSET),
        true,
        entry.getInt(at + TracePoint.INGRESS_RULE_OFFSET),
        revision,
        timeNs);
  }

  private void decided(int whose, boolean ingress, int rule, long revision, long timeNs) {
    if (rule == TracePoint.NO_RULE) {
      return;
    }
    RuleDecision decision = rules.of(whose, ingress, rule, revision);
    say(
        "%s of %s: %s",
        ingress ? "ingress" : "egress",
        names.of(whose, timeNs),
        decision == null ? "a rule that is no more" : RuleText.of(decision));
  }

  private String nextHop(long timeNs) {
    return switch (hopKind) {
      case NextHops.KIND_LOCAL -> "next hop " + names.of(hopInterface, timeNs);
      case NextHops.KIND_REMOTE ->
          "next hop another node, by a tunnel on " + names.of(hopInterface, timeNs);
      case NextHops.KIND_OUTSIDE -> "next hop outside, by " + names.of(hopInterface, timeNs);
      case NextHops.KIND_ROUTER -> "the router itself";
      case NextHops.KIND_DROP -> "a route that drops";
      case NextHops.KIND_UNRESOLVED -> "a gateway that there is no way to";
      default -> "no route";
    };
  }

  private void sent(int interfaceIndex, String name, int reason, String headers, int bytes) {
    int absentBytes = names.isIpMode(interfaceIndex) ? ETHERNET_BYTES : 0;
    if (!isExamined && !isAnswered) {
      say("plain: headers and source address are right");
    }
    if (reason != CaptureRing.NOT_DROPPED) {
      say("dropped on its way to %s: %s", name, text(reason));
    } else if (isAnswered) {
      say("answered with %d bytes to %s: %s", bytes - absentBytes, name, headers);
    } else {
      say("sent %d bytes to %s: %s", bytes - absentBytes, name, headers);
    }
    boolean isElsewhere = hopInterface != NONE && hopInterface != interfaceIndex;
    if (!isAnswered && isElsewhere) {
      say("which is not where the tables led when the trace asked them");
    }
  }

  /** The packet's destination address, as it came; null where it is not to be found. */
  private IpAddress destination() {
    int ip = outerBytes + ETHERNET_BYTES;
    if (frame.length >= ip + 20 && frame[ip] >>> 4 == 4) {
      return IpAddress.v4((int) number(ip + 16, Integer.BYTES));
    }
    if (frame.length >= ip + 40 && frame[ip] >>> 4 == 6) {
      return IpAddress.v6(number(ip + 24, Long.BYTES), number(ip + 32, Long.BYTES));
    }
    return null;
  }

  private long number(int at, int bytes) {
    long number = 0;
    for (int i = 0; i < bytes; i++) {
      number = number << Byte.SIZE | Byte.toUnsignedLong(frame[at + i]);
    }
    return number;
  }

  private static String text(int reason) {
    return REASONS[reason].label() + ", " + REASONS[reason].description();
  }

  private void say(String sentence, Object... values) {
    packet.addSentences(sentence.formatted(values));
  }
}
