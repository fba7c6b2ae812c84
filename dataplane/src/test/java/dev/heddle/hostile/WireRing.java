package dev.heddle.hostile;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * A ring in shared memory as memif 2.0 defines it, for a pod to use well or badly.
 *
 * <pre>
 *   0  cookie (32 bits)     4  flags (16)     6  head (16)     64  tail (16)
 *   128 + 16 n  descriptor n: flags (16)  region (16)  length (32)  offset (32)  metadata (32)
 * </pre>
 */
final class WireRing {
  static final int COOKIE = 0x3E31F20;
  static final int NEXT = 1;
  static final int MASK_INTERRUPT = 1;

  private static final long COOKIE_OFFSET = 0;
  private static final long FLAGS_OFFSET = 4;
  private static final long HEAD_OFFSET = 6;
  private static final long TAIL_OFFSET = 64;
  private static final long DESCRIPTORS_OFFSET = 128;
  private static final long DESCRIPTOR_BYTES = 16;
  private static final VarHandle INDEX = JAVA_SHORT.varHandle();

  private final MemorySegment memory;
  private final int slots;

  WireRing(MemorySegment region, long offset, int log2Size) {
    slots = 1 << log2Size;
    memory = region.asSlice(offset, bytes(log2Size));
  }

  static long bytes(int log2Size) {
    return DESCRIPTORS_OFFSET + (DESCRIPTOR_BYTES << log2Size);
  }

  /** Writes the cookie, by which the other side knows that a ring is here. */
  void initialize() {
    memory.set(JAVA_INT, COOKIE_OFFSET, COOKIE);
  }

  void setCookie(int cookie) {
    memory.set(JAVA_INT, COOKIE_OFFSET, cookie);
  }

  void maskInterrupt(boolean masked) {
    memory.set(JAVA_SHORT, FLAGS_OFFSET, (short) (masked ? MASK_INTERRUPT : 0));
  }

  /**
   * Whether the other side sleeps and wants to be woken, asked after the index was moved: it sets
   * its flag first and then looks at the index.
   */
  boolean wantsInterrupt() {
    VarHandle.fullFence();
    return (memory.get(JAVA_SHORT, FLAGS_OFFSET) & MASK_INTERRUPT) == 0;
  }

  int slots() {
    return slots;
  }

  int head() {
    return (short) INDEX.getAcquire(memory, HEAD_OFFSET) & 0xffff;
  }

  int tail() {
    return (short) INDEX.getAcquire(memory, TAIL_OFFSET) & 0xffff;
  }

  void setHead(int head) {
    INDEX.setRelease(memory, HEAD_OFFSET, (short) head);
  }

  void setTail(int tail) {
    INDEX.setRelease(memory, TAIL_OFFSET, (short) tail);
  }

  /** Descriptors from the tail up to the head, as the indexes say, sensible or not. */
  int between() {
    return head() - tail() & 0xffff;
  }

  /** Writes the descriptor of a free-running index. */
  void describe(int index, int flags, int region, int length, int offset) {
    long at = at(index);
    memory.set(JAVA_SHORT, at, (short) flags);
    memory.set(JAVA_SHORT, at + 2, (short) region);
    memory.set(JAVA_INT, at + 4, length);
    memory.set(JAVA_INT, at + 8, offset);
  }

  void setFlags(int index, int flags) {
    memory.set(JAVA_SHORT, at(index), (short) flags);
  }

  int flags(int index) {
    return memory.get(JAVA_SHORT, at(index)) & 0xffff;
  }

  int region(int index) {
    return memory.get(JAVA_SHORT, at(index) + 2) & 0xffff;
  }

  int length(int index) {
    return memory.get(JAVA_INT, at(index) + 4);
  }

  long offset(int index) {
    return Integer.toUnsignedLong(memory.get(JAVA_INT, at(index) + 8));
  }

  private long at(int index) {
    return DESCRIPTORS_OFFSET + DESCRIPTOR_BYTES * (index & slots - 1);
  }
}
