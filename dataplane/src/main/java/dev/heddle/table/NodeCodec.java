package dev.heddle.table;

import dev.heddle.memory.Memory;
import java.util.Arrays;

/**
 * Turns 256 slots into the smallest trie block that stands for them, and back.
 *
 * <p>What {@link #encode} chooses depends on the slots alone, so a trie's shape depends on its
 * routes and not on the order in which they came.
 */
final class NodeCodec {
  private static final int MAX_NARROW_VALUE = 0xffff;

  private final TableMemory memory;
  private boolean paged;
  private final int[] runs = new int[TrieLayout.SLOTS];
  private final int[] runSlots = new int[TrieLayout.SLOTS + 1];

  NodeCodec(TableMemory memory) {
    this.memory = memory;
  }

  /** Chooses between pages, which are fast, and narrow nodes, which are small. */
  void usePages(boolean paged) {
    this.paged = paged;
  }

  /** Writes a block for 256 entries and returns the entry that leads to it. */
  int encode(int[] slots) {
    int count = 0;
    boolean narrow = true;
    int previous = 0;
    for (int slot = 0; slot < TrieLayout.SLOTS; slot++) {
      int entry = slots[slot];
      if (slot == 0 || entry != previous) {
        runs[count] = entry;
        runSlots[count++] = slot;
        narrow &= isNarrow(entry);
        previous = entry;
      }
    }
    runSlots[count] = TrieLayout.SLOTS;
    if (count == 1) {
      return runs[0];
    }
    if (count <= 3 && !narrow) {
      int single = singleSlotRun(count);
      if (single >= 0 && !TrieLayout.isLeaf(runs[single])) {
        int miss = runs[single == 0 ? 1 : 0];
        return encodeSkip(
            (long) runSlots[single] << 56, TrieLayout.STRIDE_BITS, runs[single], miss);
      }
    }
    if (!narrow) {
      return encodeWide(count);
    }
    boolean dense = TrieLayout.narrowBytes(count) >= TrieLayout.PAGE_BYTES;
    return paged || dense ? encodePage(slots) : encodeNarrow(count);
  }

  /**
   * Writes a skip and returns the entry that leads to it; where its target is a skip of the same
   * default, one block stands for both.
   *
   * @param path the bits, left-aligned
   * @param bits how many: a multiple of eight, at most {@link TrieLayout#MAX_SKIP_BITS}
   */
  int encodeSkip(long path, int bits, int match, int miss) {
    int target = match;
    int pathBits = bits;
    long merged = path;
    if (TrieLayout.kind(match) == TrieLayout.SKIP
        && skipMiss(match) == miss
        && bits + skipBits(match) <= TrieLayout.MAX_SKIP_BITS) {
      merged |= skipPath(match) >>> bits;
      pathBits += skipBits(match);
      target = skipMatch(match);
      memory.retire(TrieLayout.unit(match), TrieLayout.SKIP_BYTES);
    }
    int unit = memory.allocate(TrieLayout.SKIP_BYTES);
    long address = memory.address(unit);
    Memory.putLong(address, merged | Long.SIZE - pathBits);
    Memory.putInt(address + TrieLayout.SKIP_MATCH_OFFSET, target);
    Memory.putInt(address + TrieLayout.SKIP_MISS_OFFSET, miss);
    return TrieLayout.reference(TrieLayout.SKIP, unit);
  }

  /** Reads the 256 entries that an entry stands for, and retires its block. */
  void decodeAndRetire(int entry, int[] slots) {
    if (TrieLayout.isLeaf(entry)) {
      Arrays.fill(slots, entry);
      return;
    }
    switch (TrieLayout.kind(entry)) {
      case TrieLayout.SKIP -> decodeSkip(entry, slots);
      case TrieLayout.WIDE -> decodeRuns(address(entry), slots, false);
      case TrieLayout.PAGE -> decodePage(address(entry), slots);
      default -> decodeRuns(address(entry), slots, true);
    }
    retireBlock(entry);
  }

  /** Retires everything an entry leads to. */
  void retireTree(int entry) {
    if (TrieLayout.isLeaf(entry)) {
      return;
    }
    if (TrieLayout.kind(entry) == TrieLayout.SKIP) {
      retireTree(skipMatch(entry));
    } else if (TrieLayout.kind(entry) == TrieLayout.WIDE) {
      long address = address(entry);
      int count = runCount(address);
      for (int i = 0; i < count; i++) {
        retireTree(wideRun(address, i));
      }
    }
    retireBlock(entry);
  }

  /** Bytes of the block an entry leads to, as allocated. */
  int blockBytes(int entry) {
    return switch (TrieLayout.kind(entry)) {
      case TrieLayout.SKIP -> TrieLayout.SKIP_BYTES;
      case TrieLayout.WIDE -> TrieLayout.wideBytes(runCount(address(entry)));
      case TrieLayout.PAGE -> TrieLayout.PAGE_BYTES;
      default -> TrieLayout.narrowBytes(runCount(address(entry)));
    };
  }

