package dev.heddle.table;

import java.util.Arrays;

/** Some hundred neighbouring routes of a {@link Rib}, in order, in parallel arrays. */
final class RibChunk {
  static final int MAX_ROUTES = 256;
  private static final int FIRST_CAPACITY = 4;

  long[] highs;

  /** Null for IPv4, where it would be zero throughout. */
  long[] lows;

  byte[] lengths;
  int[] values;
  int size;

  /** Of the {@link Rib} when it came to be: whoever reads an earlier one does not see it. */
  final int generation;

  RibChunk(boolean wide, int generation) {
    this(wide, FIRST_CAPACITY, generation);
  }

  private RibChunk(boolean wide, int capacity, int generation) {
    this.generation = generation;
    highs = new long[capacity];
    lows = wide ? new long[capacity] : null;
    lengths = new byte[capacity];
    values = new int[capacity];
  }

  /** The same routes, to be changed while others read these. */
  RibChunk copy(int itsGeneration) {
    RibChunk copy = new RibChunk(lows != null, highs.length, itsGeneration);
    copy.append(this, 0, size);
    return copy;
  }

  long low(int index) {
    return lows == null ? 0 : lows[index];
  }

  int length(int index) {
    return lengths[index] & 0xff;
  }

  /** Index of the first route not before the given one. */
  int lowerBound(long high, long low, int length) {
    int from = 0;
    int to = size;
    while (from < to) {
      int middle = from + to >>> 1;
      if (compare(middle, high, low, length) < 0) {
        from = middle + 1;
      } else {
        to = middle;
      }
    }
    return from;
  }

  int compare(int index, long high, long low, int length) {
    return Prefixes.compare(highs[index], low(index), length(index), high, low, length);
  }

  void insert(int index, long high, long low, int length, int value) {
    if (size == highs.length) {
      // An eighth of slack keeps the table compact and copies each route a few times only.
      resize(Math.min(MAX_ROUTES, size + Math.max(FIRST_CAPACITY, size >> 3)));
    }
    int moved = size - index;
    System.arraycopy(highs, index, highs, index + 1, moved);
    System.arraycopy(lengths, index, lengths, index + 1, moved);
    System.arraycopy(values, index, values, index + 1, moved);
    if (lows != null) {
      System.arraycopy(lows, index, lows, index + 1, moved);
      lows[index] = low;
    }
    highs[index] = high;
    lengths[index] = (byte) length;
    values[index] = value;
    size++;
  }

  void remove(int index) {
    int moved = --size - index;
    System.arraycopy(highs, index + 1, highs, index, moved);
    System.arraycopy(lengths, index + 1, lengths, index, moved);
    System.arraycopy(values, index + 1, values, index, moved);
    if (lows != null) {
      System.arraycopy(lows, index + 1, lows, index, moved);
    }
    if (size < highs.length / 2 && highs.length > FIRST_CAPACITY) {
      resize(Math.max(FIRST_CAPACITY, size + (size >> 3)));
    }
  }

  /** Moves the routes from an index on to a new chunk, which comes after this one. */
  RibChunk split(int index) {
    int moved = size - index;
    RibChunk upper =
        new RibChunk(
            lows != null, Math.max(FIRST_CAPACITY, Math.min(MAX_ROUTES, moved + 16)), generation);
    upper.append(this, index, moved);
    size = index;
    if (index < MAX_ROUTES / 2 + 1) {
      resize(index + (index >> 3));
    }
    return upper;
  }

  /** Takes over routes of the chunk that comes after this one; there must be room. */
  void append(RibChunk next, int index, int count) {
    if (size + count > highs.length) {
      resize(size + count);
    }
    System.arraycopy(next.highs, index, highs, size, count);
    System.arraycopy(next.lengths, index, lengths, size, count);
    System.arraycopy(next.values, index, values, size, count);
    if (lows != null) {
      System.arraycopy(next.lows, index, lows, size, count);
    }
    size += count;
  }

  private void resize(int capacity) {
    highs = Arrays.copyOf(highs, capacity);
    lengths = Arrays.copyOf(lengths, capacity);
    values = Arrays.copyOf(values, capacity);
    if (lows != null) {
      lows = Arrays.copyOf(lows, capacity);
    }
  }
}
