package dev.heddle.benchmarks.traffic;

import dev.heddle.memory.Memory;

/**
 * The least that a peer can do: an empty loop that hands every offered buffer back and delivers as
 * many, with the first bytes copied or not even looked at. Shows what generator and sink can do at
 * most, and what latency the machine itself has.
 */
public final class IdleForwarder {
  private static final int LARGEST_BATCH = 256;

  private final SharedRings source;
  private final SharedRings sink;
  private final int copiedBytes;
  private volatile boolean stopped;

  public IdleForwarder(SharedRings source, SharedRings sink, int copiedBytes) {
    this.source = source;
    this.sink = sink;
    this.copiedBytes = copiedBytes;
  }

  /** Runs until {@link #stop()}. */
  public void run() {
    while (!stopped) {
      for (int i = 0; i < 64; i++) {
        poll();
      }
    }
  }

  public void stop() {
    stopped = true;
  }

  /** Moves one batch. */
  void poll() {
    long in = source.transmitRing();
    long out = sink.receiveRing();
    int inTail = RingLayout.tail(in);
    int outTail = RingLayout.tail(out);
    int offered = (RingLayout.head(in) - inTail) & RingLayout.INDEX_MASK;
    int room = (RingLayout.head(out) - outTail) & RingLayout.INDEX_MASK;
    int packets = Math.min(Math.min(offered, room), LARGEST_BATCH);
    if (packets > 0) {
      for (int i = 0; i < packets; i++) {
        copy(inTail + i & source.slotMask(), outTail + i & sink.slotMask());
      }
      RingLayout.tail(out, outTail + packets);
      RingLayout.tail(in, inTail + packets);
    }
  }

  private void copy(int inSlot, int outSlot) {
    long from = source.transmitted(inSlot);
    long to = sink.addressOf(sink.receiveOffset(outSlot));
    for (int offset = 0; offset < copiedBytes; offset += Long.BYTES) {
      Memory.putLong(to + offset, Memory.getLong(from + offset));
    }
  }
}
