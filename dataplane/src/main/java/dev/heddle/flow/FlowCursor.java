package dev.heddle.flow;

import dev.heddle.memory.Memory;

/**
 * One thread's way into the {@link FlowTable}: what it looks for, and what it found. Allocates
 * nothing.
 */
public final class FlowCursor {
  public static final int KIND_IP4 = 0;
  public static final int KIND_IP6 = 1;

  /** The fragments of one packet; ports are its identification. */
  public static final int KIND_FRAGMENTS4 = 2;

  public static final int KIND_FRAGMENTS6 = 3;

  private static final long FIRST_FACTOR = 0x9E37_79B9_7F4A_7C15L;
  private static final long SECOND_FACTOR = 0xC2B2_AE3D_27D4_EB4FL;
  private static final long LOW_32_BITS = 0xffff_ffffL;

  /** How often it begins anew because another thread was faster. */
  private static final int MAX_TRIES = 4;

  /** How often it looks again where another thread is about to write; that takes it some stores. */
  private static final int MAX_LOOKS = 64;

  private static final int ABSENT = 0;

  /** Perhaps there: another thread writes. */
  private static final int CHANGES = 1;

  private static final int FOUND = 2;

  private final FlowTable table;

  private long sourceHigh;
  private long sourceLow;
  private long destinationHigh;
  private long destinationLow;
  private long ports;
  private long hash;

  private int bucket;
  private int slot;
  private long control;
  private long generations;
  private int rule;
  private boolean reversed;

  public FlowCursor(FlowTable table) {
    this.table = table;
  }

  public FlowTable table() {
    return table;
  }

  /**
   * The hash of a flow, the same for packets of both directions.
   *
   * @param sourceHigh first 64 bits of the address, 0 for IPv4; likewise the others
   * @param portPair source and destination port, 16 bits each
   */
  public long hash(
      long sourceHigh,
      long sourceLow,
      long destinationHigh,
      long destinationLow,
      int portPair,
      int protocol,
      int kind,
      int vrf) {
    long seed = table.seed;
    long one = side(sourceHigh, sourceLow, portPair >>> 16, seed);
    long other = side(destinationHigh, destinationLow, portPair & 0xffff, seed);
    long both = (one + other ^ rest(protocol, kind, vrf)) * SECOND_FACTOR;
    return (both ^ both >>> 29) * FIRST_FACTOR;
  }

  private static long side(long high, long low, long port, long seed) {
    long mixed = (low ^ seed) * FIRST_FACTOR + (high ^ port << 40);
    return (mixed ^ mixed >>> 32) * SECOND_FACTOR;
  }

  /** The lower half of an entry's ports. */
  private static long rest(int protocol, int kind, int vrf) {
    return (protocol << 24 | kind << FlowTable.KIND_SHIFT | vrf) & LOW_32_BITS;
  }

  /** Touches the word that tells a flow's places, so that it comes into the cache. */
  public long touchTags(long flowHash) {
    return Memory.getLong(table.tagsAddress(table.bucket(flowHash)));
  }

  /** Touches the place that a flow is most likely at, whose word was touched before. */
  public long touchEntry(long flowHash) {
    int itsBucket = table.bucket(flowHash);
    long tags = Memory.getLong(table.tagsAddress(itsBucket));
    long found = FlowTable.matches(tags, FlowTable.tag(flowHash));
    int itsSlot = Long.numberOfTrailingZeros(found) / Byte.SIZE & FlowTable.SLOTS - 1;
    return Memory.getLong(table.entry(itsBucket, itsSlot));
  }

  /**
   * Says which flow is meant, by a packet of either direction.
   *
   * @param flowHash the {@link #hash} of the rest
   */
  public void aim(
      long sourceHigh,
      long sourceLow,
      long destinationHigh,
      long destinationLow,
      int portPair,
      int protocol,
      int kind,
      int vrf,
      long flowHash) {
    this.sourceHigh = sourceHigh;
    this.sourceLow = sourceLow;
    this.destinationHigh = destinationHigh;
    this.destinationLow = destinationLow;
    ports = (long) portPair << 32 | rest(protocol, kind, vrf);
    hash = flowHash;
    bucket = table.bucket(flowHash);
  }

