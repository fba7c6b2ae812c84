package dev.heddle.stage;

import dev.heddle.flow.FlowCursor;
import dev.heddle.flow.FlowPhase;
import dev.heddle.flow.FlowTable;
import dev.heddle.observe.DropReason;
import dev.heddle.observe.PolicyLog;
import dev.heddle.observe.WorkerCounter;
import dev.heddle.observe.WorkerCounters;
import dev.heddle.table.Attachment;
import dev.heddle.table.Tables;
import dev.heddle.table.policy.FlowKeys;
import dev.heddle.table.policy.PolicyHits;
import dev.heddle.table.policy.PolicyTables;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Decides whether packets may pass: by the flow that they belong to, or by what the sender may send
 * and the receiver may receive.
 *
 * <pre>
 *   flow known      its first packet decided, unless it ended or a program is another one by now: then the
 *                   programs decide about its first packet again, and it goes on or is over
 *   flow not known  the programs decide about this packet; it makes a flow that its answers belong to
 *   no flow         the programs decide about this packet: ICMP but for echoes
 *   ICMP error      belongs to the flow that it is about
 *   fragments       follow the first one of their packet
 * </pre>
 *
 * A connection that began before the flow table knew it, such as before a restart, is taken up by
 * whatever packet the programs let through. Belongs to one worker; allocates nothing.
 */
public final class Policing {
  private static final int NO_RULE = -1;

  /** Whoever is not at this node, and has no programs here. */
  static final Attachment ELSEWHERE =
      new Attachment(0, 0, 0, 0, 0, 0, 0, new int[0], new long[0], 0, 0, 0, false);

  private final WorkerCounters counters;
  private final FlowCursor cursor;
  private final SlowHeaders slow = new SlowHeaders();
  private final FlowHeaders turned = new FlowHeaders(1);
  private final PolicyHits hits = new PolicyHits();
  private final PolicyLog log;

  private PolicyTables policies = PolicyTables.NONE;
  private long revision;
  private int vrf;
  private int second;

  /** The rule of the last decision, for the flow that it ends. */
  private int lastRule;

  public Policing(WorkerCounters counters, FlowTable flows) {
    this.counters = counters;
    this.log = new PolicyLog(counters);
    this.cursor = new FlowCursor(flows);
  }

  /** Names what the next packets have in common. */
  public void begin(Tables newest, int vrfIndex, long nowNs) {
    policies = newest.policies();
    revision = newest.revision();
    vrf = vrfIndex;
    second = cursor.table().seconds(nowNs);
  }

  /**
   * Touches the places of a batch's flows in the table, in loops that each do one thing, so that
   * their cache misses overlap.
   */
  public void touch(FlowHeaders headers, int count) {
    headers.hashAll(cursor, count, vrf);
    long[] hashes = headers.hash;
    long touched = 0;
    for (int i = 0; i < count; i++) {
      touched += cursor.touchTags(hashes[i]);
    }
    for (int i = 0; i < count; i++) {
      touched += cursor.touchEntry(hashes[i]);
    }
    sink = touched;
  }

  /** Written so that nothing of {@link #touch} is left out as useless. */
  private long sink;

  /** Whether the packet's headers could be read on the fast path; else the slow path decides. */
  public static boolean isPlain(FlowHeaders headers, int i) {
    return headers.kind[i] != FlowHeaders.NOT_PLAIN;
  }

  /**
   * Decides about one packet of a batch, whose headers are plain.
   *
   * @param from who sent it
   * @param endpoint that it goes to; null if it leaves the node
   * @return why it is dropped; null if it passes
   */
  public DropReason decide(FlowHeaders headers, int i, Attachment from, Attachment endpoint) {
    Attachment to = endpoint == null ? ELSEWHERE : endpoint;
    if (!isPoliced(from, to)) {
      return null;
    }
    return headers.kind[i] == FlowHeaders.ALONE
        ? byPrograms(headers.keys, i, from, to)
        : byFlow(headers, i, from, to);
  }

