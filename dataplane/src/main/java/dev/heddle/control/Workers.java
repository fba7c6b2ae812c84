package dev.heddle.control;

/** What those who watch are told of the workers. Any thread may ask. */
public interface Workers {
  /** How many there are. */
  int count();

  /** Whether a worker does not take turns although it should. */
  boolean isStalled(int worker);
}
