package dev.heddle.control;

import java.util.function.UnaryOperator;

/**
 * A collection whose present state is shared with other threads at once: what they have is not
 * changed any more, the first change after that goes to a copy.
 */
final class Shared<M> {
  private final UnaryOperator<M> copy;
  private M present;
  private boolean isShared;

  Shared(M present, UnaryOperator<M> copy) {
    this.present = present;
    this.copy = copy;
  }

  /** As it is now, to be read before it is changed. */
  M read() {
    return present;
  }

  /** To be changed. */
  M change() {
    if (isShared) {
      present = copy.apply(present);
      isShared = false;
    }
    return present;
  }

  /** The same for somebody else. */
  Shared<M> share() {
    isShared = true;
    Shared<M> other = new Shared<>(present, copy);
    other.isShared = true;
    return other;
  }
}
