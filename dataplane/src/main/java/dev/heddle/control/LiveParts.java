package dev.heddle.control;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;

/** A listing of things of one revision and of what is so of each when it is told. */
final class LiveParts<S, T> implements Iterator<T> {
  private static final int PART = 64;

  private final Iterator<S> things;
  private final LiveView view;
  private final Function<S, T> at;
  private Iterator<T> part = List.<T>of().iterator();

  LiveParts(Iterator<S> things, LiveView view, Function<S, T> at) {
    this.things = things;
    this.view = view;
    this.at = at;
  }

  @Override
  public boolean hasNext() {
    return part.hasNext() || things.hasNext();
  }

  @Override
  public T next() {
    if (!part.hasNext()) {
      List<S> some = new ArrayList<>();
      while (things.hasNext() && some.size() < PART) {
        some.add(things.next());
      }
      part = view.look(some, at).iterator();
    }
    return part.next();
  }
}
