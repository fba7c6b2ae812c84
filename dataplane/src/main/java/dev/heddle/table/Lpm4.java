package dev.heddle.table;

import static dev.heddle.table.TrieLayout.HANDLE_BASE_MASK;
import static dev.heddle.table.TrieLayout.HANDLE_ENTRY_MASK;
import static dev.heddle.table.TrieLayout.HANDLE_PAGED;
import static dev.heddle.table.TrieLayout.KIND_SHIFT;
import static dev.heddle.table.TrieLayout.NARROW;
import static dev.heddle.table.TrieLayout.NO_VALUE_BIT;
import static dev.heddle.table.TrieLayout.PAGE;
import static dev.heddle.table.TrieLayout.UNIT_MASK;

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
  public static final long EMPTY_ROOT = TrieLayout.LEAF & HANDLE_ENTRY_MASK;

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
    long base = root & HANDLE_BASE_MASK;
    long entry = root & HANDLE_ENTRY_MASK;
    long bits = address & 0xffff_ffffL;
    if (root >= 0) {
      return Trie.walk4(base, entry, bits << 32);
    }
    return Trie.walk4(base, Trie.entryAt(base + entry * 8 + (bits >>> 16) * 4), bits << 48);
  }

  /**
   * Looks up many addresses, which overlaps their cache misses: for tables larger than the cache.
   *
   * @param root root handle
   * @param addresses IPv4 addresses, host byte order
   * @param results what {@link #lookup} answers for each
   * @param count how many, from index 0 on
   */
  public static void lookupAll(long root, int[] addresses, int[] results, int count) {
    if (root >= 0) {
      lookupEach(root, addresses, results, count);
      return;
    }
    int all =
        (root & HANDLE_PAGED) != 0
            ? lookupInPages(root, addresses, results, count)
            : lookupInNodes(root, addresses, results, count);
    if ((all & NO_VALUE_BIT) != 0) {
      lookupRest(root, addresses, results, count);
    }
  }

  private static void lookupEach(long root, int[] addresses, int[] results, int count) {
    long base = root & HANDLE_BASE_MASK;
    long entry = root & HANDLE_ENTRY_MASK;
    for (int i = 0; i < count; i++) {
      results[i] = Trie.walk4(base, entry, (long) addresses[i] << 32);
    }
  }

  /** Answers what two steps answer, marks the others; returns the union of all results. */
  private static int lookupInNodes(long root, int[] addresses, int[] results, int count) {
    long base = root & HANDLE_BASE_MASK;
    long direct = base + (root & UNIT_MASK) * 8;
    int all = 0;
    for (int i = 0; i < count; i++) {
      long bits = addresses[i] & 0xffff_ffffL;
      long entry = Trie.entryAt(direct + (bits >>> 16) * 4);
      int result =
          entry >>> KIND_SHIFT == NARROW
              ? Trie.narrowValue(base + entry * 8, bits >>> 14 & 3, bits >>> 8)
              : leafValueOrMark((int) entry);
      results[i] = result;
      all |= result;
    }
    return all;
  }

  private static int lookupInPages(long root, int[] addresses, int[] results, int count) {
    long base = root & HANDLE_BASE_MASK;
    long direct = base + (root & UNIT_MASK) * 8;
    int all = 0;
    for (int i = 0; i < count; i++) {
      long bits = addresses[i] & 0xffff_ffffL;
      long entry = Trie.entryAt(direct + (bits >>> 16) * 4);
      int result =
          entry >>> KIND_SHIFT == PAGE
              ? Memory.getShort(base + (entry & UNIT_MASK) * 8 + (bits >>> 8 & 0xff) * 2) & 0xffff
              : leafValueOrMark((int) entry);
      results[i] = result;
      all |= result;
    }
    return all;
  }

  private static int leafValueOrMark(int entry) {
    return TrieLayout.isLeaf(entry) ? TrieLayout.value(entry) : NO_VALUE_BIT;
  }

  private static void lookupRest(long root, int[] addresses, int[] results, int count) {
    long base = root & HANDLE_BASE_MASK;
    long direct = base + (root & UNIT_MASK) * 8;
    for (int i = 0; i < count; i++) {
      if ((results[i] & NO_VALUE_BIT) != 0) {
        long bits = addresses[i] & 0xffff_ffffL;
        results[i] = Trie.walk4(base, Trie.entryAt(direct + (bits >>> 16) * 4), bits << 48);
      }
    }
  }
}
