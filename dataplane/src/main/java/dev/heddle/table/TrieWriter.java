package dev.heddle.table;

import dev.heddle.memory.Memory;
import java.util.Arrays;

/**
 * Derives tries from ordered routes: a whole one, or the next version of one in which a prefix has
 * changed. Blocks that readers may see are never written; a new version shares those that stay.
 *
 * <p>Threading: one thread; one writer serves all tables of a {@link TableMemory}.
 */
final class TrieWriter {
  private static final int MAX_LEVELS = 128 / TrieLayout.STRIDE_BITS;

  private final TableMemory memory;
  private final NodeCodec codec;
  private final int[][] slotsOfLevel = new int[MAX_LEVELS][TrieLayout.SLOTS];
  private final int[] rootSlots = new int[TrieLayout.ROOT_SLOTS];
  private final RibCursor cursor = new RibCursor();

  TrieWriter(TableMemory memory) {
    this.memory = memory;
    this.codec = new NodeCodec(memory);
  }

  /**
   * Builds a trie of all routes.
   *
   * @param flags kind of root: {@link TrieLayout#HANDLE_DIRECT}, {@link TrieLayout#HANDLE_PAGED}
   * @return its root handle
   */
  long build(Rib rib, long flags) {
    codec.usePages((flags & TrieLayout.HANDLE_PAGED) != 0);
    rib.seek(cursor, 0, 0, 0);
    int inherited = TrieLayout.leaf(NextHops.NO_ROUTE);
    if (!cursor.atEnd() && cursor.length() == 0) {
      inherited = TrieLayout.leaf(cursor.value());
      cursor.advance();
    }
    if ((flags & TrieLayout.HANDLE_DIRECT) == 0) {
      return handle(flags, buildRange(0, 0, 0, inherited));
    }
    Arrays.fill(rootSlots, inherited);
    paint(rootSlots, TrieLayout.ROOT_BITS, 0, 0, 0, 0);
    int unit = memory.allocate(TrieLayout.ROOT_BYTES);
    writeRoot(unit, 0, TrieLayout.ROOT_SLOTS);
    return handle(flags, unit);
  }

  /**
   * The next version of a trie after the route of one prefix was added, changed or removed.
   *
   * @param ownRoot whether a direct root's block is this transaction's own and may be written
   */
  long update(long root, Rib rib, long high, long low, int length, boolean ownRoot) {
    codec.usePages((root & TrieLayout.HANDLE_PAGED) != 0);
    if (length == 0) {
      return rebuild(root, rib, flags(root));
    }
    if (root >= 0) {
      return handle(flags(root), updateNode((int) root, rib, 0, high, low, length));
    }
    int unit = ownRoot ? (int) root : copyRoot((int) root);
    long address = memory.address(unit);
    int slot = (int) (high >>> 48);
    if (length > TrieLayout.ROOT_BITS) {
      long at = address + slot * 4L;
      Memory.putInt(
          at, updateNode(Memory.getInt(at), rib, TrieLayout.ROOT_BITS, high, low, length));
    } else {
      int count = 1 << TrieLayout.ROOT_BITS - length;
      for (int i = slot; i < slot + count; i++) {
        codec.retireTree(Memory.getInt(address + i * 4L));
      }
      repaint(rootSlots, TrieLayout.ROOT_BITS, rib, 0, high, low, length);
      writeRoot(unit, slot, count);
    }
    return handle(flags(root), unit);
  }

  /** Builds a trie anew, retiring what there was. */
  long rebuild(long root, Rib rib, long flags) {
    retire(root);
    return build(rib, flags);
  }

  /** Retires a whole trie. */
  void retire(long root) {
    if (root >= 0) {
      codec.retireTree((int) root);
      return;
    }
    long address = memory.address((int) root);
    for (int slot = 0; slot < TrieLayout.ROOT_SLOTS; slot++) {
      codec.retireTree(Memory.getInt(address + slot * 4L));
    }
    memory.retire((int) root, TrieLayout.ROOT_BYTES);
  }

  private long handle(long flags, int entry) {
    return flags | memory.base() | entry & TrieLayout.HANDLE_ENTRY_MASK;
  }

  private static long flags(long root) {
    return root & (TrieLayout.HANDLE_DIRECT | TrieLayout.HANDLE_PAGED);
  }

