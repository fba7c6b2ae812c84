package dev.heddle.compile.policy;

import java.util.List;

/**
 * A choice in one dimension: one of some, unless there are none, and none of others.
 *
 * @param any empty where anything will do
 * @param none what will not do
 */
public record Among<T>(List<T> any, List<T> none) {
  private static final Among<?> ANYTHING = new Among<>(List.of(), List.of());

  public Among {
    any = List.copyOf(any);
    none = List.copyOf(none);
  }

  /** Anything will do. */
  @SuppressWarnings("unchecked") // it has no elements
  public static <T> Among<T> anything() {
    return (Among<T>) ANYTHING;
  }

  /** This alone will do. */
  public static <T> Among<T> one(T element) {
    return new Among<>(List.of(element), List.of());
  }

  boolean isAnything() {
    return any.isEmpty() && none.isEmpty();
  }
}
