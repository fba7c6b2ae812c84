package dev.heddle.compile;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.agrona.collections.IntArrayList;

/**
 * A long array in pages. A version of it is {@link #share shared} with other threads at once: pages
 * that they read are not written any more, the first change of one goes to a copy.
 *
 * @param <A> an array of {@link #SIZE} elements
 */
final class Pages<A> {
  static final int SIZE = 256;

  /** One version, which never changes. */
  record Version<A>(List<A> pages) {
    A page(int index) {
      return pages.get(index / SIZE);
    }
  }

  private final Supplier<A> fresh;
  private final UnaryOperator<A> copy;
  private List<A> pages = new ArrayList<>();

  /** By page, how many versions had been shared when it came to be. */
  private final IntArrayList generations = new IntArrayList();

  private int generation;
  private boolean listShared;

  Pages(Supplier<A> fresh, UnaryOperator<A> copy) {
    this.fresh = fresh;
    this.copy = copy;
  }

  /** The page of an element that is there, to be read. */
  A page(int index) {
    return pages.get(index / SIZE);
  }

  /** The page of an element, to be written. */
  A change(int index) {
    int page = index / SIZE;
    if (page < pages.size() && generations.getInt(page) == generation) {
      return pages.get(page);
    }
    if (listShared) {
      pages = new ArrayList<>(pages);
      listShared = false;
    }
    while (page >= pages.size()) {
      pages.add(fresh.get());
      generations.addInt(generation);
    }
    if (generations.getInt(page) != generation) {
      pages.set(page, copy.apply(pages.get(page)));
      generations.setInt(page, generation);
    }
    return pages.get(page);
  }

  /** All elements as they are now. */
  Version<A> share() {
    generation++;
    listShared = true;
    return new Version<>(pages);
  }
}
