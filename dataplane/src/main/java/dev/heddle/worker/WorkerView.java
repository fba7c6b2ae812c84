package dev.heddle.worker;

import java.util.List;

/**
 * A worker at one moment.
 *
 * @param processor that it is pinned to; -1 if it is not
 * @param asleep whether it sleeps until something comes
 * @param queues that it polls, by interface and queue
 */
public record WorkerView(int processor, boolean asleep, List<Queue> queues) {
  /** A receive queue of an interface. */
  public record Queue(int interfaceIndex, int queue) {}
}