  private int updateNode(int entry, Rib rib, int depth, long high, long low, int length) {
    int[] slots = slotsOfLevel[depth / TrieLayout.STRIDE_BITS];
    codec.decodeAndRetire(entry, slots);
    int slot = Prefixes.octet(high, low, depth);
    int end = depth + TrieLayout.STRIDE_BITS;
    if (length > end) {
      slots[slot] = updateNode(slots[slot], rib, end, high, low, length);
    } else {
      int count = 1 << end - length;
      for (int i = slot; i < slot + count; i++) {
        codec.retireTree(slots[i]);
      }
      repaint(slots, TrieLayout.STRIDE_BITS, rib, depth, high, low, length);
    }
    return codec.encode(slots);
  }

  /**
   * Fills the slots of one prefix, which ends within the node at {@code depth}, from the routes.
   */
  private void repaint(
      int[] slots, int stride, Rib rib, int depth, long high, long low, int length) {
    int own = rib.get(high, low, length);
    int value = own != Rib.ABSENT ? own : rib.longestMatch(high, low, length - 1);
    int inherited = TrieLayout.leaf(value == Rib.ABSENT ? NextHops.NO_ROUTE : value);
    int slot = slot(high, low, depth, stride);
    Arrays.fill(slots, slot, slot + (1 << depth + stride - length), inherited);
    rib.seek(cursor, high, low, length + 1);
    paint(slots, stride, depth, high, low, length);
  }

  /**
   * Paints the routes from the cursor on that lie within a prefix over the slots of the node at
   * {@code depth}. Each route comes before those inside it, so the later one is right.
   */
  private void paint(int[] slots, int stride, int depth, long high, long low, int length) {
    int end = depth + stride;
    while (cursor.within(high, low, length)) {
      int slot = slot(cursor.high(), cursor.low(), depth, stride);
      int routeLength = cursor.length();
      if (routeLength <= end) {
        int leaf = TrieLayout.leaf(cursor.value());
        Arrays.fill(slots, slot, slot + (1 << end - routeLength), leaf);
        cursor.advance();
      } else {
        slots[slot] =
            buildRange(
                Prefixes.maskHigh(cursor.high(), end),
                Prefixes.maskLow(cursor.low(), end),
                end,
                slots[slot]);
      }
    }
  }

  /** Builds from the routes at the cursor within a prefix, which are all longer than that. */
  private int buildRange(long high, long low, int depth, int inherited) {
    if (!cursor.within(high, low, depth)) {
      return inherited;
    }
    if (!cursor.nextWithin(high, low, depth)) {
      return buildSingle(depth, inherited);
    }
    int[] slots = slotsOfLevel[depth / TrieLayout.STRIDE_BITS];
    Arrays.fill(slots, inherited);
    paint(slots, TrieLayout.STRIDE_BITS, depth, high, low, depth);
    return codec.encode(slots);
  }

  /** Builds from the one route at the cursor: its last octet's node, and skips that lead there. */
  private int buildSingle(int depth, int inherited) {
    long high = cursor.high();
    long low = cursor.low();
    int length = cursor.length();
    int leaf = TrieLayout.leaf(cursor.value());
    cursor.advance();
    if (leaf == inherited) {
      return inherited;
    }
    int last = (length - 1) / TrieLayout.STRIDE_BITS * TrieLayout.STRIDE_BITS;
    int[] slots = slotsOfLevel[last / TrieLayout.STRIDE_BITS];
    Arrays.fill(slots, inherited);
    int slot = Prefixes.octet(high, low, last);
    Arrays.fill(slots, slot, slot + (1 << last + TrieLayout.STRIDE_BITS - length), leaf);
    int entry = codec.encode(slots);
    for (int at = last - TrieLayout.STRIDE_BITS; at >= depth; at -= TrieLayout.STRIDE_BITS) {
      long path = (long) Prefixes.octet(high, low, at) << 56;
      entry = codec.encodeSkip(path, TrieLayout.STRIDE_BITS, entry, inherited);
    }
    return entry;
  }

  private static int slot(long high, long low, int depth, int stride) {
    return stride == TrieLayout.ROOT_BITS ? (int) (high >>> 48) : Prefixes.octet(high, low, depth);
  }

  private int copyRoot(int unit) {
    int copy = memory.allocate(TrieLayout.ROOT_BYTES);
    Memory.copy(memory.address(unit), memory.address(copy), TrieLayout.ROOT_BYTES);
    memory.retire(unit, TrieLayout.ROOT_BYTES);
    return copy;
  }

  private void writeRoot(int unit, int from, int count) {
    long address = memory.address(unit);
    for (int slot = from; slot < from + count; slot++) {
      Memory.putInt(address + slot * 4L, rootSlots[slot]);
    }
  }
}
