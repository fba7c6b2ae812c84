package dev.heddle.daemon;

import dev.heddle.control.Workers;
import dev.heddle.worker.StallWatch;

/** Tells those who watch which workers stand still. */
public record WatchedWorkers(StallWatch stalls) implements Workers {
  @Override
  public int count() {
    return stalls.workers();
  }

  @Override
  public boolean isStalled(int worker) {
    return stalls.isStalled(worker);
  }
}
