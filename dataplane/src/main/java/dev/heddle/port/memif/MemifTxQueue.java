package dev.heddle.port.memif;

import dev.heddle.ffi.linux.PeerSignal;
import dev.heddle.memory.Memory;
import dev.heddle.port.QueueLock;

/**
 * A memif ring that one or more workers give packets to: what they share of it.
 *
 * <p>A worker locks the queue at most once per batch, through its {@link MemifTxPort}.
 */
public final class MemifTxQueue extends QueueLock {
  private final MemifLink link;
  private final MemifLink.Ring ring;

  /** Free-running index of the next descriptor to fill; guarded by the lock. */
  private int next;

  /** Whether the last worker found the ring full to the end of its batch; guarded by the lock. */
  private boolean stuck;

  /**
   * @param ring one of the link's transmit rings
   */
  public MemifTxQueue(MemifLink link, MemifLink.Ring ring) {
    this.link = link;
    this.ring = ring;
  }

  MemifLink link() {
    return link;
  }

  MemifLink.Ring ring() {
    return ring;
  }

  int next() {
    return next;
  }

  boolean stuck() {
    return stuck;
  }

  /**
   * Gives the queue back after the packets up to {@code newNext} have been published, and wakes a
   * sleeping peer.
   */
  void close(int newNext, boolean nowStuck, PeerSignal signal) {
    // The peer sets its flag and then looks at the index; we moved the index and now look at the
    // flag.
    Memory.fullFence();
    int flags = Memory.getShort(ring.address() + RingLayout.FLAGS_OFFSET);
    if (newNext != next && (flags & RingLayout.FLAG_MASK_INTERRUPT) == 0) {
      signal.signal(ring.eventFd());
    }
    next = newNext;
    stuck = nowStuck;
    unlock();
  }
}
