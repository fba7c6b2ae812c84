package dev.heddle.port.memif;

import dev.heddle.memory.Memory;

/** Which buffers of its receiver a packet is cut over. */
public final class ScatterList {
  /** Most descriptors that one packet may take. */
  static final int MAX_SEGMENTS = 64;

  private final long[] segmentAddress = new long[MAX_SEGMENTS];
  private final int[] segmentBytes = new int[MAX_SEGMENTS];
  private int segments;

  void reset() {
    segments = 0;
  }

  void add(long destination, int bytes) {
    segmentAddress[segments] = destination;
    segmentBytes[segments++] = bytes;
  }

  /** Copies a packet to the segments, which together have its length. */
  void copy(long packet) {
    long from = packet;
    for (int i = 0; i < segments; i++) {
      Memory.copy(from, segmentAddress[i], segmentBytes[i]);
      from += segmentBytes[i];
    }
  }
}
