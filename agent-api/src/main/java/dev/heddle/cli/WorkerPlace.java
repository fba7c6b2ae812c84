package dev.heddle.cli;

import java.util.List;

/**
 * What a daemon says of a worker.
 *
 * @param processor that it is pinned to; null if it is not
 * @param state running, asleep or stalled
 * @param queues that it polls
 */
record WorkerPlace(Integer processor, String state, List<Queue> queues) {
  /** The daemon could not be asked. */
  static final WorkerPlace UNKNOWN = new WorkerPlace(null, "", List.of());

  /** A receive queue of an interface. */
  record Queue(int interfaceIndex, int queue) {}
}
