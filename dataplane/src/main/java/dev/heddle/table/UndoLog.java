package dev.heddle.table;

import java.util.Arrays;

/** The changes of one table in a transaction: which route, and what value it had before. */
final class UndoLog {
  private static final int FIRST_CAPACITY = 8;
  private static final int LARGEST_KEPT = 1024;
  private static final long[] NO_LONGS = {};
  private static final int[] NO_INTS = {};

  private long[] highs = NO_LONGS;
  private long[] lows = NO_LONGS;
  private int[] lengths = NO_INTS;
  private int[] olds = NO_INTS;
  private int size;

  int size() {
    return size;
  }

  long high(int index) {
    return highs[index];
  }

  long low(int index) {
    return lows[index];
  }

  int length(int index) {
    return lengths[index];
  }

  int old(int index) {
    return olds[index];
  }

  void add(long high, long low, int length, int old) {
    if (size == highs.length) {
      int capacity = Math.max(FIRST_CAPACITY, size * 2);
      highs = Arrays.copyOf(highs, capacity);
      lows = Arrays.copyOf(lows, capacity);
      lengths = Arrays.copyOf(lengths, capacity);
      olds = Arrays.copyOf(olds, capacity);
    }
    highs[size] = high;
    lows[size] = low;
    lengths[size] = length;
    olds[size++] = old;
  }

  void clear() {
    size = 0;
    if (highs.length > LARGEST_KEPT) {
      highs = NO_LONGS;
      lows = NO_LONGS;
      lengths = NO_INTS;
      olds = NO_INTS;
    }
  }
}
