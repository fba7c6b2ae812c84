package dev.heddle.packet;

import dev.heddle.memory.Memory;

/** Copies what follows a frame's checked header from the sender's memory to the receiver's. */
public final class FrameCopy {
  private FrameCopy() {}

  /**
   * Copies what is still missing of packets whose beginnings have been written to the first buffers
   * of a window: of a frame of at least {@link Batch#HEADER_BYTES} so many, of a shorter one {@code
   * written} bytes. Not one byte more than the frame has is copied: it would show the receiver what
   * the sender's memory holds behind it.
   *
   * <p>A loop of its own, because a call to a copying routine costs the loop around it all its
   * registers.
   */
  public static void finish(Batch batch, int from, int to, TxWindow window, int written) {
    int ahead = window.first - from;
    for (int i = from; i < to; i++) {
      long frame = batch.frame[i];
      long buffer = window.buffer[ahead + i];
      int bytes = batch.lengthBytes[i];
      if (bytes > Batch.HEADER_BYTES) {
        long rest = bytes - (long) Batch.HEADER_BYTES;
        Memory.copy(frame + Batch.HEADER_BYTES, buffer + Batch.HEADER_BYTES, rest);
      } else if (bytes < Batch.HEADER_BYTES) {
        tail(batch.header[i], buffer, written, bytes);
      }
    }
  }

  private static void tail(long frame, long to, int from, int end) {
    int at = from;
    for (; at + 8 <= end; at += 8) {
      Memory.putLong(to + at, Memory.getLong(frame + at));
    }
    if (at + 4 <= end) {
      Memory.putInt(to + at, Memory.getInt(frame + at));
      at += 4;
    }
    if (at + 2 <= end) {
      Memory.putShort(to + at, Memory.getShort(frame + at));
      at += 2;
    }
    if (at < end) {
      Memory.putByte(to + at, Memory.getByte(frame + at));
    }
  }
}
