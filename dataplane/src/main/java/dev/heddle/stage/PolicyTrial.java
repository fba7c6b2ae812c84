package dev.heddle.stage;

import dev.heddle.flow.FlowCursor;
import dev.heddle.flow.FlowPhase;
import dev.heddle.flow.FlowTable;
import dev.heddle.observe.DropReason;
import dev.heddle.table.Attachment;
import dev.heddle.table.policy.FlowKeys;
import dev.heddle.table.policy.PolicyHits;
import dev.heddle.table.policy.PolicyTables;
import java.util.ArrayList;
import java.util.List;

/**
 * Decides about a packet as {@link Policing} does, and says why, without counting it, following it
 * or changing the flow that it belongs to. One thread.
 */
public final class PolicyTrial {
  /**
   * What a program said.
   *
   * @param rule that decided, an index in the program
   * @param logged Log rules that it met before
   */
  public record Verdict(boolean allows, int rule, List<Integer> logged) {}

  /** What a flow that the table knows means for its packets. */
  public enum KnownFlow {
    /** They pass, and no program is asked. */
    PASSES,

    /**
     * A program is another one than let it through: both are asked about its first packet again.
     */
    RENEWED,

    /** A change of policy ended it. */
    ENDED
  }

  /**
   * What policy says about a packet.
   *
   * @param reason why it is dropped; null if it passes
   * @param flow what the flow that it belongs to, or is about, means for it; null if it is decided
   *     about by itself
   * @param reply whether it goes against the direction of that flow's first packet, which then is
   *     what the verdicts are about
   * @param egress what the program of who sent the packet, or the flow's first one, says; null if
   *     there is none or it was not asked
   * @param ingress what the other side's program says, likewise
   */
  public record Decision(
      DropReason reason, KnownFlow flow, boolean reply, Verdict egress, Verdict ingress) {
    private static final Decision PASSES = new Decision(null, null, false, null, null);

    private static Decision dropped(DropReason reason) {
      return new Decision(reason, null, false, null, null);
    }

    private static Decision passesByFlow(boolean reply) {
      return new Decision(null, KnownFlow.PASSES, reply, null, null);
    }

    /** Whether a flow or a rule has a say, rather than the packet's form or nobody. */
    public boolean isByPolicy() {
      return flow != null || egress != null || ingress != null;
    }

    private Decision of(KnownFlow known, boolean isReply) {
      return new Decision(reason, known, isReply, egress, ingress);
    }
  }

  private final FlowCursor cursor;
  private final SlowHeaders headers = new SlowHeaders();
  private final FlowHeaders turned = new FlowHeaders(1);
  private final PolicyHits hits = new PolicyHits();

  private PolicyTables policies = PolicyTables.NONE;
  private int vrf;
  private int second;

  /**
   * @param flows that workers follow; only read
   */
  public PolicyTrial(FlowTable flows) {
    this.cursor = new FlowCursor(flows);
  }

  /** Names what the next packets have in common. */
  public void begin(PolicyTables newest, int vrfIndex, long nowNs) {
    policies = newest;
    vrf = vrfIndex;
    second = cursor.table().seconds(nowNs);
  }

  /**
   * Decides about a packet of any kind.
   *
   * @param frame in private memory, as it passed {@link Responder#inspect}
   * @param endpoint that it goes to; null if it leaves the node
   */
  public Decision decide(long frame, Attachment from, Attachment endpoint) {
    Attachment to = endpoint == null ? Policing.ELSEWHERE : endpoint;
    if (!Policing.isPoliced(from, to)) {
      return Decision.PASSES;
    }
    return switch (headers.read(frame)) {
      case SlowHeaders.UNREADABLE -> Decision.dropped(DropReason.POLICY_UNREADABLE);
      case SlowHeaders.HIDES -> Decision.dropped(DropReason.POLICY_FRAGMENT);
      case SlowHeaders.LATER_FRAGMENT -> byFirstFragment(from, to);
      case SlowHeaders.ERROR -> byCause(from, to);
      case FlowHeaders.ALONE -> byPrograms(headers.own.keys, from, to);
      default -> byFlow(from, to);
    };
  }