  /** Looks the flow up; what the other methods tell and change is the one found. */
  public boolean find() {
    for (int tries = 0; tries < MAX_LOOKS; tries++) {
      int found = look();
      if (found != CHANGES) {
        return found == FOUND;
      }
      Thread.onSpinWait();
    }
    return false;
  }

  private int look() {
    long tags = Memory.getLongAcquire(table.tagsAddress(bucket));
    long left = FlowTable.matches(tags, FlowTable.tag(hash));
    int found = ABSENT;
    while (left != 0) {
      slot = Long.numberOfTrailingZeros(left) / Byte.SIZE;
      int here = read(table.entry(bucket, slot));
      if (here == FOUND) {
        return FOUND;
      }
      found |= here;
      left &= left - 1;
    }
    return found;
  }

  private int read(long entry) {
    long before = Memory.getLongAcquire(entry);
    if (before >= 0) {
      return CHANGES;
    }
    long a = Memory.getLong(entry + FlowTable.SOURCE);
    long b = Memory.getLong(entry + FlowTable.SOURCE + 8);
    long c = Memory.getLong(entry + FlowTable.DESTINATION);
    long d = Memory.getLong(entry + FlowTable.DESTINATION + 8);
    long p = Memory.getLong(entry + FlowTable.PORTS);
    generations = Memory.getLong(entry + FlowTable.GENERATIONS);
    rule = (int) Memory.getLong(entry + FlowTable.RULE);
    long same =
        a ^ sourceHigh | b ^ sourceLow | c ^ destinationHigh | d ^ destinationLow | p ^ ports;
    long turned =
        a ^ destinationHigh | b ^ destinationLow | c ^ sourceHigh | d ^ sourceLow | p ^ turned();
    Memory.loadFence();
    control = Memory.getLong(entry);
    if (((control ^ before) & (FlowTable.VALID | FlowTable.VERSION)) != 0) {
      return CHANGES;
    }
    reversed = same != 0;
    return same == 0 || turned == 0 ? FOUND : ABSENT;
  }

  private long turned() {
    return ports << 16 & 0xffff_0000_0000_0000L
        | ports >>> 16 & 0x0000_ffff_0000_0000L
        | ports & LOW_32_BITS;
  }

  /** Whether the packet goes against the direction of the flow's first one. */
  public boolean isReversed() {
    return reversed;
  }

  /** As {@link FlowPhase} has it. */
  public int phase() {
    return FlowTable.phase(control);
  }

  /** What {@link #insert} or {@link #renew} was given. */
  public long generations() {
    return generations;
  }

  /** The rule that ended it. */
  public int rule() {
    return rule;
  }

  public boolean isTimedOut(int second) {
    return FlowTable.isTimedOut(control, ports, second);
  }

  /** Notes that a packet came. Costs a store only where the second or the phase is another one. */
  public void see(int second, int phase) {
    long next = withPhase(control, phase) & ~FlowTable.SEEN | second & LOW_32_BITS;
    // If another thread was faster, it noted as much; a phase that got lost only takes longer.
    if (next != control && Memory.compareAndSetLong(table.entry(bucket, slot), control, next)) {
      control = next;
    }
  }

  private static long withPhase(long control, int phase) {
    long mask = (long) FlowTable.PHASE_MASK << FlowTable.PHASE_SHIFT;
    return control & ~mask | (long) phase << FlowTable.PHASE_SHIFT;
  }

  /**
   * Notes what newer programs say about the flow.
   *
   * @param rule that ended it, if the phase says so
   */
  public void renew(long newGenerations, int second, int phase, int rule) {
    if (FlowTable.invalidate(table.entry(bucket, slot), control)) {
      validate(newGenerations, second, phase, rule);
    }
  }

