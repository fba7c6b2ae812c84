package dev.heddle.port.memif;

import dev.heddle.packet.Batch;
import java.lang.foreign.Arena;

/**
 * A worker's memory for packets that cannot stay where they are: those in several descriptors, and
 * those so close to their region's end that reading a whole header would run past it. It has as
 * many slots as one poll can need.
 *
 * <p>Such packets are copied once more than others. Only their senders pay for it, and every stage
 * after it sees contiguous frames.
 */
public final class GatherBuffer {
  private static final int SLOT_BYTES = MemifRxQueue.MAX_FRAME_BYTES + 64;

  /** A packet may need gathering though it has only one descriptor. */
  private static final int SLOTS = Batch.CAPACITY;

  private final long address;
  private int used;

  /** Allocates from {@code arena}, which must outlive every use. */
  public GatherBuffer(Arena arena) {
    this.address = arena.allocate((long) SLOTS * SLOT_BYTES, 64).address();
  }

  void reset() {
    used = 0;
  }

  /** Address of the next free slot; the same one again until {@link #commit}. */
  long slot() {
    return address + (long) used * SLOT_BYTES;
  }

  void commit() {
    used++;
  }
}
