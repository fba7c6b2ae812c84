package dev.heddle.cli;

import dev.heddle.api.HeddleClient;
import dev.heddle.api.v1.WorkerStatus;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What {@code heddle show worker} asks the daemon. Apart from it, so that gRPC loads only if asked.
 */
final class WorkerCalls {
  private WorkerCalls() {}

  /**
   * What the daemon tells of its workers, by number.
   *
   * @param pid of the daemon that is meant; another one's workers are of no interest
   * @throws CommandException if it does not answer soon
   */
  static Map<Integer, WorkerPlace> places(SocketOption socket, long pid) {
    Map<Integer, WorkerPlace> places = new HashMap<>();
    List<WorkerStatus> workers = Daemon.askIf(pid, socket, HeddleClient::workers);
    for (WorkerStatus worker : workers) {
      places.put(
          worker.getWorker(),
          new WorkerPlace(
              worker.hasProcessor() ? worker.getProcessor() : null,
              text(worker.getState()),
              worker.getQueuesList().stream()
                  .map(each -> new WorkerPlace.Queue(each.getInterfaceIndex(), each.getQueue()))
                  .toList()));
    }
    return places;
  }

  private static String text(WorkerStatus.State state) {
    return switch (state) {
      case STATE_RUNNING -> "running";
      case STATE_ASLEEP -> "asleep";
      case STATE_STALLED -> "stalled";
      case STATE_UNSPECIFIED, UNRECOGNIZED -> "unknown";
    };
  }
}