  /** Ends the flow. */
  public void remove() {
    table.remove(bucket, slot, control);
  }

  /**
   * Adds the flow that was not found.
   *
   * @return false where there is no room for it
   */
  public boolean insert(long newGenerations, int second) {
    int vrf = FlowTable.vrf(ports);
    boolean paid = table.take(vrf);
    boolean found = false;
    for (int tries = 0; tries < MAX_TRIES && !found; tries++) {
      long tags = Memory.getLongAcquire(table.tagsAddress(bucket));
      found = FlowTable.matches(tags, FlowTable.tag(hash)) != 0 && find();
      if (!found && place(tags, paid, vrf, second)) {
        fill();
        validate(newGenerations, second, 0, 0);
        return true;
      }
    }
    if (paid) {
      table.giveBack(vrf);
    }
    return found;
  }

  /** Takes a free place, or that of another flow, which gives its share of the quota back. */
  private boolean place(long tags, boolean paid, int vrf, int second) {
    long free = FlowTable.matches(tags, 0);
    if (paid && free != 0) {
      return claim(tags, Long.numberOfTrailingZeros(free) / Byte.SIZE);
    }
    boolean replaced = findReplaceable(vrf, second) && replace();
    if (replaced && paid) {
      table.giveBack(vrf);
    }
    return replaced;
  }

  private boolean claim(long tags, int free) {
    slot = free;
    long with = tags | FlowTable.tag(hash) << slot * Byte.SIZE;
    return Memory.compareAndSetLong(table.tagsAddress(bucket), tags, with);
  }

  /** Finds a flow of the same network that may go: timed out, or the oldest without answer. */
  private boolean findReplaceable(int vrf, int second) {
    int oldest = -1;
    int longest = -1;
    long oldestControl = 0;
    for (int i = 0; i < FlowTable.SLOTS; i++) {
      long entry = table.entry(bucket, i);
      long there = Memory.getLongAcquire(entry);
      long itsPorts = Memory.getLong(entry + FlowTable.PORTS);
      if (there < 0 && FlowTable.vrf(itsPorts) == vrf) {
        int silent = second - (int) there;
        boolean timedOut = FlowTable.isTimedOut(there, itsPorts, second);
        boolean goes = timedOut || FlowPhase.isUnanswered(FlowTable.phase(there));
        int rank = timedOut ? Integer.MAX_VALUE : silent;
        if (goes && rank > longest) {
          longest = rank;
          oldest = i;
          oldestControl = there;
        }
      }
    }
    slot = oldest;
    control = oldestControl;
    return oldest >= 0;
  }

  private boolean replace() {
    if (!FlowTable.invalidate(table.entry(bucket, slot), control)) {
      return false;
    }
    table.retag(bucket, slot, FlowTable.tag(hash));
    return true;
  }

  /** Says in an entry that is this thread's own which flow it is. */
  private void fill() {
    long entry = table.entry(bucket, slot);
    Memory.putLong(entry + FlowTable.SOURCE, sourceHigh);
    Memory.putLong(entry + FlowTable.SOURCE + 8, sourceLow);
    Memory.putLong(entry + FlowTable.DESTINATION, destinationHigh);
    Memory.putLong(entry + FlowTable.DESTINATION + 8, destinationLow);
    Memory.putLong(entry + FlowTable.PORTS, ports);
  }

  private void validate(long newGenerations, int second, int phase, int endedBy) {
    long entry = table.entry(bucket, slot);
    long version = Memory.getLong(entry) + FlowTable.ONE_VERSION & FlowTable.VERSION;
    Memory.putLong(entry + FlowTable.GENERATIONS, newGenerations);
    Memory.putLong(entry + FlowTable.RULE, endedBy);
    control = withPhase(FlowTable.VALID | version | second & LOW_32_BITS, phase);
    Memory.putLongRelease(entry, control);
  }
}
