package dev.heddle.packet;

import dev.heddle.memory.Memory;
import java.lang.foreign.Arena;

/**
 * Private copies of the first {@link Batch#HEADER_BYTES} of a batch's frames, for whoever decides
 * by what is in a header: its sender may change the frame meanwhile. Belongs to one worker.
 */
public final class HeaderCopies {
  private static final int FIRST_WORD_BYTES = 16;

  private final long first;

  /** Exchanged by whoever orders the batch, and put in order here. */
  private final long[] place = new long[Batch.CAPACITY];

  /**
   * @param arena must outlive every use
   */
  public HeaderCopies(Arena arena) {
    first = arena.allocate((long) Batch.CAPACITY * Batch.HEADER_BYTES, 64).address();
  }

  /**
   * Copies the headers and lets the batch read them here.
   *
   * @param ipMode whether the frames begin with the IP header, and nothing before may be read
   */
  public void take(Batch batch, boolean ipMode) {
    long[] frames = batch.frame;
    int count = batch.count;
    for (int i = 0; i < count; i++) {
      long frame = frames[i];
      long copy = first + (long) i * Batch.HEADER_BYTES;
      place[i] = copy;
      if (ipMode) {
        Memory.putShort(copy + Batch.ETHERNET_BYTES, Memory.getShort(frame + Batch.ETHERNET_BYTES));
      } else {
        Memory.putLong(copy, Memory.getLong(frame));
        Memory.putLong(copy + 8, Memory.getLong(frame + 8));
      }
      for (int at = FIRST_WORD_BYTES; at < Batch.HEADER_BYTES; at += Long.BYTES) {
        Memory.putLong(copy + at, Memory.getLong(frame + at));
      }
    }
    batch.useHeaders(place);
  }
}
