package dev.heddle.observe;

import dev.heddle.memory.Memory;
import java.lang.foreign.Arena;
import java.util.Arrays;

/**
 * Where a worker tells what happens to packets, while somebody wants to know. As long as nobody
 * does, {@link #isOn} is all that is asked, once for a run of packets.
 *
 * <p>Frames are addressed as the pipeline does: by their Ethernet header, of which {@code
 * absentBytes} do not exist and must not be touched. Belongs to one worker.
 */
public final class PacketWatch {
  /** In place of a packet's address: the one that {@link #examining} named. */
  public static final long EXAMINED = 0;

  private static final DropReason[] REASONS = DropReason.values();

  private final WorkerCounters counters;

  /** A copy of the packet that comes or goes; nobody else can change it. */
  private final long copy;

  private int copiedBytes;

  /** The packet that is sent, by its sender's address. */
  private long sending;

  private final long[] dropsBefore = new long[REASONS.length];

  /** The packet of this batch that is looked at rule by rule; 0 if there is none. */
  private long examined;

  private int examinedBytes;

  /** A copy of it as it came. */
  private final long examinedCopy;

  private CapturePoint[] points = {};
  private TracePoint trace;
  private boolean isOn;

  /**
   * @param arena must outlive every use
   */
  public PacketWatch(Arena arena, WorkerCounters counters) {
    this.counters = counters;
    this.copy = arena.allocate(CaptureRing.MAX_PACKET_BYTES, 64).address();
    this.examinedCopy = arena.allocate(CaptureRing.MAX_PACKET_BYTES, 64).address();
  }

  /** Whether anybody wants to know anything. */
  public boolean isOn() {
    return isOn;
  }

  /** Starts to tell a capture. Between two batches only. */
  public void add(CapturePoint point) {
    points = Arrays.copyOf(points, points.length + 1);
    points[points.length - 1] = point;
    isOn = true;
  }

  /** Tells a capture no more. Between two batches only. */
  public void remove(CapturePoint point) {
    points = Arrays.stream(points).filter(each -> each != point).toArray(CapturePoint[]::new);
    isOn = points.length > 0 || trace != null;
  }

  /** Tells a trace instead of the one before; null: none. Between two batches only. */
  public void trace(TracePoint point) {
    trace = point;
    isOn = points.length > 0 || trace != null;
  }

  /** Packets came in; each stays where it is until its batch ends. */
  public void received(
      int interfaceIndex, long[] frames, int[] lengthBytes, int packets, int absentBytes) {
    boolean isCaptured = isCaptured(interfaceIndex);
    if (!isCaptured && trace == null) {
      return;
    }
    long nowNs = System.nanoTime();
    for (int i = 0; i < packets; i++) {
      copy(frames[i], copy, lengthBytes[i], absentBytes);
      for (CapturePoint point : points) {
        if (point.scope().interfaceIndex() == interfaceIndex) {
          point.received(frames[i], copy, lengthBytes[i], nowNs);
        }
      }
      if (trace != null) {
        trace.received(interfaceIndex, frames[i], copy, lengthBytes[i], absentBytes, nowNs);
      }
    }
  }

  /** Whether a packet of this batch is traced. */
  public boolean isTraced(long frame) {
    return trace != null && trace.number(frame) >= 0;
  }

  /**
   * What the tables say of a traced packet's destination.
   *
   * @param hop third long of the next hop's entry
   * @param outerBytes bytes of a tunnel's headers before the frame
   */
  public void lookedUp(
      long frame, int interfaceIndex, long revision, long hop, int network, int outerBytes) {
    trace.lookedUp(trace.number(frame), interfaceIndex, revision, hop, network, outerBytes);
  }

  /** Whether to tell of a traced packet what policy says. */
  public boolean asksPolicy() {
    return trace.asksPolicy();
  }

  /** What policy says of a traced packet; as {@link TracePoint} has it. */
  public void policed(
      long frame,
      int interfaceIndex,
      long revision,
      int flow,
      int egressInterface,
      int egressRule,
      int ingressInterface,
      int ingressRule) {
    int number = trace.number(frame);
    trace.policed(
        number,
        interfaceIndex,
        revision,
        flow,
        egressInterface,
        egressRule,
        ingressInterface,
        ingressRule);
  }

