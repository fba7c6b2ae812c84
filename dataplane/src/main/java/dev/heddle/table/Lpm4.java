package dev.heddle.table;

import static dev.heddle.table.TrieLayout.BASE_MASK;
import static dev.heddle.table.TrieLayout.DIRECT;
import static dev.heddle.table.TrieLayout.KIND_SHIFT;
import static dev.heddle.table.TrieLayout.NARROW;
import static dev.heddle.table.TrieLayout.RANKS_OFFSET;
import static dev.heddle.table.TrieLayout.RUNS_OFFSET;
import static dev.heddle.table.TrieLayout.SKIP_MATCH_OFFSET;
import static dev.heddle.table.TrieLayout.SKIP_MISS_OFFSET;
import static dev.heddle.table.TrieLayout.UNIT_MASK;
import static dev.heddle.table.TrieLayout.WIDE;

import dev.heddle.memory.Memory;

/**
 * Longest prefix match for IPv4.
 *
 * <p>A root handle comes from {@link RouteTable#root()} and stands for one immutable version of one
 * table. Any number of threads may look up in it until the memory of that version is reclaimed.
 * Nothing is allocated.
 */
public final class Lpm4 {
  /** Root handle of a table without routes; it needs no memory. */
  public static final long EMPTY_ROOT = TrieLayout.LEAF & 0xffff_ffffL;

  private Lpm4() {}

  /**
   * Finds the value of the longest prefix that covers an address.
   *
   * @param root root handle
   * @param address IPv4 address, host byte order
   * @return next hop index or counted route, see {@link NextHops#COUNTED_ROUTE}; {@link
   *     NextHops#NO_ROUTE} if no prefix covers the address
   */
  public static int lookup(long root, int address) {
    long base = root & BASE_MASK;
    long entry = root & 0xffff_ffffL;
    long key = (long) address << 32;
    if (entry >>> KIND_SHIFT == DIRECT) {
      entry = entry(base + (entry & UNIT_MASK) * 8 + (key >>> 48) * 4);
      key <<= 16;
    }
    while (entry >>> KIND_SHIFT != NARROW) {
      if ((int) entry < 0) {
        return TrieLayout.value((int) entry);
      }
      long node = base + (entry & UNIT_MASK) * 8;
      if (entry >>> KIND_SHIFT == WIDE) {
        entry = entry(node + RUNS_OFFSET - 4 + run(node, key) * 4);
        key <<= 8;
      } else {
        long path = Memory.getLong(node);
        boolean onPath = (key ^ path) >>> path == 0;
        entry = entry(node + (onPath ? SKIP_MATCH_OFFSET : SKIP_MISS_OFFSET));
        key <<= -path;
      }
    }
    long node = base + entry * 8;
    return Memory.getShort(node + RUNS_OFFSET - 2 + run(node, key) * 2) & 0xffff;
  }

  private static long entry(long address) {
    return Memory.getInt(address) & 0xffff_ffffL;
  }

  /** The number, from 1, of the run that the first eight bits of a key fall into. */
  private static long run(long node, long key) {
    long word = key >>> 62;
    long starts = Memory.getLong(node + word * 8) << ~(key >>> 56);
    return (Memory.getByte(node + RANKS_OFFSET + word) & 0xff) + Long.bitCount(starts);
  }
}
