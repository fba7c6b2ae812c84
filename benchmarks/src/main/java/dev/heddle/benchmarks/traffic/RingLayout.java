package dev.heddle.benchmarks.traffic;

import dev.heddle.memory.Memory;

/**
 * Where things stand in a memif 2.0 ring, as the generator needs it.
 *
 * <pre>
 * 0   cookie (32 bits), flags (16), head (16)
 * 64  tail (16)
 * 128 descriptors of 16 bytes: flags (16), region (16), length (32), offset (32), metadata (32)
 * </pre>
 */
final class RingLayout {
  static final int COOKIE = 0x3E31F20;
  static final int FLAGS = 4;
  static final int HEAD = 6;
  static final int TAIL = 64;
  static final int DESCRIPTORS = 128;
  static final int DESCRIPTOR_BYTES = 16;
  static final int DESCRIPTOR_LENGTH = 4;
  static final int DESCRIPTOR_OFFSET = 8;

  /** The reader polls, so the writer need not interrupt it. */
  static final short FLAG_MASK_INTERRUPT = 1;

  static final int INDEX_MASK = 0xffff;

  private RingLayout() {}

  static long bytes(int log2Size) {
    return DESCRIPTORS + ((long) DESCRIPTOR_BYTES << log2Size);
  }

  static void initialise(long ring, int log2Size, int region, short flags) {
    Memory.fill(ring, bytes(log2Size), (byte) 0);
    Memory.putInt(ring, COOKIE);
    Memory.putShort(ring + FLAGS, flags);
    for (int slot = 0; slot < 1 << log2Size; slot++) {
      Memory.putShort(descriptor(ring, slot) + 2, (short) region);
    }
  }

  static long descriptor(long ring, int slot) {
    return ring + DESCRIPTORS + (long) slot * DESCRIPTOR_BYTES;
  }

  static void describe(long ring, int slot, int lengthBytes, int offset) {
    long descriptor = descriptor(ring, slot);
    Memory.putInt(descriptor + DESCRIPTOR_LENGTH, lengthBytes);
    Memory.putInt(descriptor + DESCRIPTOR_OFFSET, offset);
  }

  static int head(long ring) {
    return Short.toUnsignedInt(Memory.getShortAcquire(ring + HEAD));
  }

  static void head(long ring, int index) {
    Memory.putShortRelease(ring + HEAD, (short) index);
  }

  static int tail(long ring) {
    return Short.toUnsignedInt(Memory.getShortAcquire(ring + TAIL));
  }

  static void tail(long ring, int index) {
    Memory.putShortRelease(ring + TAIL, (short) index);
  }
}
