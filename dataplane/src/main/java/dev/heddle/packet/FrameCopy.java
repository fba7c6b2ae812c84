package dev.heddle.packet;

import dev.heddle.memory.Memory;

/**
 * Writes a frame to its receiver: the private header first, then the payload from the sender's
 * memory.
 */
public final class FrameCopy {
  private FrameCopy() {}

  /**
   * Writes exactly {@code bytes} to {@code to}: a byte more would show the receiver what the
   * sender's memory holds behind the frame.
   *
   * @param header address of the private copy of the first {@link Batch#HEADER_BYTES}
   * @param frame address of the frame in the sender's memory
   * @param to address in the receiver's memory; both this and {@code frame} known to be of user
   *     space
   */
  public static void write(long header, long frame, long to, int bytes) {
    if (bytes < Batch.HEADER_BYTES) {
      writeShort(header, to, 0, bytes);
      return;
    }
    Memory.putLong(to, Memory.getLong(header));
    Memory.putLong(to + 8, Memory.getLong(header + 8));
    Memory.putLong(to + 16, Memory.getLong(header + 16));
    Memory.putLong(to + 24, Memory.getLong(header + 24));
    Memory.putLong(to + 32, Memory.getLong(header + 32));
    Memory.putLong(to + 40, Memory.getLong(header + 40));
    Memory.putLong(to + 48, Memory.getLong(header + 48));
    Memory.putLong(to + 56, Memory.getLong(header + 56));
    if (bytes > Batch.HEADER_BYTES) {
      Memory.copy(frame + Batch.HEADER_BYTES, to + Batch.HEADER_BYTES, bytes - Batch.HEADER_BYTES);
    }
  }

  /**
   * As {@link #write}, without the Ethernet header: {@code to} lies that much before the receiver's
   * buffer.
   */
  public static void writeWithoutEthernet(long header, long frame, long to, int bytes) {
    writeShort(header, to, Batch.ETHERNET_BYTES, Math.min(bytes, Batch.HEADER_BYTES));
    if (bytes > Batch.HEADER_BYTES) {
      Memory.copy(frame + Batch.HEADER_BYTES, to + Batch.HEADER_BYTES, bytes - Batch.HEADER_BYTES);
    }
  }

  private static void writeShort(long header, long to, int from, int end) {
    int at = from;
    for (; at + 8 <= end; at += 8) {
      Memory.putLong(to + at, Memory.getLong(header + at));
    }
    if (at + 4 <= end) {
      Memory.putInt(to + at, Memory.getInt(header + at));
      at += 4;
    }
    if (at + 2 <= end) {
      Memory.putShort(to + at, Memory.getShort(header + at));
      at += 2;
    }
    if (at < end) {
      Memory.putByte(to + at, Memory.getByte(header + at));
    }
  }
}
