package dev.heddle.port.memif;

import dev.heddle.memory.Memory;
import dev.heddle.packet.Batch;
import java.lang.foreign.Arena;

/**
 * A worker's memory to put a frame together in that is then cut over several buffers of its
 * receiver.
 */
public final class ScatterBuffer {
  /** Most descriptors that one packet may take. */
  static final int MAX_SEGMENTS = 64;

  private final long assembly;
  private final long[] segmentAddress = new long[MAX_SEGMENTS];
  private final int[] segmentBytes = new int[MAX_SEGMENTS];
  private int segments;

  /** Allocates from {@code arena}, which must outlive every use. */
  public ScatterBuffer(Arena arena) {
    assembly = arena.allocate(MemifRxQueue.MAX_FRAME_BYTES + Batch.HEADER_BYTES * 2L, 64).address();
  }

  void reset() {
    segments = 0;
  }

  void add(long destination, int bytes) {
    segmentAddress[segments] = destination;
    segmentBytes[segments++] = bytes;
  }

  /**
   * Copies a frame to the segments.
   *
   * @param header private copy of its first {@link Batch#HEADER_BYTES}
   * @param frame the frame itself, for what follows
   * @param headerShift bytes of the frame that are left out at its beginning
   */
  void copy(long header, long frame, int frameBytes, int headerShift) {
    int headerBytes = Math.min(frameBytes, Batch.HEADER_BYTES);
    Memory.copy(header, assembly, headerBytes);
    Memory.copy(frame + headerBytes, assembly + headerBytes, frameBytes - headerBytes);
    long from = assembly + headerShift;
    for (int i = 0; i < segments; i++) {
      Memory.copy(from, segmentAddress[i], segmentBytes[i]);
      from += segmentBytes[i];
    }
  }
}
