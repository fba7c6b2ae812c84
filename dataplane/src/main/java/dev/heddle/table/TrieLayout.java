package dev.heddle.table;

/**
 * The memory layout that {@link Lpm4} and {@link Lpm6} walk and {@link TrieWriter} writes.
 *
 * <p>Eight bits of the address are consumed a step. An <b>entry</b> is an int that says what a slot
 * leads to:
 *
 * <pre>
 *   1 c vvvv...                 leaf: the value's low 30 bits, c = counted (bit 31 of the value)
 *   0 00 uuuu...                narrow node at unit u: all its slots are values below 65536
 *   0 01 uuuu...                skip at unit u
 *   0 10 uuuu...                wide node at unit u: its slots are entries
 *   0 11 uuuu...                direct root at unit u: 65536 entries, one for each first 16 bits
 * </pre>
 *
 * A <b>root handle</b> is the entry for the whole address space in the low 32 bits, and the base
 * address of the table memory in the upper ones.
 *
 * <p>A <b>node</b> covers 256 slots and stores each run of equal neighbours once:
 *
 * <pre>
 *   byte 0    4 longs: bit i of word w is set where slot 64 w + i starts a run
 *   byte 32   4 bytes: number of runs that start in the words before word w
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

  static final int UNIT_MASK = 0x1fff_ffff;
  static final int KIND_SHIFT = 29;
  static final int NARROW = 0;
  static final int SKIP = 1;
  static final int WIDE = 2;
  static final int DIRECT = 3;

  /** Base address of the table memory within a root handle, see {@code ReservedMemory}. */
  static final long BASE_MASK = 0x3fff_0000_0000L;

  static final int STRIDE_BITS = 8;
  static final int SLOTS = 1 << STRIDE_BITS;
  static final int NODE_WORDS = SLOTS / Long.SIZE;
  static final int RANKS_OFFSET = NODE_WORDS * Long.BYTES;
  static final int RUNS_OFFSET = RANKS_OFFSET + NODE_WORDS;

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
