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

/** Longest prefix match for IPv6; see {@link Lpm4} for what both have in common. */
public final class Lpm6 {
  /** Root handle of a table without routes; it needs no memory. */
  public static final long EMPTY_ROOT = Lpm4.EMPTY_ROOT;

  private Lpm6() {}

  /**
   * Finds the value of the longest prefix that covers an address.
   *
   * @param root root handle
   * @param high first 64 bits of the IPv6 address, host byte order
   * @param low last 64 bits
   * @return next hop index or counted route, see {@link NextHops#COUNTED_ROUTE}; {@link
   *     NextHops#NO_ROUTE} if no prefix covers the address
   */
  public static int lookup(long root, long high, long low) {
    long base = root & BASE_MASK;
    long entry = root & 0xffff_ffffL;
    long key = high;
    long rest = low;
    if (entry >>> KIND_SHIFT == DIRECT) {
      entry = entry(base + (entry & UNIT_MASK) * 8 + (key >>> 48) * 4);
      key = key << 16 | rest >>> 48;
      rest <<= 16;
    }
    while (entry >>> KIND_SHIFT != NARROW) {
      if ((int) entry < 0) {
        return TrieLayout.value((int) entry);
      }
      long node = base + (entry & UNIT_MASK) * 8;
      if (entry >>> KIND_SHIFT == WIDE) {
        entry = entry(node + RUNS_OFFSET - 4 + run(node, key) * 4);
        key = key << 8 | rest >>> 56;
        rest <<= 8;
      } else {
        long path = Memory.getLong(node);
        boolean onPath = (key ^ path) >>> path == 0;
        entry = entry(node + (onPath ? SKIP_MATCH_OFFSET : SKIP_MISS_OFFSET));
        key = key << -path | rest >>> path;
        rest <<= -path;
      }
    }
    long node = base + entry * 8;
    return Memory.getShort(node + RUNS_OFFSET - 2 + run(node, key) * 2) & 0xffff;
  }

  private static long entry(long address) {
    return Memory.getInt(address) & 0xffff_ffffL;
  }

  private static long run(long node, long key) {
    long word = key >>> 62;
    long starts = Memory.getLong(node + word * 8) << ~(key >>> 56);
    return (Memory.getByte(node + RANKS_OFFSET + word) & 0xff) + Long.bitCount(starts);
  }
}
