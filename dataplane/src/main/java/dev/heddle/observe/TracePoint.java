package dev.heddle.observe;

import dev.heddle.ffi.pcap.PacketFilter;
import dev.heddle.memory.Memory;

/**
 * One worker's part of a trace: notes what becomes of the packets that are traced, an entry an
 * event. Used by the worker only, but for the ring.
 *
 * <p>An entry's direction is one of the numbers below, and it begins so:
 *
 * <pre>
 * int  0   the packet's number, from this worker
 * int  4   index of the interface that the event is about
 *      8   RECEIVED, SENT: the packet's first bytes, a missing Ethernet header's included
 *          LOOKED_UP: long 8 revision, long 16 second half of the next hop, see NextHops,
 *          int 24 index of the network, int 28 bytes of the headers before the inner frame
 *          POLICED: long 8 revision, int 16 the {@link #flow}, int 20 whose rule is asked about
 *          what is sent, by interface, int 24 the rule that decides or {@link #NO_RULE}, ints 28
 *          and 32 the same of what is received
 * </pre>
 */
public final class TracePoint {
  public static final int RECEIVED = CaptureRing.IN;

  /** Given to an interface; with a reason: dropped there. */
  public static final int SENT = CaptureRing.OUT;

  /** Not plain: looked at rule by rule. */
  public static final int EXAMINED = 3;

  /** What the tables say of its destination. */
  public static final int LOOKED_UP = 4;

  public static final int DROPPED = 5;

  /** The router took it. */
  public static final int CONSUMED = 6;

  /** Waits for a neighbour's Ethernet address. */
  public static final int HELD = 7;

  /** Its batch is over. */
  public static final int ENDED = 8;

  /** What policy says of it. */
  public static final int POLICED = 9;

  /** No rule was asked. */
  public static final int NO_RULE = -1;

  public static final int NUMBER_OFFSET = 0;
  public static final int INTERFACE_OFFSET = 4;
  public static final int PACKET_OFFSET = 8;
  public static final int REVISION_OFFSET = 8;
  public static final int HOP_OFFSET = 16;
  public static final int NETWORK_OFFSET = 24;
  public static final int OUTER_OFFSET = 28;

  public static final int FLOW_OFFSET = 16;
  public static final int EGRESS_INTERFACE_OFFSET = 20;
  public static final int EGRESS_RULE_OFFSET = 24;
  public static final int INGRESS_INTERFACE_OFFSET = 28;
  public static final int INGRESS_RULE_OFFSET = 32;

  private static final int LOOKED_UP_BYTES = 32;
  private static final int POLICED_BYTES = 36;

  /** Headers, a tunnel's included; what lies behind them is not looked at. */
  private static final int SNAP_BYTES = 160;

  private static final int MAX_OPEN = 256;
  private static final int NONE = -1;

  private final TraceScope scope;
  private final CaptureRing ring;
  private final long epochOffsetNs;

  /** The packets of this batch that are traced: by the sender's address, and their numbers. */
  private final long[] openFrame = new long[MAX_OPEN];

  private final int[] openNumber = new int[MAX_OPEN];
  private int open;
  private int lastNumber;

  /**
   * @param epochOffsetNs what makes nanoseconds since 1970 of {@code System.nanoTime()}
   */
  public TracePoint(TraceScope scope, CaptureRing ring, long epochOffsetNs) {
    this.scope = scope;
    this.ring = ring;
    this.epochOffsetNs = epochOffsetNs;
  }

  boolean asksPolicy() {
    return scope.asksPolicy();
  }

  /** A packet came in, which is traced if it is one of those meant. */
  void received(
      int interfaceIndex, long frame, long copy, int frameBytes, int absentBytes, long nowNs) {
    if (scope.left().getPlain() <= 0 || open == MAX_OPEN || !isMeant(interfaceIndex)) {
      return;
    }
    PacketFilter filter = absentBytes > 0 ? scope.rawFilter() : scope.filter();
    int packetBytes = frameBytes - absentBytes;
    if (filter != null && !filter.matches(copy + absentBytes, packetBytes, packetBytes)) {
      return;
    }
    if (scope.left().getAndDecrement() > 0) {
      openFrame[open] = frame;
      openNumber[open++] = ++lastNumber;
      notePacket(RECEIVED, lastNumber, interfaceIndex, copy, frameBytes, NONE, nowNs);
    }
  }

