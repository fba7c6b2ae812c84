package dev.heddle.table;

import dev.heddle.memory.Memory;
import dev.heddle.memory.ReservedMemory;
import java.util.ArrayDeque;
import org.agrona.collections.LongArrayList;

/**
 * The off-heap memory of all lookup tables: blocks that are written once, published, and given back
 * after the last reader has left them.
 *
 * <p>A block is named by its unit: its offset in 8-byte units, 29 bits. Blocks of one size share a
 * free list, so memory that an update gives back serves the next one and the footprint stays flat.
 *
 * <p>Within a transaction blocks are allocated and retired. {@link #seal} ends it: the retired
 * blocks become free once {@link #reclaim} hears that every reader has passed that revision. {@link
 * #rollback} ends it the other way: the allocated blocks are free at once, the retired ones live.
 *
 * <p>Threading: one writer. Readers only follow published roots.
 */
final class TableMemory implements AutoCloseable {
  static final int UNIT_BYTES = 8;

  /** Most bytes that 29 bits of units name. */
  static final long MAX_LIMIT_BYTES = 1L << 32;

  /** Unit 0 is never handed out. */
  private static final int FIRST_UNIT = 8;

  private static final int SMALL_CLASSES = 256;
  private static final int CACHE_LINE_UNITS = 8;

  private record Sealed(long revision, long[] blocks) {}

  private final ReservedMemory memory;
  private final long base;
  private final int limitUnits;
  private final int[] freeSmall = new int[SMALL_CLASSES];
  private int freeLarge;
  private int frontierUnit = FIRST_UNIT;

  /** Where the transaction that is under way found it. */
  private int frontierBeforeUnit = FIRST_UNIT;

  private long usedBytes;

  private final LongArrayList allocated = new LongArrayList();
  private final LongArrayList retired = new LongArrayList();
  private final ArrayDeque<Sealed> sealed = new ArrayDeque<>();
  private long sealedBytes;

  /**
   * @param limitBytes most bytes that blocks may take, 4 KiB to 4 GiB
   */
  TableMemory(long limitBytes) {
    if (limitBytes < 4096 || limitBytes > MAX_LIMIT_BYTES) {
      throw new IllegalArgumentException(
          "limitBytes: " + limitBytes + " is not between 4096 and " + MAX_LIMIT_BYTES);
    }
    memory = ReservedMemory.reserve(limitBytes);
    base = memory.address();
    limitUnits = (int) (limitBytes / UNIT_BYTES);
  }

  long base() {
    return base;
  }

  long address(int unit) {
    return base + (long) unit * UNIT_BYTES;
  }

  /**
   * Takes a block; its contents are undefined.
   *
   * @throws TableMemoryExhaustedException if the limit is reached
   */
  int allocate(int bytes) {
    int units = units(bytes);
    int unit = pop(units);
    if (unit == 0) {
      unit = extend(units);
    }
    allocated.addLong(block(unit, units));
    usedBytes += (long) units * UNIT_BYTES;
    return unit;
  }

  /** Gives a block back once readers have passed the transaction that is under way. */
  void retire(int unit, int bytes) {
    int units = units(bytes);
    retired.addLong(block(unit, units));
    usedBytes -= (long) units * UNIT_BYTES;
  }

  /** Ends the transaction; readers of {@code revision} and later do not see what it retired. */
  void seal(long revision) {
    allocated.clear();
    frontierBeforeUnit = frontierUnit;
    if (!retired.isEmpty()) {
      long[] blocks = retired.toLongArray();
      sealed.add(new Sealed(revision, blocks));
      sealedBytes += bytes(blocks);
      retired.clear();
    }
    trim();
  }

  /**
   * Ends the transaction as if it had never begun. What it was the first to touch is free for
   * blocks of every size again.
   */
  void rollback() {
    for (int i = 0; i < retired.size(); i++) {
      usedBytes += (long) blockUnits(retired.getLong(i)) * UNIT_BYTES;
    }
    retired.clear();
    for (int i = 0; i < allocated.size(); i++) {
      long block = allocated.getLong(i);
      usedBytes -= (long) blockUnits(block) * UNIT_BYTES;
      if (blockUnit(block) < frontierBeforeUnit) {
        push(block);
      }
    }
    allocated.clear();
    frontierUnit = frontierBeforeUnit;
    trim();
  }

  /** Frees what was retired up to {@code revision}, which every reader runs or has passed. */
  void reclaim(long revision) {
    while (!sealed.isEmpty() && sealed.peek().revision() <= revision) {
      long[] blocks = sealed.poll().blocks();
      sealedBytes -= bytes(blocks);
      for (long block : blocks) {
        push(block);
      }
    }
  }

  /** Bytes of the blocks that the newest tables consist of. */
  long usedBytes() {
    return usedBytes;
  }

  /** Bytes that wait for readers to pass. */
  long retiredBytes() {
    return sealedBytes;
  }

  /** Bytes that published tables ever took, free blocks included. */
  long footprintBytes() {
    return (long) frontierUnit * UNIT_BYTES;
  }

  @Override
  public void close() {
    memory.close();
  }

  private int pop(int units) {
    if (units < SMALL_CLASSES) {
      int unit = freeSmall[units];
      if (unit != 0) {
        freeSmall[units] = Memory.getInt(address(unit));
      }
      return unit;
    }
    int unit = freeLarge;
    if (unit != 0) {
      freeLarge = Memory.getInt(address(unit));
    }
    return unit;
  }

  private void push(long block) {
    int unit = blockUnit(block);
    int units = blockUnits(block);
    if (units < SMALL_CLASSES) {
      Memory.putInt(address(unit), freeSmall[units]);
      freeSmall[units] = unit;
    } else {
      Memory.putInt(address(unit), freeLarge);
      freeLarge = unit;
    }
  }

  private int extend(int units) {
    int unit = frontierUnit;
    if (units >= SMALL_CLASSES) {
      unit = (unit + CACHE_LINE_UNITS - 1) & -CACHE_LINE_UNITS;
    }
    // The subtraction cannot overflow, a sum of two units might.
    if (units > limitUnits - unit) {
      throw new TableMemoryExhaustedException((long) limitUnits * UNIT_BYTES);
    }
    frontierUnit = unit + units;
    return unit;
  }

  /** A bulk load leaves long logs behind; what comes after it is mostly small. */
  private void trim() {
    if (allocated.capacity() > 1 << 16) {
      allocated.trimToSize();
    }
    if (retired.capacity() > 1 << 16) {
      retired.trimToSize();
    }
  }

  private static int units(int bytes) {
    int units = (bytes + UNIT_BYTES - 1) / UNIT_BYTES;
    assert units < SMALL_CLASSES || bytes == TrieLayout.ROOT_BYTES : bytes;
    return units;
  }

  private static long block(int unit, int units) {
    return (long) unit << 32 | units;
  }

  private static int blockUnit(long block) {
    return (int) (block >>> 32);
  }

  private static int blockUnits(long block) {
    return (int) block;
  }

  private static long bytes(long[] blocks) {
    long bytes = 0;
    for (long block : blocks) {
      bytes += (long) blockUnits(block) * UNIT_BYTES;
    }
    return bytes;
  }
}
