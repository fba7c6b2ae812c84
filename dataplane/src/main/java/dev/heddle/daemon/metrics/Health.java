package dev.heddle.daemon.metrics;

import dev.heddle.control.ControlPlane;
import dev.heddle.worker.StallWatch;
import dev.heddle.worker.WorkerGroup;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether the daemon must be restarted, and whether it may get traffic: what is wrong, in lines for
 * an operator. Waits for nothing.
 */
public record Health(WorkerGroup workers, StallWatch stalls, ControlPlane controlPlane)
    implements WorkerStates {
  /** Workers that wake for a new revision run it after much less. */
  private static final long TAKEN_MS = 1_000;

  /** Why the daemon must be restarted; nothing if it lives. */
  public List<String> reasonsToRestart() {
    List<String> reasons = new ArrayList<>();
    stalls.ended().forEach(worker -> reasons.add(worker + " has ended"));
    controlPlane.stuck().ifPresent(reasons::add);
    return reasons;
  }

  /** Why there should be no traffic; nothing if it is ready. */
  public List<String> missing() {
    List<String> missing = new ArrayList<>();
    if (!controlPlane.isRestored()) {
      missing.add("the last run's state is not made again yet");
    }
    stalls.stalled().forEach(worker -> missing.add(worker + " stands still"));
    missing.addAll(workers.behind(TAKEN_MS));
    return missing;
  }

  @Override
  public boolean isStalled(int worker) {
    return stalls.isStalled(worker);
  }

  @Override
  public long busyNs(int worker) {
    return workers.busyNs(worker);
  }

  @Override
  public long idleNs(int worker) {
    return workers.idleNs(worker);
  }
}
