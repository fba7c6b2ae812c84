package dev.heddle.benchmarks.traffic;

import dev.heddle.memory.Memory;

/**
 * Generator and sink in one busy loop: offers filled buffers as fast as the peer takes them and
 * counts what comes back.
 *
 * <p>Nothing but ring indexes is touched for a packet, so that the loop outruns whatever it tests.
 * Where a source has more buffers than descriptors, the loop also stores the next buffer's offset
 * in each descriptor it offers. Not thread-safe; call it from a thread pinned to {@code
 * Cores.HARNESS}.
 */
public final class TrafficLoop {
  /** The loop was away this long: the kernel ran something else, or the hypervisor did. */
  static final long GAP_NS = 20_000;

  private static final long QUIET_NS = 20_000_000;

  /**
   * Some 0.4 us between two looks at the rings: a look takes a cache line away from the peer, and
   * with one every 0.1 us testpmd lost a quarter of its rate. 8 to 64 gave it the same.
   */
  private static final int SPINS_BETWEEN_LOOKS = 16;

  private final SharedRings source;
  private final SharedRings sink;
  private final int slots;
  private final boolean walk;
  private long nextBuffer;
  private int sourceHead;
  private int sourceTail;
  private int sinkSeen;
  private long offered;
  private long consumed;
  private long received;

  public TrafficLoop(SharedRings source, SharedRings sink) {
    this.source = source;
    this.sink = sink;
    slots = 1 << source.shape().log2Size();
    walk = source.shape().transmitBuffers() > slots;
    sourceHead = RingLayout.head(source.transmitRing());
    sourceTail = sourceHead;
    sinkSeen = RingLayout.tail(sink.receiveRing());
    RingLayout.head(sink.receiveRing(), sinkSeen + sinkSlots());
    if (source != sink) {
      // Replies to the sender and ARP have room too.
      RingLayout.head(source.receiveRing(), RingLayout.tail(source.receiveRing()) + slots);
    }
  }

  /**
   * What one run gave.
   *
   * @param sent packets that the peer took
   * @param received packets that the peer delivered
   * @param elapsedNs how long the loop ran
   * @param looks turns of the loop
   * @param starvedLooks turns at which the peer had already emptied the ring: the generator may
   *     have been the limit
   * @param gaps times the loop was away for longer than {@link #GAP_NS}
   * @param gapNs time lost that way, beyond what the packets in the ring bridge
   * @param longestGapNs the longest of them
   */
  public record Run(
      long sent,
      long received,
      long elapsedNs,
      long looks,
      long starvedLooks,
      long gaps,
      long gapNs,
      long longestGapNs) {
    /** Millions of packets delivered in a second. */
    public double mpps() {
      return received * 1e3 / elapsedNs;
    }

    /** Share of the turns at which the ring was empty. */
    public double starvedShare() {
      return looks == 0 ? 0 : (double) starvedLooks / looks;
    }

    /** Whether the generator was kept from running for more than a fiftieth of the time. */
    public boolean descheduled() {
      return gapNs * 50 > elapsedNs;
    }
  }

  /** Sends at full rate for a while. Rings stay full afterwards, so runs may follow each other. */
  public Run run(long durationNs) {
    long sentBefore = consumed;
    long receivedBefore = received;
    long start = System.nanoTime();
    long end = start + durationNs;
    long last = start;
    long looks = 0;
    long starved = 0;
    long gaps = 0;
    long gapNs = 0;
    long longest = 0;
    while (last < end) {
      long now = System.nanoTime();
      long away = now - last;
      last = now;
      if (away > GAP_NS) {
        gaps++;
        // A ring of packets bridges the first part of a gap.
        gapNs += away - GAP_NS;
        longest = Math.max(longest, away);
      }
      looks++;
      if (offer()) {
        starved++;
      }
      count();
      for (int i = 0; i < SPINS_BETWEEN_LOOKS; i++) {
        Thread.onSpinWait();
      }
    }
    return new Run(
        consumed - sentBefore,
        received - receivedBefore,
        last - start,
        looks,
        starved,
        gaps,
        gapNs,
        longest);
  }

  /** One turn of the loop, for a peer that runs in the same thread. */
  public void look() {
    offer();
    count();
  }

