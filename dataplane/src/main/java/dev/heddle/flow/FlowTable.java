package dev.heddle.flow;

import dev.heddle.memory.Memory;
import dev.heddle.memory.ReservedMemory;

/**
 * The flows of all networks, shared by all workers: one cache line for each, in buckets of eight
 * that a word of tags tells apart, so that a flow is found by two cache lines.
 *
 * <pre>
 * entry   0  control: valid (1) · phase (7) · version (24) · second it was last seen (32)
 *         8  source address, 16 bytes, as its first packet had it
 *        24  destination address, 16 bytes
 *        40  source port (16) · destination port (16) · protocol (8) · kind (4) · VRF (20)
 *        48  generations of the programs that let it through: egress (32) · ingress (32)
 *        56  the rule that ended it; of a flow that lives, room for its translation
 * </pre>
 *
 * <p>Whoever takes an entry's place in its bucket's word, by compare and set, owns the entry until
 * it is valid; whoever makes a valid one invalid, owns it then. Readers read the control word
 * before and after, and believe nothing if its version moved.
 *
 * <p>A network may have so many flows at most. One more takes the place of one in its bucket that
 * has timed out or was not answered, of the same network; else it is not kept: its packets are
 * decided one by one, and so are those that answer.
 *
 * <p>Memory is touched as flows come. Threading: any thread; each through a {@link FlowCursor} of
 * its own.
 */
public final class FlowTable implements AutoCloseable {
  public static final int MAX_VRFS = 1 << 20;

  static final int SLOTS = 8;
  static final int ENTRY_BYTES = 64;
  static final int SOURCE = 8;
  static final int DESTINATION = 24;
  static final int PORTS = 40;
  static final int GENERATIONS = 48;
  static final int RULE = 56;

  static final long VALID = Long.MIN_VALUE;
  static final int PHASE_SHIFT = 56;
  static final int PHASE_MASK = 0x7f;
  static final long VERSION = 0x00ff_ffff_0000_0000L;
  static final long ONE_VERSION = 1L << 32;
  static final long SEEN = 0xffff_ffffL;

  static final int KIND_SHIFT = 20;
  static final int FRAGMENT_KIND = 2;
  private static final int PROTOCOL_SHIFT = 24;

  private static final long NS_PER_SECOND = 1_000_000_000;
  private static final long EACH_BYTE = 0x0101_0101_0101_0101L;
  private static final long TOP_BITS = 0x8080_8080_8080_8080L;

  private final ReservedMemory memory;
  private final int buckets;
  private final long quota;
  final long seed;
  final long entries;
  final long tags;
  private final long counts;
  private long startNs;

  /**
   * @param capacity how many flows there is room for; rounded up to a power of two
   * @param seed that an attacker cannot guess
   * @param nowNs the clock of its users
   */
  public FlowTable(int capacity, long seed, long nowNs) {
    if (capacity < SLOTS || capacity > 1 << 25) {
      throw new IllegalArgumentException("capacity: " + capacity + " is not between 8 and 2^25");
    }
    int rounded = Integer.highestOneBit(capacity - 1) << 1;
    this.buckets = rounded / SLOTS;
    this.quota = rounded / 2;
    this.seed = seed;
    this.startNs = nowNs;
    long entryBytes = (long) rounded * ENTRY_BYTES;
    long tagBytes = (long) buckets * Long.BYTES;
    memory = ReservedMemory.reserve(entryBytes + tagBytes + (long) MAX_VRFS * Long.BYTES);
    entries = memory.address();
    tags = entries + entryBytes;
    counts = tags + tagBytes;
  }

  /** Seconds since the table was made. */
  public int seconds(long nowNs) {
    return (int) ((nowNs - startNs) / NS_PER_SECOND);
  }

  /** Makes all flows older, as if time had passed. Not while others use the table. */
  public void age(int seconds) {
    startNs -= seconds * NS_PER_SECOND;
  }

  /** Flows of a network. */
  public long flows(int vrf) {
    return Memory.getLongAcquire(counts + (long) vrf * Long.BYTES);
  }

