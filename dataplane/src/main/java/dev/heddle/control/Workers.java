package dev.heddle.control;

import dev.heddle.api.v1.WorkerStatus;

/** What clients are told of the workers. Any thread may ask. */
public interface Workers {
  /** How many there are. */
  int count();

  /** Whether a worker does not take turns although it should. */
  boolean isStalled(int worker);

  /** A worker as it is now. */
  WorkerStatus status(int worker);
}
