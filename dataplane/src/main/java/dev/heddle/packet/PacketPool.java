package dev.heddle.packet;

import java.lang.foreign.Arena;

/**
 * A worker's bounded store of buffers for packets that are not forwarded in place: what the router
 * answers or originates, and what waits. Used by its worker only.
 */
public final class PacketPool {
  /** Writable bytes before a packet, for headers that are put in front of it. */
  public static final int HEADROOM_BYTES = 128;

  /** Largest packet of a buffer: a 9,216-byte jumbo frame and some more for what a reply adds. */
  public static final int CAPACITY_BYTES = 9216 + 64;

  private static final int BUFFER_BYTES = HEADROOM_BYTES + CAPACITY_BYTES;

  private final long[] free;
  private int freeCount;

  /**
   * @param arena must outlive every use
   */
  public PacketPool(Arena arena, int buffers) {
    free = new long[buffers];
    long memory = arena.allocate((long) buffers * BUFFER_BYTES, 64).address();
    for (int i = 0; i < buffers; i++) {
      give(memory + (long) i * BUFFER_BYTES + HEADROOM_BYTES);
    }
  }

  /** Takes a buffer and returns the address where its packet starts; 0 if all are in use. */
  public long take() {
    return freeCount == 0 ? 0 : free[--freeCount];
  }

  /** Gives a buffer back by the address that {@link #take} returned. */
  public void give(long packet) {
    free[freeCount++] = packet;
  }

  public int buffers() {
    return free.length;
  }

  public int used() {
    return free.length - freeCount;
  }
}