  void retireBlock(int entry) {
    memory.retire(TrieLayout.unit(entry), blockBytes(entry));
  }

  private static boolean isNarrow(int entry) {
    return TrieLayout.isLeaf(entry) && (entry & ~TrieLayout.LEAF) <= MAX_NARROW_VALUE;
  }

  /** The only run of one slot among others of one and the same leaf, or -1. */
  private int singleSlotRun(int count) {
    if (count == 3) {
      boolean surrounded =
          runs[0] == runs[2] && TrieLayout.isLeaf(runs[0]) && runSlots[2] - runSlots[1] == 1;
      return surrounded ? 1 : -1;
    }
    if (runSlots[1] == 1) {
      return 0;
    }
    return runSlots[1] == TrieLayout.SLOTS - 1 ? 1 : -1;
  }

  private int encodeNarrow(int count) {
    int unit = memory.allocate(TrieLayout.narrowBytes(count));
    long address = memory.address(unit);
    writeEnds(address, count);
    for (int i = 0; i < count; i++) {
      Memory.putShort(address + TrieLayout.RUNS_OFFSET + i * 2L, (short) runs[count - 1 - i]);
    }
    return TrieLayout.reference(TrieLayout.NARROW, unit);
  }

  private int encodeWide(int count) {
    int unit = memory.allocate(TrieLayout.wideBytes(count));
    long address = memory.address(unit);
    writeEnds(address, count);
    for (int i = 0; i < count; i++) {
      Memory.putInt(address + TrieLayout.RUNS_OFFSET + i * 4L, runs[count - 1 - i]);
    }
    return TrieLayout.reference(TrieLayout.WIDE, unit);
  }

  private int encodePage(int[] slots) {
    int unit = memory.allocate(TrieLayout.PAGE_BYTES);
    long address = memory.address(unit);
    for (int slot = 0; slot < TrieLayout.SLOTS; slot++) {
      Memory.putShort(address + slot * 2L, (short) slots[slot]);
    }
    return TrieLayout.reference(TrieLayout.PAGE, unit);
  }

  private void writeEnds(long address, int count) {
    int run = count;
    for (int word = TrieLayout.NODE_WORDS - 1; word >= 0; word--) {
      Memory.putByte(address + TrieLayout.RANKS_OFFSET + word, (byte) (count - run));
      long ends = 0;
      for (; run > 0 && runSlots[run] - 1 >> 6 == word; run--) {
        ends |= 1L << runSlots[run] - 1;
      }
      Memory.putLong(address + (long) word * Long.BYTES, ends);
    }
  }

  private void decodeSkip(int entry, int[] slots) {
    int bits = skipBits(entry);
    long path = skipPath(entry);
    int miss = skipMiss(entry);
    Arrays.fill(slots, miss);
    slots[(int) (path >>> 56)] =
        bits == TrieLayout.STRIDE_BITS
            ? skipMatch(entry)
            : encodeSkip(
                path << TrieLayout.STRIDE_BITS,
                bits - TrieLayout.STRIDE_BITS,
                skipMatch(entry),
                miss);
  }

  private static void decodePage(long address, int[] slots) {
    for (int slot = 0; slot < TrieLayout.SLOTS; slot++) {
      slots[slot] = TrieLayout.LEAF | Memory.getShort(address + slot * 2L) & MAX_NARROW_VALUE;
    }
  }

  private static void decodeRuns(long address, int[] slots, boolean narrow) {
    int run = -1;
    int entry = 0;
    for (int word = TrieLayout.NODE_WORDS - 1; word >= 0; word--) {
      long ends = Memory.getLong(address + (long) word * Long.BYTES);
      for (int bit = Long.SIZE - 1; bit >= 0; bit--) {
        if ((ends >>> bit & 1) != 0) {
          run++;
          entry = narrow ? narrowRun(address, run) : wideRun(address, run);
        }
        slots[word * Long.SIZE + bit] = entry;
      }
    }
  }

  private static int runCount(long address) {
    return (Memory.getByte(address + TrieLayout.RANKS_OFFSET) & 0xff)
        + Long.bitCount(Memory.getLong(address));
  }

  private static int narrowRun(long address, int run) {
    return TrieLayout.LEAF
        | Memory.getShort(address + TrieLayout.RUNS_OFFSET + run * 2L) & MAX_NARROW_VALUE;
  }

  private static int wideRun(long address, int run) {
    return Memory.getInt(address + TrieLayout.RUNS_OFFSET + run * 4L);
  }

  private long address(int entry) {
    return memory.address(TrieLayout.unit(entry));
  }

  private int skipBits(int entry) {
    return Long.SIZE - (int) Memory.getLong(address(entry)) & 0x3f;
  }

  private long skipPath(int entry) {
    return Memory.getLong(address(entry)) & ~0xffL;
  }

  private int skipMatch(int entry) {
    return Memory.getInt(address(entry) + TrieLayout.SKIP_MATCH_OFFSET);
  }

  private int skipMiss(int entry) {
    return Memory.getInt(address(entry) + TrieLayout.SKIP_MISS_OFFSET);
  }
}
