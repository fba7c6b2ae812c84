package dev.heddle.observe;

import dev.heddle.memory.Memory;

/**
 * One worker's part of a capture: chooses among the packets of one interface and copies them to its
 * ring. Used by the worker only, but for the ring.
 *
 * <p>A packet that came in stays open until its batch ends, so that its reason can be told if it is
 * dropped.
 */
public final class CapturePoint {
  private static final int MAX_OPEN = 256;
  private static final int NONE = -1;

  private final CaptureScope scope;
  private final CaptureRing ring;
  private final long epochOffsetNs;

  /** Packets of this batch in the ring: by the sender's address, and where they are. */
  private final long[] openFrame = new long[MAX_OPEN];

  private final int[] openAt = new int[MAX_OPEN];
  private int open;

  /** A packet that is being stored, which an error may break off. */
  private int taking = NONE;

  /**
   * @param epochOffsetNs what makes nanoseconds since 1970 of {@code System.nanoTime()}
   */
  public CapturePoint(CaptureScope scope, CaptureRing ring, long epochOffsetNs) {
    this.scope = scope;
    this.ring = ring;
    this.epochOffsetNs = epochOffsetNs;
  }

  CaptureScope scope() {
    return scope;
  }

  /**
   * A packet came in.
   *
   * @param frame where the sender has it
   * @param copy where a copy of it is, in private memory
   */
  void received(long frame, long copy, int frameBytes, long nowNs) {
    if (scope.in() && open < MAX_OPEN) {
      int at = take(CaptureRing.IN, copy, frameBytes, nowNs);
      if (at >= 0) {
        openFrame[open] = frame;
        openAt[open++] = at;
        taking = NONE;
      }
    }
  }

  /**
   * A packet of this batch is dropped.
   *
   * @param frame where the sender has it
   * @param copy where a copy of it is, in private memory
   */
  void dropped(long frame, long copy, int frameBytes, int reason, long nowNs) {
    if (scope.dropsOnly()) {
      store(CaptureRing.IN, copy, frameBytes, reason, nowNs);
      return;
    }
    for (int i = 0; i < open; i++) {
      if (openFrame[i] == frame) {
        ring.reason(openAt[i], reason);
      }
    }
  }

  /** A packet of an earlier batch is dropped, which waited since. */
  void droppedLate(long copy, int frameBytes, int reason, long nowNs) {
    if (scope.in() || scope.dropsOnly()) {
      store(CaptureRing.IN, copy, frameBytes, reason, nowNs);
    }
  }

  /**
   * A packet was sent, or dropped on its way out.
   *
   * @param reason why it was dropped, or {@link CaptureRing#NOT_DROPPED}
   */
  void sent(long copy, int frameBytes, int reason, long nowNs) {
    if (scope.out() || scope.dropsOnly() && reason >= 0) {
      store(CaptureRing.OUT, copy, frameBytes, reason, nowNs);
    }
  }

  /** All is known of the packets that came in. */
  void endBatch() {
    for (int i = 0; i < open; i++) {
      ring.commit(openAt[i]);
    }
    open = 0;
    if (taking != NONE) {
      // Else nothing behind it would ever be read.
      ring.commit(taking);
      taking = NONE;
    }
  }

  private void store(int direction, long copy, int frameBytes, int reason, long nowNs) {
    int at = take(direction, copy, frameBytes, nowNs);
    if (at >= 0) {
      ring.reason(at, reason);
      ring.commit(at);
      taking = NONE;
    }
  }

  private int take(int direction, long copy, int frameBytes, long nowNs) {
    int packetBytes = frameBytes - scope.skippedBytes();
    int presentBytes = Math.min(packetBytes, scope.snapBytes());
    long packet = copy + scope.skippedBytes();
    if (scope.filter() != null && !scope.filter().matches(packet, packetBytes, packetBytes)) {
      return NONE;
    }
    int at = ring.claim(nowNs + epochOffsetNs, direction, presentBytes, packetBytes);
    if (at >= 0) {
      taking = at;
      Memory.copy(packet, ring.packetAddress(at), presentBytes);
    }
    return at;
  }
}
