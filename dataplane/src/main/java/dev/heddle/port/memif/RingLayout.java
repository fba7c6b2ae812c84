package dev.heddle.port.memif;

import dev.heddle.memory.Memory;

/**
 * A memif ring in shared memory (protocol 2.0), little-endian.
 *
 * <pre>
 *   offset  0  cookie, 32 bits        128  descriptor 0
 *           4  flags, 16 bits         144  descriptor 1 ...
 *           6  head, 16 bits, moved by the client
 *          64  tail, 16 bits, moved by the server
 *
 *   descriptor, 16 bytes, as two longs
 *     long 0: flags (16) | region (16) | length (32)        long 1: offset (32) | metadata (32)
 * </pre>
 *
 * Head and tail run freely modulo 2^16.
 */
public final class RingLayout {
  public static final int COOKIE = 0x3E31F20;
  public static final int COOKIE_OFFSET = 0;
  public static final int FLAGS_OFFSET = 4;
  public static final int HEAD_OFFSET = 6;
  public static final int TAIL_OFFSET = 64;
  public static final int DESCRIPTORS_OFFSET = 128;
  public static final int DESCRIPTOR_BYTES = 16;

  /** Ring flag of the receiving side: do not interrupt me. */
  public static final int FLAG_MASK_INTERRUPT = 1;

  /** Descriptor flag: the packet goes on in the next descriptor. */
  public static final int FLAG_NEXT = 1;

  private RingLayout() {}

  /** Bytes that a ring of {@code 1 << log2Size} descriptors occupies. */
  public static long bytes(int log2Size) {
    return DESCRIPTORS_OFFSET + ((long) DESCRIPTOR_BYTES << log2Size);
  }

  static int flags(long descriptorLow) {
    return (int) descriptorLow & 0xffff;
  }

  static int region(long descriptorLow) {
    return (int) descriptorLow >>> 16;
  }

  static int length(long descriptorLow) {
    return (int) (descriptorLow >>> 32);
  }

  static long offset(long descriptorHigh) {
    return descriptorHigh & 0xffff_ffffL;
  }

  public static long descriptorLow(int flags, int region, int length) {
    return flags | (long) region << 16 | (long) length << 32;
  }

  public static int indexAcquire(long ring, int offset) {
    return Memory.getShortAcquire(ring + offset) & 0xffff;
  }
}