  /** Most flows of a network. */
  public long quota() {
    return quota;
  }

  /** Flows there is room for. */
  public long capacity() {
    return (long) buckets * SLOTS;
  }

  int bucket(long hash) {
    return (int) (hash >>> 32) & buckets - 1;
  }

  /** Never 0, which is a free place. */
  static long tag(long hash) {
    return hash & 0x7f | 0x80;
  }

  long tagsAddress(int bucket) {
    return tags + (long) bucket * Long.BYTES;
  }

  long entry(int bucket, int slot) {
    return entries + ((long) bucket * SLOTS + slot) * ENTRY_BYTES;
  }

  /** A bit in each byte that is this value; perhaps also in one above such a byte. */
  static long matches(long word, long value) {
    long different = word ^ value * EACH_BYTE;
    return different - EACH_BYTE & ~different & TOP_BITS;
  }

  static int phase(long control) {
    return (int) (control >>> PHASE_SHIFT) & PHASE_MASK;
  }

  static int vrf(long ports) {
    return (int) ports & MAX_VRFS - 1;
  }

  static boolean isFragments(long ports) {
    return (ports >>> KIND_SHIFT & FRAGMENT_KIND) != 0;
  }

  static boolean isTimedOut(long control, long ports, int second) {
    int protocol = (int) (ports >>> PROTOCOL_SHIFT) & 0xff;
    int silent = second - (int) control;
    return silent > FlowPhase.timeoutSeconds(phase(control), protocol, isFragments(ports));
  }

  /**
   * Takes a flow from its network's quota.
   *
   * @return false if there is none left
   */
  boolean take(int vrf) {
    long at = counts + (long) vrf * Long.BYTES;
    if (Memory.getAndAddLong(at, 1) < quota) {
      return true;
    }
    Memory.getAndAddLong(at, -1);
    return false;
  }

  void giveBack(int vrf) {
    Memory.getAndAddLong(counts + (long) vrf * Long.BYTES, -1);
  }

  /** Makes an entry invalid, unless somebody changed it; whoever did owns it. */
  static boolean invalidate(long entry, long control) {
    long version = control + ONE_VERSION & VERSION;
    return Memory.compareAndSetLong(entry, control, version);
  }

  /** Gives another tag, or none, to a place that the caller owns. */
  void retag(int bucket, int slot, long tag) {
    long at = tagsAddress(bucket);
    int shift = slot * Byte.SIZE;
    long before;
    do {
      before = Memory.getLongAcquire(at);
    } while (!Memory.compareAndSetLong(at, before, before & ~(0xffL << shift) | tag << shift));
  }

  /** Ends a flow, unless somebody changed it meanwhile. */
  void remove(int bucket, int slot, long control) {
    long entry = entry(bucket, slot);
    long ports = Memory.getLong(entry + PORTS);
    if (invalidate(entry, control)) {
      giveBack(vrf(ports));
      retag(bucket, slot, 0);
    }
  }

  /**
   * Ends flows that have timed out, in a part of the table.
   *
   * @param part which of so many {@code parts}
   * @return how many it ended
   */
  public int sweep(int part, int parts, int second) {
    int end = (int) ((long) buckets * (part + 1) / parts);
    int ended = 0;
    for (int bucket = (int) ((long) buckets * part / parts); bucket < end; bucket++) {
      if (Memory.getLongAcquire(tagsAddress(bucket)) != 0) {
        ended += sweep(bucket, second);
      }
    }
    return ended;
  }

  private int sweep(int bucket, int second) {
    int ended = 0;
    for (int slot = 0; slot < SLOTS; slot++) {
      long entry = entry(bucket, slot);
      long control = Memory.getLongAcquire(entry);
      if (control < 0 && isTimedOut(control, Memory.getLong(entry + PORTS), second)) {
        remove(bucket, slot, control);
        ended++;
      }
    }
    return ended;
  }

  @Override
  public void close() {
    memory.close();
  }
}
