package dev.heddle.benchmarks.traffic;

import dev.heddle.memory.Memory;
import org.HdrHistogram.Histogram;

/**
 * Sends single packets at a fixed pace, each with the time it was sent in its payload, and reads
 * the time that passed when it arrives. Call it from a thread pinned to {@code Cores.HARNESS}.
 */
public final class LatencyLoop {
  private static final int TIME_OFFSET = 48;
  private static final long HIGHEST_NS = 1_000_000_000L;
  private static final int DIGITS = 3;

  private final SharedRings source;
  private final SharedRings sink;
  private final int receivedTimeOffset;
  private final int slots;
  private int head;
  private int seen;

  /**
   * Both rings must be empty, their indexes anywhere.
   *
   * @param addedBytes by which packets begin earlier when they arrive than when they were sent
   */
  public LatencyLoop(SharedRings source, SharedRings sink, int addedBytes) {
    this.source = source;
    this.sink = sink;
    receivedTimeOffset = TIME_OFFSET + addedBytes;
    slots = 1 << source.shape().log2Size();
    head = RingLayout.head(source.transmitRing());
    seen = RingLayout.tail(sink.receiveRing());
    RingLayout.head(sink.receiveRing(), seen + slots);
  }

  /**
   * What came of it.
   *
   * @param sent packets
   * @param received packets
   * @param latenciesNs from the store that offers a packet to the load that finds it arrived; not
   *     of packets that came while the loop itself was kept from looking
   * @param gapNs time that the loop itself was kept from running
   * @param elapsedNs how long it ran
   */
  public record Run(long sent, long received, Histogram latenciesNs, long gapNs, long elapsedNs) {}

  /** Sends a packet every {@code intervalNs} for a while. */
  public Run run(long durationNs, long intervalNs) {
    Histogram latencies = new Histogram(HIGHEST_NS, DIGITS);
    Histogram unseen = new Histogram(HIGHEST_NS, DIGITS);
    long sent = 0;
    long received = 0;
    long gapNs = 0;
    long start = System.nanoTime();
    long next = start;
    long last = start;
    while (last - start < durationNs) {
      long now = System.nanoTime();
      boolean wasAway = now - last > TrafficLoop.GAP_NS;
      if (wasAway) {
        gapNs += now - last;
        // What should have been sent meanwhile is not sent in one burst.
        next = now;
      }
      last = now;
      if (now >= next && room()) {
        send(now);
        sent++;
        next += intervalNs;
      }
      received += receive(wasAway ? unseen : latencies);
    }
    while (received < sent && System.nanoTime() - last < 100_000_000L) {
      received += receive(unseen);
    }
    return new Run(sent, received, latencies, gapNs, last - start);
  }

  private boolean room() {
    int inFlight = (head - RingLayout.tail(source.transmitRing())) & RingLayout.INDEX_MASK;
    return inFlight < slots;
  }

  private void send(long now) {
    int slot = head & source.slotMask();
    Memory.putLong(source.addressOf(source.transmitOffset(slot)) + TIME_OFFSET, now);
    head = (head + 1) & RingLayout.INDEX_MASK;
    RingLayout.head(source.transmitRing(), head);
  }

  private int receive(Histogram latencies) {
    int packets = (RingLayout.tail(sink.receiveRing()) - seen) & RingLayout.INDEX_MASK;
    if (packets == 0) {
      return 0;
    }
    long now = System.nanoTime();
    for (int i = 0; i < packets; i++) {
      int slot = (seen + i) & sink.slotMask();
      long sentAt = Memory.getLong(sink.addressOf(sink.receiveOffset(slot)) + receivedTimeOffset);
      latencies.recordValue(Math.clamp(now - sentAt, 0, HIGHEST_NS));
    }
    seen = (seen + packets) & RingLayout.INDEX_MASK;
    RingLayout.head(sink.receiveRing(), seen + slots);
    return packets;
  }
}
