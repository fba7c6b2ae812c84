package dev.heddle.table;

/**
 * The memory layout that {@link Lpm4} and {@link Lpm6} walk and {@link NodeCodec} writes.
 *
 * <p>Eight bits of the address are consumed a step. An <b>entry</b> is an int that says what a slot
 * leads to:
 *
 * <pre>
 *   1 c vvvv...                 leaf: the value's low 30 bits, c = counted (bit 31 of the value)
 *   0 00 uuuu...                narrow node at unit u: runs of values below 65536
 *   0 01 uuuu...                page at unit u: 256 values below 65536
 *   0 10 uuuu...                wide node at unit u: runs of entries
 *   0 11 uuuu...                skip at unit u
 * </pre>
 *
 * A <b>root handle</b> is the entry for the whole address space in the low 32 bits and the base
 * address of the table memory in bits 32 to 45. With bit 63 set, the low 32 bits are instead the
 * unit of a <b>direct root</b>: 65536 entries, one for each first 16 bits. Bit 62 tells that what
 * could be a narrow node is a page, so that a bulk lookup can choose its loop.
 *
 * <p>A <b>node</b> covers 256 slots and stores each run of equal neighbours once, the last run
 * first. Then the runs up to a slot's own need no negation to count: they are the ends of runs at
 * this slot and after it.
 *
 * <pre>
 *   byte 0    4 longs: bit i of word w is set where slot 64 w + i ends a run
 *   byte 32   4 bytes: number of runs that end in the words after word w
 *   byte 36   the runs: unsigned 16-bit values (narrow) or 32-bit entries (wide)
 * </pre>
 *
 * A <b>skip</b> stands for a path without branches, 8 to 56 bits long:
 *
 * <pre>
 *   byte 0    long: the path's bits, left-aligned; 64 - their number in the low 6 bits
 *   byte 8    entry where the address follows the path
 *   byte 12   entry where it does not: a leaf
 * </pre>
 */
final class TrieLayout {
  static final int LEAF = 0x8000_0000;
  static final int LEAF_COUNTED = 0x4000_0000;
  static final int LEAF_VALUE_MASK = 0x3fff_ffff;

  /** Set in no value. */
  static final int NO_VALUE_BIT = 0x4000_0000;

  static final int UNIT_MASK = 0x1fff_ffff;
  static final int KIND_SHIFT = 29;
  static final int NARROW = 0;
  static final int PAGE = 1;
  static final int WIDE = 2;
  static final int SKIP = 3;

  static final long HANDLE_DIRECT = 1L << 63;
  static final long HANDLE_PAGED = 1L << 62;
  static final long HANDLE_BASE_MASK = 0x3fff_0000_0000L;
  static final long HANDLE_ENTRY_MASK = 0xffff_ffffL;

  static final int STRIDE_BITS = 8;
  static final int SLOTS = 1 << STRIDE_BITS;
  static final int NODE_WORDS = SLOTS / Long.SIZE;
  static final int RANKS_OFFSET = NODE_WORDS * Long.BYTES;
  static final int RUNS_OFFSET = RANKS_OFFSET + NODE_WORDS;
  static final int PAGE_BYTES = SLOTS * Short.BYTES;

  static final int SKIP_BYTES = 16;
  static final int SKIP_MATCH_OFFSET = 8;
  static final int SKIP_MISS_OFFSET = 12;
  static final int MAX_SKIP_BITS = 56;

  static final int ROOT_BITS = 16;
  static final int ROOT_SLOTS = 1 << ROOT_BITS;
  static final int ROOT_BYTES = ROOT_SLOTS * Integer.BYTES;

  private TrieLayout() {}

  static int leaf(int value) {
    return LEAF | (value >>> 31) << 30 | value & LEAF_VALUE_MASK;
  }

  /** The value of a leaf: moves the counted bit from bit 30 back to bit 31. */
  static int value(int leaf) {
    return (leaf & LEAF_COUNTED) << 1 | leaf & LEAF_VALUE_MASK;
  }

  static boolean isLeaf(int entry) {
    return entry < 0;
  }

  static int kind(int entry) {
    return entry >>> KIND_SHIFT;
  }

  static int unit(int entry) {
    return entry & UNIT_MASK;
  }

  static int reference(int kind, int unit) {
    return kind << KIND_SHIFT | unit;
  }

  static int narrowBytes(int runs) {
    return RUNS_OFFSET + runs * Short.BYTES;
  }

  static int wideBytes(int runs) {
    return RUNS_OFFSET + runs * Integer.BYTES;
  }
}
