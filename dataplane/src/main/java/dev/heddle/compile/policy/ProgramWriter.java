package dev.heddle.compile.policy;

import dev.heddle.table.policy.ProgramLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.agrona.collections.IntArrayList;

/** Lays a program out as {@link ProgramLayout} has it. */
final class ProgramWriter {
  /** Most memory of one program's array. */
  static final int MAX_PROGRAM_BYTES = 64 << 20;

  /** Up to so many classes, a list takes less than a twentieth of a page and its index. */
  private static final int LONGEST_LIST = 16;

  private static final int WORD_BITS = 32;

  private final IntArrayList code = new IntArrayList();

  ProgramWriter() {
    reserve(ProgramLayout.HEADER_INTS);
  }

  int[] toArray() {
    return code.toIntArray();
  }

  int end() {
    return code.size();
  }

  void set(int at, int value) {
    code.setInt(at, value);
  }

  /** Room for so many ints, all 0, and where it begins. */
  int reserve(int ints) {
    int at = code.size();
    if (ints > MAX_PROGRAM_BYTES / Integer.BYTES - at) {
      throw new PolicyTooLargeException(
          "policy: compiled it takes more than "
              + (MAX_PROGRAM_BYTES >> 20)
              + " MiB; use fewer rules, nets or ports, above all fewer that only exclude");
    }
    for (int i = 0; i < ints; i++) {
      code.addInt(0);
    }
    return at;
  }

  /** Writes a dimension's table of stretches of numbers. */
  void ranges(int dimension, RangeClasses classes) {
    if (classes.count() > LONGEST_LIST) {
      table(dimension, classes.byKey());
      return;
    }
    int[] starts = classes.startsAboveLowest();
    int list = reserve(1);
    set(list, starts.length);
    add(starts);
    set(ProgramLayout.TABLES + dimension, ~list);
  }

  /**
   * Writes a dimension's table from keys to classes.
   *
   * @param classes by key, at most 65,536; further keys are of class 0
   */
  void table(int dimension, int[] classes) {
    int table = reserve(ProgramLayout.PAGE);
    set(ProgramLayout.TABLES + dimension, table);
    Map<List<Integer>, Integer> pages = new HashMap<>();
    for (int upper = 0; upper < ProgramLayout.PAGE; upper++) {
      int first = Math.min(upper * ProgramLayout.PAGE, classes.length);
      int[] page = Arrays.copyOfRange(classes, first, first + ProgramLayout.PAGE);
      int entry =
          isUniform(page)
              ? ~page[0]
              : pages.computeIfAbsent(Arrays.stream(page).boxed().toList(), p -> add(page));
      set(table + upper, entry);
    }
  }

  private static boolean isUniform(int[] page) {
    for (int value : page) {
      if (value != page[0]) {
        return false;
      }
    }
    return true;
  }

  private int add(int[] ints) {
    int at = reserve(ints.length);
    for (int i = 0; i < ints.length; i++) {
      set(at + i, ints[i]);
    }
    return at;
  }

  /**
   * Writes a group.
   *
   * @param conditions in the order of their rules
   * @param rules of each condition
   */
  void group(List<Dimension<?>> dimensions, List<Condition> conditions, int[] rules) {
    int summaryWords = (conditions.size() + WORD_BITS * WORD_BITS - 1) / (WORD_BITS * WORD_BITS);
    int group = reserve(ProgramLayout.GROUP_HEADER_INTS + 2 * dimensions.size());
    set(group + ProgramLayout.GROUP_DIMENSIONS, dimensions.size());
    set(group + ProgramLayout.GROUP_SUMMARY_WORDS, summaryWords);
    set(group + ProgramLayout.GROUP_RULES, add(rules));
    int at = group + ProgramLayout.GROUP_HEADER_INTS;
    for (Dimension<?> dimension : dimensions) {
      set(at, dimension.number());
      set(at + 1, rows(dimension, conditions, summaryWords));
      at += 2;
    }
    set(group + ProgramLayout.GROUP_NEXT, end());
  }

  /**
   * Writes the rows of a dimension. In a group, either all conditions only exclude classes, or none
   * does: what is collected first is few bits in both cases.
   */
  private int rows(Dimension<?> dimension, List<Condition> conditions, int summaryWords) {
    BitSet[] named = new BitSet[dimension.classes()];
    for (int bit = 0; bit < conditions.size(); bit++) {
      BitSet classes = dimension.namedBy(conditions.get(bit));
      for (int c = classes.nextSetBit(0); c >= 0; c = classes.nextSetBit(c + 1)) {
        if (named[c] == null) {
          named[c] = new BitSet();
        }
        named[c].set(bit);
      }
    }
    boolean excludes = dimension.excludesOnly(conditions.getFirst());
    BitSet nobody = new BitSet();
    int index = reserve(named.length);
    Map<Bits, Integer> written = new HashMap<>();
    for (int c = 0; c < named.length; c++) {
      BitSet bits = named[c] == null ? nobody : named[c];
      if (excludes || named[c] != null) {
        int at =
            written.computeIfAbsent(
                Bits.of(bits),
                key -> row(excludes ? others(bits, conditions.size()) : bits, summaryWords));
        set(index + c, at);
      }
    }
    return index;
  }

  /**
   * A row's bits as a key. {@link BitSet} hashes a bit of one word like the next bit of a word of
   * half its number, so that rows of single bits, which most are, would share few hash codes.
   */
  private record Bits(int hash, BitSet bits) {
    static Bits of(BitSet bits) {
      return new Bits(
          bits.stream().reduce(bits.cardinality(), (hash, bit) -> 31 * hash + bit), bits);
    }

    @Override
    public int hashCode() {
      return hash;
    }
  }

  private static BitSet others(BitSet bits, int size) {
    BitSet others = new BitSet(size);
    others.set(0, size);
    others.andNot(bits);
    return others;
  }

  private int row(BitSet bits, int summaryWords) {
    int row = reserve(2 * summaryWords);
    long[] longs = bits.toLongArray();
    int bit = bits.nextSetBit(0);
    for (int s = 0; s < summaryWords; s++) {
      int summary = 0;
      set(row + 2 * s + 1, end());
      while (bit >= 0 && bit / (WORD_BITS * WORD_BITS) == s) {
        int word = bit / WORD_BITS;
        summary |= 1 << word;
        set(reserve(1), (int) (longs[word / 2] >>> WORD_BITS * (word & 1)));
        bit = bits.nextSetBit((word + 1) * WORD_BITS);
      }
      set(row + 2 * s, summary);
    }
    return row;
  }

  /** The tiers' descriptions, which stand behind each other. */
  List<Integer> tiers(int count) {
    int first = reserve(count * ProgramLayout.TIER_INTS);
    set(ProgramLayout.FIRST_TIER, first);
    List<Integer> tiers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      tiers.add(first + i * ProgramLayout.TIER_INTS);
    }
    return tiers;
  }

  void actions(int[] actions) {
    set(ProgramLayout.ACTIONS, add(actions));
  }
}
