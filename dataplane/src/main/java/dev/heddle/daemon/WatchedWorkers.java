package dev.heddle.daemon;

import dev.heddle.api.v1.WorkerQueue;
import dev.heddle.api.v1.WorkerStatus;
import dev.heddle.control.Workers;
import dev.heddle.worker.StallWatch;
import dev.heddle.worker.WorkerGroup;
import dev.heddle.worker.WorkerView;

/** Tells clients of workers, and which of them stand still. */
public record WatchedWorkers(WorkerGroup group, StallWatch stalls) implements Workers {
  @Override
  public int count() {
    return stalls.workers();
  }

  @Override
  public boolean isStalled(int worker) {
    return stalls.isStalled(worker);
  }

  @Override
  public WorkerStatus status(int worker) {
    WorkerView view = group.view(worker);
    WorkerStatus.Builder status =
        WorkerStatus.newBuilder().setWorker(worker).setState(state(worker, view));
    if (view.processor() >= 0) {
      status.setProcessor(view.processor());
    }
    for (WorkerView.Queue queue : view.queues()) {
      status.addQueues(
          WorkerQueue.newBuilder()
              .setInterfaceIndex(queue.interfaceIndex())
              .setQueue(queue.queue()));
    }
    return status.build();
  }

  private WorkerStatus.State state(int worker, WorkerView view) {
    if (stalls.isStalled(worker)) {
      return WorkerStatus.State.STATE_STALLED;
    }
    return view.asleep() ? WorkerStatus.State.STATE_ASLEEP : WorkerStatus.State.STATE_RUNNING;
  }
}
