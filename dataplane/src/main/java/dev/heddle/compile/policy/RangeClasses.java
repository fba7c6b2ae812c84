package dev.heddle.compile.policy;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/** The classes of numbers of 16 bits that a program's ranges make: the stretches between bounds. */
final class RangeClasses {
  /** First number of each class, ascending. */
  private final int[] starts;

  RangeClasses(List<PortRange> used) {
    int[] bounds = new int[2 * used.size() + 1];
    int count = 1;
    for (PortRange range : used) {
      bounds[count++] = range.first();
      bounds[count++] = range.last() + 1;
    }
    starts = Arrays.stream(bounds).filter(start -> start <= 65_535).sorted().distinct().toArray();
  }

  int count() {
    return starts.length;
  }

  int[] startsAboveLowest() {
    return Arrays.copyOfRange(starts, 1, starts.length);
  }

  /** The class of each number. */
  int[] byKey() {
    int[] classes = new int[1 << 16];
    for (int i = 0; i < starts.length; i++) {
      int end = i + 1 < starts.length ? starts[i + 1] : classes.length;
      Arrays.fill(classes, starts[i], end, i);
    }
    return classes;
  }

  private int classOf(int number) {
    int at = Arrays.binarySearch(starts, number);
    return at >= 0 ? at : -at - 2;
  }

  BitSet covered(PortRange range) {
    BitSet classes = new BitSet();
    classes.set(classOf(range.first()), classOf(range.last()) + 1);
    return classes;
  }
}
