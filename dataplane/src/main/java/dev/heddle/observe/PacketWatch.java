package dev.heddle.observe;

import dev.heddle.memory.Memory;
import java.lang.foreign.Arena;
import java.util.Arrays;

/**
 * Where a worker tells what happens to packets, while somebody wants to know. As long as nobody
 * does, {@link #isOn} is all that is asked, once for a run of packets.
 *
 * <p>Belongs to one worker.
 */
public final class PacketWatch {
  private static final DropReason[] REASONS = DropReason.values();

  private final WorkerCounters counters;

  /** A copy of the packet that is being looked at; nobody else can change it. */
  private final long copy;

  /** Of the packet that is being sent. */
  private int copiedBytes;

  private final long[] dropsBefore = new long[REASONS.length];

  private CapturePoint[] points = new CapturePoint[0];
  private boolean isOn;

  /** The packet of this batch that is looked at one by one; 0 if there is none. */
  private long current;

  private int currentBytes;
  private final long currentCopy;

  /**
   * @param arena must outlive every use
   */
  public PacketWatch(Arena arena, WorkerCounters counters) {
    this.counters = counters;
    this.copy = arena.allocate(CaptureRing.MAX_PACKET_BYTES, 64).address();
    this.currentCopy = arena.allocate(CaptureRing.MAX_PACKET_BYTES, 64).address();
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
    isOn = points.length > 0;
  }

  /** Packets came in; each stays where it is until its batch ends. */
  public void received(int interfaceIndex, long[] frames, int[] lengthBytes, int packets) {
    CapturePoint first = firstAt(interfaceIndex);
    if (first == null) {
      return;
    }
    long nowNs = System.nanoTime();
    for (int i = 0; i < packets; i++) {
      copy(first, frames[i], copy, lengthBytes[i]);
      for (CapturePoint point : points) {
        if (point.scope().interfaceIndex() == interfaceIndex) {
          point.received(frames[i], copy, lengthBytes[i], nowNs);
        }
      }
    }
  }

  /** A packet is looked at from now on, which may be changed on the way. */
  public void handling(int interfaceIndex, long frame, int frameBytes) {
    CapturePoint first = firstAt(interfaceIndex);
    current = first == null ? 0 : frame;
    currentBytes = frameBytes;
    if (first != null) {
      copy(first, frame, currentCopy, frameBytes);
    }
  }

  /** The packet that is looked at is dropped. */
  public void dropped(int interfaceIndex, int reason) {
    if (current != 0) {
      dropped(interfaceIndex, current, currentCopy, currentBytes, reason);
    }
  }

  /** A packet of this batch is dropped. */
  public void dropped(int interfaceIndex, long frame, int frameBytes, int reason) {
    CapturePoint first = firstAt(interfaceIndex);
    if (first != null) {
      copy(first, frame, copy, frameBytes);
      dropped(interfaceIndex, frame, copy, frameBytes, reason);
    }
  }

  private void dropped(int interfaceIndex, long frame, long at, int frameBytes, int reason) {
    long nowNs = System.nanoTime();
    for (CapturePoint point : points) {
      if (point.scope().interfaceIndex() == interfaceIndex) {
        point.dropped(frame, at, frameBytes, reason, nowNs);
      }
    }
  }

  /** A packet of an earlier batch is dropped, which waited since. */
  public void droppedLate(int interfaceIndex, long frame, int frameBytes, int reason) {
    CapturePoint first = firstAt(interfaceIndex);
    if (first == null) {
      return;
    }
    long nowNs = System.nanoTime();
    copy(first, frame, copy, frameBytes);
    for (CapturePoint point : points) {
      if (point.scope().interfaceIndex() == interfaceIndex) {
        point.droppedLate(copy, frameBytes, reason, nowNs);
      }
    }
  }

  /** A packet is about to be given to an interface. */
  public void beforeSend(int interfaceIndex, long frame, int frameBytes) {
    CapturePoint first = firstAt(interfaceIndex);
    if (first == null) {
      return;
    }
    copy(first, frame, copy, frameBytes);
    copiedBytes = frameBytes;
    long row = counters.rowAddress(interfaceIndex);
    for (DropReason reason : REASONS) {
      dropsBefore[reason.ordinal()] = InterfaceCounter.dropped(row, reason);
    }
  }

  /** It was given to it, and perhaps counted as dropped there. */
  public void afterSend(int interfaceIndex) {
    if (firstAt(interfaceIndex) == null) {
      return;
    }
    int reason = countedReason(counters.rowAddress(interfaceIndex));
    long nowNs = System.nanoTime();
    for (CapturePoint point : points) {
      if (point.scope().interfaceIndex() == interfaceIndex) {
        point.sent(copy, copiedBytes, reason, nowNs);
      }
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
    current = 0;
    for (CapturePoint point : points) {
      point.endBatch();
    }
  }

  private CapturePoint firstAt(int interfaceIndex) {
    for (CapturePoint point : points) {
      if (point.scope().interfaceIndex() == interfaceIndex) {
        return point;
      }
    }
    return null;
  }

  /** All captures at one interface leave out the same, which may not even exist. */
  private static void copy(CapturePoint point, long frame, long to, int frameBytes) {
    int skipped = point.scope().skippedBytes();
    Memory.copy(frame + skipped, to + skipped, frameBytes - skipped);
  }
}
