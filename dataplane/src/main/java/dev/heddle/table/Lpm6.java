package dev.heddle.table;

import static dev.heddle.table.TrieLayout.HANDLE_BASE_MASK;
import static dev.heddle.table.TrieLayout.HANDLE_ENTRY_MASK;

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
    for (int i = 0; i < count; i++) {
      results[i] = lookup(root, highs[i], lows[i]);
    }
  }
}