  /** Offers exactly {@code packets} packets, at most a ring of them, and does not wait. */
  public void offer(int packets) {
    take();
    if (((sourceTail + slots - sourceHead) & RingLayout.INDEX_MASK) < packets) {
      throw new IllegalStateException("the ring has no room for %d packets".formatted(packets));
    }
    advance((sourceHead + packets) & RingLayout.INDEX_MASK);
  }

  /** Offers that many packets, or as many as there is room for. */
  void offerUpTo(int packets) {
    take();
    int room = (sourceTail + slots - sourceHead) & RingLayout.INDEX_MASK;
    advance((sourceHead + Math.min(packets, room)) & RingLayout.INDEX_MASK);
  }

  /** Waits until the peer has taken what was offered and nothing more arrives for a while. */
  public void drain() {
    long quietSince = System.nanoTime();
    while (System.nanoTime() - quietSince < QUIET_NS) {
      long before = consumed + received;
      drainNow();
      if (consumed + received != before) {
        quietSince = System.nanoTime();
      }
    }
  }

  /** Notices what the peer has taken and delivered so far, and gives the buffers back. */
  void drainNow() {
    take();
    count();
  }

  /** Packets that were put into the ring since the beginning. */
  public long offered() {
    return offered;
  }

  /** Packets that the peer has taken since the beginning. */
  public long consumed() {
    return consumed;
  }

  /** Packets that have arrived since the beginning. */
  public long received() {
    return received;
  }

  /** Counts arrived packets without giving their buffers back, for looking into them. */
  public int arrived() {
    return (RingLayout.tail(sink.receiveRing()) - sinkSeen) & RingLayout.INDEX_MASK;
  }

  /** The bytes of a packet that {@link #arrived()} counts, the oldest being 0. */
  public byte[] arrivedFrame(int index) {
    int slot = (sinkSeen + index) & (sinkSlots() - 1);
    long descriptor = RingLayout.descriptor(sink.receiveRing(), slot);
    byte[] frame = new byte[Memory.getInt(descriptor + RingLayout.DESCRIPTOR_LENGTH)];
    long address = sink.addressOf(Memory.getInt(descriptor + RingLayout.DESCRIPTOR_OFFSET));
    for (int i = 0; i < frame.length; i++) {
      frame[i] = Memory.getByte(address + i);
    }
    return frame;
  }

  private boolean offer() {
    take();
    boolean starved = sourceTail == sourceHead;
    int head = (sourceTail + slots) & RingLayout.INDEX_MASK;
    if (head != sourceHead) {
      advance(head);
    }
    return starved;
  }

  private void take() {
    int tail = RingLayout.tail(source.transmitRing());
    consumed += (tail - sourceTail) & RingLayout.INDEX_MASK;
    sourceTail = tail;
  }

  private void advance(int head) {
    int packets = (head - sourceHead) & RingLayout.INDEX_MASK;
    if (walk) {
      describeNext(packets);
    }
    offered += packets;
    sourceHead = head;
    RingLayout.head(source.transmitRing(), head);
  }

  private void describeNext(int packets) {
    long descriptors = RingLayout.descriptor(source.transmitRing(), 0);
    int stride = source.shape().bufferBytes();
    int bufferMask = source.shape().transmitBuffers() - 1;
    int first = source.transmitOffset(0);
    long buffer = nextBuffer;
    for (int i = 0; i < packets; i++) {
      int slot = (sourceHead + i) & (slots - 1);
      Memory.putInt(
          descriptors + (long) slot * RingLayout.DESCRIPTOR_BYTES + RingLayout.DESCRIPTOR_OFFSET,
          first + ((int) buffer++ & bufferMask) * stride);
    }
    nextBuffer = buffer;
  }

  private void count() {
    int tail = RingLayout.tail(sink.receiveRing());
    int packets = (tail - sinkSeen) & RingLayout.INDEX_MASK;
    if (packets != 0) {
      received += packets;
      sinkSeen = tail;
      RingLayout.head(sink.receiveRing(), tail + sinkSlots());
    }
  }

  private int sinkSlots() {
    return 1 << sink.shape().log2Size();
  }
}
