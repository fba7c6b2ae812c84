package dev.heddle.table;

import static dev.heddle.table.TrieLayout.HANDLE_BASE_MASK;
import static dev.heddle.table.TrieLayout.HANDLE_ENTRY_MASK;
import static dev.heddle.table.TrieLayout.NARROW;
import static dev.heddle.table.TrieLayout.ROOT_BITS;
import static dev.heddle.table.TrieLayout.STRIDE_BITS;
import static dev.heddle.table.TrieLayout.UNIT_MASK;
import static dev.heddle.table.TrieLayout.WIDE;

import dev.heddle.memory.Memory;
import java.util.Arrays;

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
    long base = root & HANDLE_BASE_MASK;
    long entry = root & HANDLE_ENTRY_MASK;
    if (root >= 0) {
      return Trie.walk6(base, entry, high, low);
    }
    long first = Trie.entryAt(base + entry * 8 + (high >>> 48) * 4);
    return Trie.walk6(base, first, high << 16 | low >>> 48, low << 16);
  }

  /**
   * Looks up many addresses, which overlaps their cache misses: for tables larger than the cache.
   *
   * @param root root handle
   * @param highs first 64 bits of each address, host byte order
   * @param lows last 64 bits of each
   * @param results what {@link #lookup} answers for each
   * @param count how many, from index 0 on
   */
  public static void lookupAll(long root, long[] highs, long[] lows, int[] results, int count) {
    long base = root & HANDLE_BASE_MASK;
    int depth = 0;
    if (root >= 0) {
      Arrays.fill(results, 0, count, (int) root);
    } else {
      long direct = base + (root & UNIT_MASK) * 8;
      for (int i = 0; i < count; i++) {
        results[i] = Memory.getInt(direct + (highs[i] >>> 48) * 4);
      }
      depth = ROOT_BITS;
    }
    boolean done = false;
    for (; depth < Long.SIZE && !done; depth += STRIDE_BITS) {
      done = step(base, depth, highs, lows, results, count);
    }
    for (int i = 0; i < count; i++) {
      int entry = results[i];
      results[i] =
          TrieLayout.isLeaf(entry) ? TrieLayout.value(entry) : Trie.walk6(base, entry, lows[i], 0);
    }
  }

  /** Returns whether all addresses have come to a leaf. */
  private static boolean step(
      long base, int depth, long[] highs, long[] lows, int[] results, int count) {
    int all = TrieLayout.LEAF;
    for (int i = 0; i < count; i++) {
      int entry = results[i];
      if (!TrieLayout.isLeaf(entry)) {
        long node = base + (entry & UNIT_MASK) * 8L;
        long key = highs[i] << depth;
        int kind = TrieLayout.kind(entry);
        int next;
        if (kind == WIDE) {
          next = (int) Trie.wideEntry(node, key);
        } else if (kind == NARROW) {
          next = TrieLayout.leaf(Trie.narrowValue(node, key >>> 62, key >>> 56));
        } else {
          long rest = lows[i] >>> 1 >>> Long.SIZE - 1 - depth;
          next = TrieLayout.leaf(Trie.walk6(base, entry, key | rest, lows[i] << depth));
        }
        results[i] = next;
        all &= next;
      }
    }
    return TrieLayout.isLeaf(all);
  }
}