  private boolean isMeant(int interfaceIndex) {
    return scope.interfaceIndex() == TraceScope.ANY || scope.interfaceIndex() == interfaceIndex;
  }

  /** The number of a packet of this batch; negative if it is not traced. */
  int number(long frame) {
    for (int i = 0; i < open; i++) {
      if (openFrame[i] == frame) {
        return openNumber[i];
      }
    }
    return NONE;
  }

  /** A traced packet was given to an interface, and perhaps counted as dropped there. */
  void sent(int number, int interfaceIndex, long copy, int frameBytes, int reason, long nowNs) {
    notePacket(SENT, number, interfaceIndex, copy, frameBytes, reason, nowNs);
  }

  private void notePacket(
      int event,
      int number,
      int interfaceIndex,
      long copy,
      int frameBytes,
      int reason,
      long nowNs) {
    int presentBytes = Math.min(frameBytes, SNAP_BYTES);
    int at = claim(event, number, interfaceIndex, PACKET_OFFSET + presentBytes, frameBytes, nowNs);
    if (at >= 0) {
      ring.reason(at, reason);
      Memory.copy(copy, ring.packetAddress(at) + PACKET_OFFSET, presentBytes);
      ring.commit(at);
    }
  }

  /** What the tables say of a traced packet's destination. */
  void lookedUp(
      int number, int interfaceIndex, long revision, long hop, int network, int outerBytes) {
    int at = claim(LOOKED_UP, number, interfaceIndex, LOOKED_UP_BYTES, 0, System.nanoTime());
    if (at >= 0) {
      long to = ring.packetAddress(at);
      Memory.putLong(to + REVISION_OFFSET, revision);
      Memory.putLong(to + HOP_OFFSET, hop);
      Memory.putInt(to + NETWORK_OFFSET, network);
      Memory.putInt(to + OUTER_OFFSET, outerBytes);
      ring.commit(at);
    }
  }

  /**
   * What a packet's flow means for it, in one number.
   *
   * @param state ordinal of the flow's state; negative if the packet belongs to none that is known
   * @param reply whether it goes against the direction of the flow's first packet
   */
  public static int flow(int state, boolean reply) {
    return state << 1 | (reply ? 1 : 0);
  }

  /** What policy says of a traced packet. */
  void policed(
      int number,
      int interfaceIndex,
      long revision,
      int flow,
      int egressInterface,
      int egressRule,
      int ingressInterface,
      int ingressRule) {
    int at = claim(POLICED, number, interfaceIndex, POLICED_BYTES, 0, System.nanoTime());
    if (at >= 0) {
      long to = ring.packetAddress(at);
      Memory.putLong(to + REVISION_OFFSET, revision);
      Memory.putInt(to + FLOW_OFFSET, flow);
      Memory.putInt(to + EGRESS_INTERFACE_OFFSET, egressInterface);
      Memory.putInt(to + EGRESS_RULE_OFFSET, egressRule);
      Memory.putInt(to + INGRESS_INTERFACE_OFFSET, ingressInterface);
      Memory.putInt(to + INGRESS_RULE_OFFSET, ingressRule);
      ring.commit(at);
    }
  }

  /** Something else happened to a traced packet. */
  void note(int event, int number, int interfaceIndex, int reason) {
    int at = claim(event, number, interfaceIndex, PACKET_OFFSET, 0, System.nanoTime());
    if (at >= 0) {
      ring.reason(at, reason);
      ring.commit(at);
    }
  }

  /** Nothing more happens to the packets of this batch, unless they wait. */
  void endBatch() {
    for (int i = 0; i < open; i++) {
      note(ENDED, openNumber[i], 0, NONE);
    }
    open = 0;
  }

  private int claim(
      int event, int number, int interfaceIndex, int bytes, int frameBytes, long nowNs) {
    int at = ring.claim(nowNs + epochOffsetNs, event, bytes, frameBytes);
    if (at >= 0) {
      Memory.putInt(ring.packetAddress(at) + NUMBER_OFFSET, number);
      Memory.putInt(ring.packetAddress(at) + INTERFACE_OFFSET, interfaceIndex);
    }
    return at;
  }
}