  /**
   * Decides about a packet of any kind.
   *
   * @param frame in private memory, as it passed {@link Responder#inspect}
   */
  public DropReason decide(long frame, Attachment from, Attachment endpoint) {
    Attachment to = endpoint == null ? ELSEWHERE : endpoint;
    if (!isPoliced(from, to)) {
      return null;
    }
    byte kind = slow.read(frame);
    return switch (kind) {
      case SlowHeaders.UNREADABLE -> DropReason.POLICY_UNREADABLE;
      case SlowHeaders.HIDES -> DropReason.POLICY_FRAGMENT;
      case SlowHeaders.LATER_FRAGMENT -> byFirstFragment(from, to);
      case SlowHeaders.ERROR -> byCause(from, to);
      case FlowHeaders.ALONE -> followed(byPrograms(slow.own.keys, 0, from, to), from, to);
      default -> {
        slow.own.hashAll(cursor, 1, vrf);
        yield followed(byFlow(slow.own, 0, from, to), from, to);
      }
    };
  }

  /** Whether any program has a say in what one sends to the other, or answers. */
  static boolean isPoliced(Attachment from, Attachment to) {
    return (from.egressProgram() | from.ingressProgram() | to.egressProgram() | to.ingressProgram())
        != PolicyTables.NO_PROGRAM;
  }

  private DropReason byFlow(FlowHeaders headers, int i, Attachment from, Attachment to) {
    headers.aim(cursor, i, vrf);
    int flags = headers.tcpFlags[i];
    if (cursor.find()) {
      boolean begins = FlowPhase.opens(flags) && FlowPhase.isOver(cursor.phase());
      if (!begins && !cursor.isTimedOut(second)) {
        return byKnownFlow(headers, i, from, to);
      }
      cursor.remove();
    }
    DropReason reason = byPrograms(headers.keys, i, from, to);
    if (reason == null && headers.kind[i] == FlowHeaders.NEW) {
      boolean added = cursor.insert(generations(from, to), second);
      counters.add(added ? WorkerCounter.FLOWS_ADDED : WorkerCounter.FLOWS_REFUSED, 1);
    }
    return reason;
  }

  private DropReason byKnownFlow(FlowHeaders headers, int i, Attachment from, Attachment to) {
    boolean reversed = cursor.isReversed();
    Attachment first = reversed ? to : from;
    Attachment other = reversed ? from : to;
    long newest = generations(first, other);
    int phase = FlowPhase.after(cursor.phase(), reversed, headers.tcpFlags[i]);
    if (newest == cursor.generations()) {
      cursor.see(second, phase);
      return (phase & FlowPhase.DENIED) == 0 ? null : ended(phase, first, other);
    }
    counters.add(WorkerCounter.FLOWS_RENEWED, 1);
    return decideAgain(headers, i, phase & ~FlowPhase.DENIED, newest, first, other);
  }

  /** The flow ended when policy changed: what its rule counts. */
  private DropReason ended(int phase, Attachment first, Attachment other) {
    if ((phase & FlowPhase.DENIED_EGRESS) != 0) {
      count(policies.egressHits(first.interfaceIndex()), cursor.rule());
      return DropReason.POLICY_EGRESS;
    }
    count(policies.ingressHits(other.interfaceIndex()), cursor.rule());
    return DropReason.POLICY_INGRESS;
  }

  /** Asks the programs of now about the flow's first packet. */
  private DropReason decideAgain(
      FlowHeaders headers, int i, int phase, long newest, Attachment first, Attachment other) {
    DropReason reason;
    if (cursor.isReversed()) {
      turned.turn(headers, i);
      reason = byPrograms(turned.keys, 0, first, other);
    } else {
      reason = byPrograms(headers.keys, i, first, other);
    }
    int verdict =
        reason == null
            ? 0
            : reason == DropReason.POLICY_EGRESS
                ? FlowPhase.DENIED_EGRESS
                : FlowPhase.DENIED_INGRESS;
    cursor.renew(newest, second, phase | verdict, Math.max(lastRule, 0));
    return reason;
  }

