package dev.heddle.compile;

import dev.heddle.table.NextHops;
import java.util.Arrays;
import java.util.function.IntConsumer;
import org.agrona.collections.IntArrayList;

/**
 * The routes that count their packets: an id for each, and its next hop.
 *
 * <p>A route whose next hop changes gets a new id, so that nothing that workers look up now is
 * written; its counters begin at zero.
 */
final class CountedRoutes {
  private final IndexPool ids = new IndexPool(0);
  private final IntArrayList taken = new IntArrayList();
  private final IntArrayList left = new IntArrayList();
  private int[] hops = new int[0];

  /**
   * By id, the next hop in the low half and in the high one a number that no route had before: it
   * tells whether an id is still the same route's.
   */
  private final Pages<long[]> words = new Pages<>(() -> new long[Pages.SIZE], long[]::clone);

  private int serial;

  /** A new id's value for the route tables. */
  int take(int hop) {
    int id = ids.take();
    if (id >= NextHops.MAX_COUNTED_ROUTES) {
      ids.undoTake(id);
      throw new RoutesExhaustedException(
          "counted routes: there are counters for "
              + NextHops.MAX_COUNTED_ROUTES
              + "; create networks of many routes without count_routes");
    }
    if (id >= hops.length) {
      hops = Arrays.copyOf(hops, Math.max(1024, 2 * id));
    }
    hops[id] = hop;
    words.change(id)[id % Pages.SIZE] = (long) ++serial << Integer.SIZE | hop;
    taken.addInt(id);
    return NextHops.COUNTED_ROUTE | id;
  }

  /** Notes that a route with this value is gone at the update's end. */
  void leave(int value) {
    left.addInt(id(value));
  }

  int hopOf(int value) {
    return hops[id(value)];
  }

  /** All ids' words as they are now. */
  Pages.Version<long[]> share() {
    return words.share();
  }

  /** Whether an id is still that of the route that had this word. */
  boolean isStill(int id, long word) {
    return words.page(id)[id % Pages.SIZE] == word;
  }

  /** The next hop that a word tells. */
  static int hop(long word) {
    return (int) word;
  }

  /** Next hop by id, for the next revision. */
  int[] hops() {
    return hops;
  }

  void undo() {
    taken.forEachInt(ids::undoTake);
    forgetUpdate();
  }

  void finish() {
    left.forEachInt(id -> {
      ids.giveBack(id);
      words.change(id)[id % Pages.SIZE] = 0;
    });
    forgetUpdate();
  }

  private void forgetUpdate() {
    taken.clear();
    taken.trimToSize();
    left.clear();
    left.trimToSize();
  }

  /** Every worker runs what was finished last; tells the ids that are free now. */
  void settle(IntConsumer freed) {
    ids.settle(freed);
  }

  static int id(int value) {
    return value & ~NextHops.COUNTED_ROUTE;
  }
}
