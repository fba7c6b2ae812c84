package dev.heddle.compile.policy;

import java.util.BitSet;
import java.util.function.Function;

/**
 * The classes of one dimension of a program, and which of them a condition takes.
 *
 * @param number as {@link dev.heddle.table.policy.ProgramLayout} has it
 * @param classes how many there are
 * @param choice what a condition chooses in this dimension
 * @param covered the classes that an element of such a choice covers
 */
record Dimension<T>(
    int number, int classes, Function<Condition, Among<T>> choice, Function<T, BitSet> covered) {
  boolean usedBy(Condition condition) {
    return !choice.apply(condition).isAnything();
  }

  /** Whether it excludes only: almost every class satisfies it then. */
  boolean excludesOnly(Condition condition) {
    return usedBy(condition) && choice.apply(condition).any().isEmpty();
  }

  /** The classes that a condition names: those that satisfy it or, if it excludes only, do not. */
  BitSet namedBy(Condition condition) {
    Among<T> among = choice.apply(condition);
    BitSet none = new BitSet();
    among.none().forEach(element -> none.or(covered.apply(element)));
    if (among.any().isEmpty()) {
      return none;
    }
    BitSet any = new BitSet();
    among.any().forEach(element -> any.or(covered.apply(element)));
    any.andNot(none);
    return any;
  }
}
