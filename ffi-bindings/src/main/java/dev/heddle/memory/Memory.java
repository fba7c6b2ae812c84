package dev.heddle.memory;

import org.agrona.UnsafeApi;

/**
 * Plain reads and writes of native memory by absolute address: packet buffers, shared rings,
 * tables.
 *
 * <p>Whoever calls these methods has checked the range before; nothing here does.
 *
 * <p>Byte order: the methods use little-endian memory order, the machine's own; {@code Be} methods
 * convert from and to network byte order. Threading: plain access unless the name says {@code
 * Acquire} or {@code Release}.
 */
public final class Memory {
  private Memory() {}

  public static byte getByte(long address) {
    return UnsafeApi.getByte(address);
  }

  public static short getShort(long address) {
    return UnsafeApi.getShort(address);
  }

  public static int getInt(long address) {
    return UnsafeApi.getInt(address);
  }

  public static long getLong(long address) {
    return UnsafeApi.getLong(address);
  }

  public static void putByte(long address, byte value) {
    UnsafeApi.putByte(address, value);
  }

  public static void putShort(long address, short value) {
    UnsafeApi.putShort(address, value);
  }

  public static void putInt(long address, int value) {
    UnsafeApi.putInt(address, value);
  }

  public static void putLong(long address, long value) {
    UnsafeApi.putLong(address, value);
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
    return UnsafeApi.getShortAcquire(null, address);
  }

  /** Writes an aligned 16-bit value after everything this thread wrote before. */
  public static void putShortRelease(long address, short value) {
    UnsafeApi.putShortRelease(null, address, value);
  }

  /** Reads an aligned 32-bit value; what the writer released before it is visible afterwards. */
  public static int getIntAcquire(long address) {
    return UnsafeApi.getIntAcquire(null, address);
  }

  /** Writes an aligned 32-bit value after everything this thread wrote before. */
  public static void putIntRelease(long address, int value) {
    UnsafeApi.putIntRelease(null, address, value);
  }

  /** Reads an aligned 64-bit value; what the writer released before it is visible afterwards. */
  public static long getLongAcquire(long address) {
    return UnsafeApi.getLongAcquire(null, address);
  }

  /** Writes an aligned 64-bit value after everything this thread wrote before. */
  public static void putLongRelease(long address, long value) {
    UnsafeApi.putLongRelease(null, address, value);
  }

  /** Sets an aligned 64-bit value if it is what is expected; ordered like a lock. */
  public static boolean compareAndSetLong(long address, long expected, long value) {
    return UnsafeApi.compareAndSetLong(null, address, expected, value);
  }

  /** Adds to an aligned 64-bit value that others add to as well; returns what it was. */
  public static long getAndAddLong(long address, long delta) {
    return UnsafeApi.getAndAddLong(null, address, delta);
  }

  /** Orders loads before against loads and stores after. */
  public static void loadFence() {
    UnsafeApi.loadFence();
  }

  /** Orders everything before against everything after, loads and stores alike. */
  public static void fullFence() {
    UnsafeApi.fullFence();
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
    UnsafeApi.copyMemory(source, destination, bytes);
  }

  /** Fills a range of native memory with one byte. */
  public static void fill(long address, long bytes, byte value) {
    UnsafeApi.setMemory(address, bytes, value);
  }
}
