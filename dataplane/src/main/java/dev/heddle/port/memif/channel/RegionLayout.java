package dev.heddle.port.memif.channel;

/**
 * The one region that we share as a client: all rings, then the buffers of each ring in turn.
 *
 * <pre>
 *   | ring to server 0 .. n | ring to client 0 .. m | buffers of the first ring | of the second ..
 * </pre>
 *
 * <p>Rings and buffers begin at cache lines, the first buffer at a page.
 */
record RegionLayout(int toServerRings, int toClientRings, int log2RingSize, int bufferBytes) {
  /** Descriptors address a region with 32 bits. */
  static final long MAX_BYTES = 1L << 32;

  private static final int CACHE_LINE_BYTES = 64;
  private static final int PAGE_BYTES = 4096;

  static long regionBytes(int rings, MemifMemory memory) {
    return new RegionLayout(rings, 0, memory.log2RingSize(), memory.bufferBytes()).totalBytes();
  }

  int rings() {
    return toServerRings + toClientRings;
  }

  /** Rings are numbered to the server first, then to the client. */
  long ringOffsetBytes(int ring) {
    return ring * ringStrideBytes();
  }

  long bufferOffsetBytes(int ring) {
    return firstBufferOffsetBytes() + ring * ringBufferBytes();
  }

  long totalBytes() {
    return bufferOffsetBytes(rings());
  }

  private long ringStrideBytes() {
    return roundUp(RingLayout.ringBytes(log2RingSize), CACHE_LINE_BYTES);
  }

  private long firstBufferOffsetBytes() {
    return roundUp(rings() * ringStrideBytes(), PAGE_BYTES);
  }

  private long ringBufferBytes() {
    return (long) bufferBytes << log2RingSize;
  }

  private static long roundUp(long value, long multiple) {
    return (value + multiple - 1) / multiple * multiple;
  }
}
