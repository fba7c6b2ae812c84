package dev.heddle.daemon;

import dev.heddle.control.RouteMeter;
import dev.heddle.worker.WorkerGroup;

/** Routes' counters, summed over all workers. */
public final class WorkerRouteMeter implements RouteMeter {
  private final WorkerGroup workers;

  public WorkerRouteMeter(WorkerGroup workers) {
    this.workers = workers;
  }

  @Override
  public long packets(int routeId) {
    return workers.routePackets(routeId);
  }

  @Override
  public long bytes(int routeId) {
    return workers.routeBytes(routeId);
  }

  @Override
  public void clear(int routeId) {
    workers.clearRoute(routeId);
  }
}
