package dev.heddle.table;

import static dev.heddle.table.TrieLayout.KIND_SHIFT;
import static dev.heddle.table.TrieLayout.NARROW;
import static dev.heddle.table.TrieLayout.PAGE;
import static dev.heddle.table.TrieLayout.RANKS_OFFSET;
import static dev.heddle.table.TrieLayout.RUNS_OFFSET;
import static dev.heddle.table.TrieLayout.SKIP_MATCH_OFFSET;
import static dev.heddle.table.TrieLayout.SKIP_MISS_OFFSET;
import static dev.heddle.table.TrieLayout.UNIT_MASK;
import static dev.heddle.table.TrieLayout.WIDE;

import dev.heddle.memory.Memory;

/**
 * The steps of a lookup, for {@link Lpm4} and {@link Lpm6}.
 *
 * <p>Entries travel as longs with the upper half zero. A key is what is left of an address,
 * left-aligned.
 */
final class Trie {
  private Trie() {}

  static long entryAt(long address) {
    return Memory.getInt(address) & 0xffff_ffffL;
  }

  /** The value in a narrow node, given 64 slots' word and a shift whose low 6 bits are the slot. */
  static int narrowValue(long node, long word, long slot) {
    return Memory.getShort(node + RUNS_OFFSET - 2 + run(node, word, slot) * 2) & 0xffff;
  }

  /** The number, from 1, of the run that a slot falls into. */
  private static long run(long node, long word, long slot) {
    int after = Memory.getByte(node + RANKS_OFFSET + word) & 0xff;
    // The cast to a byte shows the compiler the range; 256 runs would be a page.
    return after + Long.bitCount(Memory.getLong(node + word * 8) >>> slot) & 0x1ff;
  }

  /** Walks on from an entry with a key of at most 64 bits. */
  static int walk4(long base, long start, long startKey) {
    long entry = start;
    long key = startKey;
    while ((int) entry >= 0) {
      long kind = entry >>> KIND_SHIFT;
      long node = base + (entry & UNIT_MASK) * 8;
      if (kind == NARROW) {
        return narrowValue(node, key >>> 62, key >>> 56);
      }
      if (kind == PAGE) {
        return Memory.getShort(node + (key >>> 56) * 2) & 0xffff;
      }
      if (kind == WIDE) {
        entry = wideEntry(node, key);
        key <<= 8;
      } else {
        long path = Memory.getLong(node);
        entry = skipEntry(node, path, key);
        key <<= -path;
      }
    }
    return TrieLayout.value((int) entry);
  }

  /** Walks on from an entry with a key of up to 128 bits in two longs. */
  static int walk6(long base, long start, long startKey, long startRest) {
    long entry = start;
    long key = startKey;
    long rest = startRest;
    while ((int) entry >= 0) {
      long kind = entry >>> KIND_SHIFT;
      long node = base + (entry & UNIT_MASK) * 8;
      if (kind == NARROW) {
        return narrowValue(node, key >>> 62, key >>> 56);
      }
      if (kind == PAGE) {
        return Memory.getShort(node + (key >>> 56) * 2) & 0xffff;
      }
      if (kind == WIDE) {
        entry = wideEntry(node, key);
        key = key << 8 | rest >>> 56;
        rest <<= 8;
      } else {
        long path = Memory.getLong(node);
        entry = skipEntry(node, path, key);
        key = key << -path | rest >>> path;
        rest <<= -path;
      }
    }
    return TrieLayout.value((int) entry);
  }

  static long wideEntry(long node, long key) {
    return entryAt(node + RUNS_OFFSET - 4 + run(node, key >>> 62, key >>> 56) * 4);
  }

  private static long skipEntry(long node, long path, long key) {
    // The shift takes the low 6 bits of the path word: 64 less the number of the path's bits.
    boolean onPath = (key ^ path) >>> path == 0;
    return entryAt(node + (onPath ? SKIP_MATCH_OFFSET : SKIP_MISS_OFFSET));
  }
}
