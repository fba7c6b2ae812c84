package dev.heddle.control;

import java.util.Iterator;

/**
 * What a listing shows.
 *
 * @param revision that all of it is of
 */
record Listed<T>(long revision, Iterable<T> items) {
  /** The only one of them, or null. */
  T first() {
    Iterator<T> iterator = items.iterator();
    return iterator.hasNext() ? iterator.next() : null;
  }
}