  /** A packet is looked at rule by rule from now on, and perhaps changed on the way. */
  public void examining(int interfaceIndex, long frame, int frameBytes, int absentBytes) {
    examined = frame;
    examinedBytes = frameBytes;
    if (isCaptured(interfaceIndex)) {
      copy(frame, examinedCopy, frameBytes, absentBytes);
    }
    note(TracePoint.EXAMINED, interfaceIndex, CaptureRing.NOT_DROPPED);
  }

  /** The packet that is looked at is dropped. */
  public void dropped(int interfaceIndex, int reason) {
    if (examined != 0) {
      dropped(interfaceIndex, examined, examinedCopy, examinedBytes, reason);
    }
  }

  /** The router takes the packet that is looked at. */
  public void consumed(int interfaceIndex) {
    note(TracePoint.CONSUMED, interfaceIndex, CaptureRing.NOT_DROPPED);
  }

  /** The packet that is looked at waits until it can leave by an interface. */
  public void held(int interfaceIndex) {
    note(TracePoint.HELD, interfaceIndex, CaptureRing.NOT_DROPPED);
  }

  private void note(int event, int interfaceIndex, int reason) {
    if (isTraced(examined)) {
      trace.note(event, trace.number(examined), interfaceIndex, reason);
    }
  }

  /** A packet of this batch is dropped. */
  public void dropped(int interfaceIndex, long frame, int frameBytes, int absentBytes, int reason) {
    copy(frame, copy, frameBytes, absentBytes);
    dropped(interfaceIndex, frame, copy, frameBytes, reason);
  }

  private void dropped(int interfaceIndex, long frame, long at, int frameBytes, int reason) {
    long nowNs = System.nanoTime();
    for (CapturePoint point : points) {
      if (point.scope().interfaceIndex() == interfaceIndex) {
        point.dropped(frame, at, frameBytes, reason, nowNs);
      }
    }
    if (isTraced(frame)) {
      trace.note(TracePoint.DROPPED, trace.number(frame), interfaceIndex, reason);
    }
  }

  /** A packet of an earlier batch is dropped, which waited since. */
  public void droppedLate(int interfaceIndex, long frame, int frameBytes, int reason) {
    long nowNs = System.nanoTime();
    for (CapturePoint point : points) {
      if (point.scope().interfaceIndex() == interfaceIndex) {
        point.droppedLate(frame, frameBytes, reason, nowNs);
      }
    }
  }

  /**
   * A packet is about to be given to an interface.
   *
   * @param packet of this batch that it was, by its sender's address; or {@link #EXAMINED}
   * @param frame as it is sent
   */
  public void beforeSend(
      int interfaceIndex, long packet, long frame, int frameBytes, int absentBytes) {
    sending = packet == EXAMINED ? examined : packet;
    if (isCaptured(interfaceIndex) || isTraced(sending)) {
      copy(frame, copy, frameBytes, absentBytes);
      copiedBytes = frameBytes;
      long row = counters.rowAddress(interfaceIndex);
      for (DropReason reason : REASONS) {
        dropsBefore[reason.ordinal()] = InterfaceCounter.dropped(row, reason);
      }
    }
  }

  /** It was given to it, and perhaps counted as dropped there. */
  public void afterSend(int interfaceIndex) {
    boolean isTraced = isTraced(sending);
    if (!isCaptured(interfaceIndex) && !isTraced) {
      return;
    }
    int reason = countedReason(counters.rowAddress(interfaceIndex));
    long nowNs = System.nanoTime();
    for (CapturePoint point : points) {
      if (point.scope().interfaceIndex() == interfaceIndex) {
        point.sent(copy, copiedBytes, reason, nowNs);
      }
    }
    if (isTraced) {
      trace.sent(trace.number(sending), interfaceIndex, copy, copiedBytes, reason, nowNs);
    }
  }

  private int countedReason(long row) {
    for (DropReason reason : REASONS) {
      if (dropsBefore[reason.ordinal()] != InterfaceCounter.dropped(row, reason)) {
        return reason.ordinal();
      }
    }
    return CaptureRing.NOT_DROPPED;
  }

  /** The batch is over, or an error broke it off. */
  public void endBatch() {
    examined = 0;
    for (CapturePoint point : points) {
      point.endBatch();
    }
    if (trace != null) {
      trace.endBatch();
    }
  }

  private boolean isCaptured(int interfaceIndex) {
    for (CapturePoint point : points) {
      if (point.scope().interfaceIndex() == interfaceIndex) {
        return true;
      }
    }
    return false;
  }

  private static void copy(long frame, long to, int frameBytes, int absentBytes) {
    Memory.copy(frame + absentBytes, to + absentBytes, frameBytes - absentBytes);
  }
}
