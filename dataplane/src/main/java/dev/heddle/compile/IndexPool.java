package dev.heddle.compile;

import java.util.function.IntConsumer;
import org.agrona.collections.IntArrayList;

/**
 * Gives out small numbers. One that is given back serves again only after {@link #settle}, when no
 * worker can meet it in an older revision any more.
 */
final class IndexPool {
  private final IntArrayList free = new IntArrayList();
  private final IntArrayList resting = new IntArrayList();
  private int next;

  IndexPool(int first) {
    next = first;
  }

  int take() {
    return free.isEmpty() ? next++ : free.popInt();
  }

  /** Gives back a number that workers may still look up. */
  void giveBack(int index) {
    resting.addInt(index);
  }

  /** Gives back a number that was taken but never published. */
  void undoTake(int index) {
    free.addInt(index);
  }

  /** Every worker runs a revision that has none of the numbers given back so far. */
  void settle() {
    settle(index -> {});
  }

  /** The same, and tells each number that is free now. */
  void settle(IntConsumer freed) {
    for (int i = 0; i < resting.size(); i++) {
      int index = resting.getInt(i);
      free.addInt(index);
      freed.accept(index);
    }
    resting.clear();
  }

  /** One more than the highest number ever given out. */
  int end() {
    return next;
  }
}
