package dev.heddle.memory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Plain reads and writes of native memory by absolute address: packet buffers, shared rings,
 * tables.
 *
 * <p>Whoever calls these methods has checked the range before; nothing here does. Where many
 * accesses share a base, pass it through {@link #base} once: the JIT compiler then knows that it
 * lies inside the one segment that spans all memory, and no bounds check remains at the accesses.
 *
 * <p>Byte order: the methods use little-endian memory order, the machine's own; {@code Be} methods
 * convert from and to network byte order. Threading: plain access unless the name says {@code
 * Acquire} or {@code Release}.
 */
@SuppressWarnings("restricted")
public final class Memory {
  private static final long USER_SPACE_ADDRESS_MASK = 0x7fff_ffff_ffffL;
  private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle ALIGNED_SHORT = ValueLayout.JAVA_SHORT.varHandle();
  private static final VarHandle ALIGNED_INT = ValueLayout.JAVA_INT.varHandle();
  private static final VarHandle ALIGNED_LONG = ValueLayout.JAVA_LONG.varHandle();

  private Memory() {}

  /**
   * The same address, known to be one of user space: its low 47 bits. Accesses at small offsets
   * from it need no bounds check.
   */
  public static long base(long address) {
    return address & USER_SPACE_ADDRESS_MASK;
  }

  public static byte getByte(long address) {
    return ALL.get(BYTE, address);
  }

  public static short getShort(long address) {
    return ALL.get(SHORT, address);
  }

  public static int getInt(long address) {
    return ALL.get(INT, address);
  }

  public static long getLong(long address) {
    return ALL.get(LONG, address);
  }

  public static void putByte(long address, byte value) {
    ALL.set(BYTE, address, value);
  }

  public static void putShort(long address, short value) {
    ALL.set(SHORT, address, value);
  }

  public static void putInt(long address, int value) {
    ALL.set(INT, address, value);
  }

  public static void putLong(long address, long value) {
    ALL.set(LONG, address, value);
  }

  /** Reads 16 bits in network byte order, as an unsigned value. */
  public static int getShortBe(long address) {
    return Short.toUnsignedInt(Short.reverseBytes(getShort(address)));
  }

  /** Reads 32 bits in network byte order. */
  public static int getIntBe(long address) {
    return Integer.reverseBytes(getInt(address));
  }

  /** Reads 64 bits in network byte order. */
  public static long getLongBe(long address) {
    return Long.reverseBytes(getLong(address));
  }

  /** Writes the low 16 bits of {@code value} in network byte order. */
  public static void putShortBe(long address, int value) {
    putShort(address, Short.reverseBytes((short) value));
  }

  /** Writes 32 bits in network byte order. */
  public static void putIntBe(long address, int value) {
    putInt(address, Integer.reverseBytes(value));
  }

  /** Writes 64 bits in network byte order. */
  public static void putLongBe(long address, long value) {
    putLong(address, Long.reverseBytes(value));
  }

  /** Reads an aligned 16-bit value; what the writer released before it is visible afterwards. */
  public static short getShortAcquire(long address) {
    return (short) ALIGNED_SHORT.getAcquire(ALL, address);
  }

  /** Writes an aligned 16-bit value after everything this thread wrote before. */
  public static void putShortRelease(long address, short value) {
    ALIGNED_SHORT.setRelease(ALL, address, value);
  }

  /** Reads an aligned 32-bit value; what the writer released before it is visible afterwards. */
  public static int getIntAcquire(long address) {
    return (int) ALIGNED_INT.getAcquire(ALL, address);
  }

  /** Writes an aligned 32-bit value after everything this thread wrote before. */
  public static void putIntRelease(long address, int value) {
    ALIGNED_INT.setRelease(ALL, address, value);
  }

  /** Reads an aligned 64-bit value; what the writer released before it is visible afterwards. */
  public static long getLongAcquire(long address) {
    return (long) ALIGNED_LONG.getAcquire(ALL, address);
  }

  /** Writes an aligned 64-bit value after everything this thread wrote before. */
  public static void putLongRelease(long address, long value) {
    ALIGNED_LONG.setRelease(ALL, address, value);
  }

  /** Orders everything before against everything after, loads and stores alike. */
  public static void fullFence() {
    VarHandle.fullFence();
  }

  /**
   * Makes the JVM tell now, and not some time later, that an earlier access of this thread hit
   * memory that is not there: it tells compiled code no sooner than at a call of native code.
   *
   * @throws InternalError if there was such an access since the last one that was told
   */
  public static void raiseFaults() {
    Thread.yield();
  }

  /** Copies between two ranges of native memory that do not overlap. */
  public static void copy(long source, long destination, long bytes) {
    MemorySegment.copy(ALL, source, ALL, destination, bytes);
  }

  /** Fills a range of native memory with one byte. */
  public static void fill(long address, long bytes, byte value) {
    ALL.asSlice(address, bytes).fill(value);
  }
}