  private Decision byFlow(Attachment from, Attachment to) {
    headers.own.hashAll(cursor, 1, vrf);
    headers.own.aim(cursor, 0, vrf);
    boolean begins = FlowPhase.opens(headers.own.tcpFlags[0]);
    if (!cursor.find() || begins && FlowPhase.isOver(cursor.phase()) || cursor.isTimedOut(second)) {
      return byPrograms(headers.own.keys, from, to);
    }
    boolean reply = cursor.isReversed();
    Attachment first = reply ? to : from;
    Attachment other = reply ? from : to;
    if (cursor.generations() == Policing.generations(policies, first, other)) {
      return byDecidedFlow(cursor.phase(), reply);
    }
    if (reply) {
      turned.turn(headers.own, 0);
    }
    FlowKeys keys = reply ? turned.keys : headers.own.keys;
    return byPrograms(keys, first, other).of(KnownFlow.RENEWED, reply);
  }

  /** By a flow that the programs of now have decided about. */
  private Decision byDecidedFlow(int phase, boolean reply) {
    if ((phase & FlowPhase.DENIED) == 0) {
      return Decision.passesByFlow(reply);
    }
    Verdict verdict = new Verdict(false, cursor.rule(), List.of());
    return (phase & FlowPhase.DENIED_EGRESS) != 0
        ? new Decision(DropReason.POLICY_EGRESS, KnownFlow.ENDED, reply, verdict, null)
        : new Decision(DropReason.POLICY_INGRESS, KnownFlow.ENDED, reply, null, verdict);
  }

  private Decision byFirstFragment(Attachment from, Attachment to) {
    headers.aimAtFragments(cursor, vrf);
    boolean passed =
        cursor.find()
            && !cursor.isReversed()
            && !cursor.isTimedOut(second)
            && cursor.generations() == Policing.generations(policies, from, to);
    return passed ? Decision.passesByFlow(false) : Decision.dropped(DropReason.POLICY_FRAGMENT);
  }

  private Decision byCause(Attachment from, Attachment to) {
    headers.aimAtCause(cursor, vrf);
    if (cursor.find()
        && !cursor.isTimedOut(second)
        && (cursor.phase() & FlowPhase.DENIED) == 0
        && isReceiversFlow(to)) {
      // It goes against the packet that it is about.
      return Decision.passesByFlow(!cursor.isReversed());
    }
    return byPrograms(headers.own.keys, from, to);
  }

  /** Whether the program that lets the receiver of an error have its flow is the one of now. */
  private boolean isReceiversFlow(Attachment to) {
    boolean opened = !cursor.isReversed();
    int known = (int) (opened ? cursor.generations() >>> 32 : cursor.generations());
    return policies.generation(opened ? to.egressProgram() : to.ingressProgram()) == known;
  }

  private Decision byPrograms(FlowKeys keys, Attachment from, Attachment to) {
    Verdict egress = ask(keys, from.egressProgram());
    if (egress != null && !egress.allows()) {
      return new Decision(DropReason.POLICY_EGRESS, null, false, egress, null);
    }
    Verdict ingress = ask(keys, to.ingressProgram());
    DropReason reason = ingress == null || ingress.allows() ? null : DropReason.POLICY_INGRESS;
    return new Decision(reason, null, false, egress, ingress);
  }

  private Verdict ask(FlowKeys keys, int program) {
    if (program == PolicyTables.NO_PROGRAM) {
      return null;
    }
    int verdict = policies.verdict(program, keys, 0, hits);
    List<Integer> logged = new ArrayList<>();
    for (int i = 0; i < hits.loggedCount(); i++) {
      logged.add(hits.logged(i));
    }
    return new Verdict(PolicyTables.allows(verdict), PolicyTables.rule(verdict), logged);
  }
}