  private DropReason byFirstFragment(Attachment from, Attachment to) {
    slow.aimAtFragments(cursor, vrf);
    boolean passed =
        cursor.find()
            && !cursor.isReversed()
            && !cursor.isTimedOut(second)
            && cursor.generations() == generations(from, to);
    return passed ? null : DropReason.POLICY_FRAGMENT;
  }

  /** Lets the other fragments of a packet follow the first one, if that passes. */
  private DropReason followed(DropReason reason, Attachment from, Attachment to) {
    if (reason == null && slow.isFirstFragment()) {
      slow.aimAtFragments(cursor, vrf);
      if (cursor.find()) {
        cursor.renew(generations(from, to), second, 0, 0);
      } else if (!cursor.insert(generations(from, to), second)) {
        counters.add(WorkerCounter.FLOWS_REFUSED, 1);
      }
    }
    return reason;
  }

  /**
   * An error about a flow passes if the flow does. Who sends it need not be the flow's other side;
   * so only the receiver's program must be the one that let the flow through.
   */
  private DropReason byCause(Attachment from, Attachment to) {
    slow.aimAtCause(cursor, vrf);
    if (cursor.find() && !cursor.isTimedOut(second) && (cursor.phase() & FlowPhase.DENIED) == 0) {
      int known = (int) (cursor.isReversed() ? cursor.generations() : cursor.generations() >>> 32);
      int program = cursor.isReversed() ? to.ingressProgram() : to.egressProgram();
      if (policies.generation(program) == known) {
        return null;
      }
    }
    return byPrograms(slow.own.keys, 0, from, to);
  }

  private DropReason byPrograms(FlowKeys keys, int i, Attachment from, Attachment to) {
    lastRule = NO_RULE;
    int egress = from.egressProgram();
    if (egress != PolicyTables.NO_PROGRAM) {
      int verdict = policies.verdict(egress, keys, i, hits);
      lastRule = PolicyTables.rule(verdict);
      count(policies.egressHits(from.interfaceIndex()), lastRule);
      note(verdict, from, false, keys, i);
      if (!PolicyTables.allows(verdict)) {
        return DropReason.POLICY_EGRESS;
      }
    }
    int ingress = to.ingressProgram();
    if (ingress != PolicyTables.NO_PROGRAM) {
      int verdict = policies.verdict(ingress, keys, i, hits);
      lastRule = PolicyTables.rule(verdict);
      count(policies.ingressHits(to.interfaceIndex()), lastRule);
      note(verdict, to, true, keys, i);
      if (!PolicyTables.allows(verdict)) {
        return DropReason.POLICY_INGRESS;
      }
    }
    return null;
  }

  /** Notes and counts the Log rules that the packet met on its way to the verdict. */
  private void note(int verdict, Attachment whose, boolean ingress, FlowKeys keys, int i) {
    int interfaceIndex = whose.interfaceIndex();
    for (int n = 0; n < hits.loggedCount(); n++) {
      int rule = hits.logged(n);
      count(
          ingress ? policies.ingressHits(interfaceIndex) : policies.egressHits(interfaceIndex),
          rule);
      boolean allowed = PolicyTables.allows(verdict);
      log.note(second, revision, interfaceIndex, ingress, rule, allowed, keys, i);
    }
  }

  /** What Log rules noted; for one reader. */
  public PolicyLog log() {
    return log;
  }

  private static void count(AtomicLongArray hits, int rule) {
    hits.getAndIncrement(rule);
  }

  private long generations(Attachment first, Attachment other) {
    return generations(policies, first, other);
  }

  /** What a flow carries of the programs that let it through. */
  static long generations(PolicyTables policies, Attachment first, Attachment other) {
    return (long) policies.generation(first.egressProgram()) << 32
        | Integer.toUnsignedLong(policies.generation(other.ingressProgram()));
  }
}
