package dev.heddle.worker;

import dev.heddle.observe.DropReason;
import dev.heddle.observe.InterfaceCounter;
import dev.heddle.observe.WorkerCounters;
import dev.heddle.stage.Response;

/** Counts what became of packets on the slow path. Belongs to one worker. */
final class Fates {
  private final WorkerCounters counters;

  Fates(WorkerCounters counters) {
    this.counters = counters;
  }

  /**
   * Counts a packet that is not forwarded, and the reply that was made of it.
   *
   * @param response to be read with {@link Response}
   * @param interfaceIndex that the packet came in on
   * @return bytes of the reply, which is to be sent then; 0 if there is none
   */
  int count(long response, int interfaceIndex) {
    long row = counters.rowAddress(interfaceIndex);
    if (Response.isConsumed(response)) {
      InterfaceCounter.CONSUMED.add(row, 1);
    } else {
      InterfaceCounter.drop(row, Response.dropReason(response), 1);
    }
    if (Response.isRateLimited(response)) {
      InterfaceCounter.ICMP_RATE_LIMITED.add(row, 1);
    }
    int replyBytes = Response.replyBytes(response);
    if (replyBytes > 0) {
      InterfaceCounter.ORIGINATED.add(row, 1);
    }
    return replyBytes;
  }

  /** Counts a packet that is dropped. */
  void drop(int interfaceIndex, DropReason reason) {
    InterfaceCounter.drop(counters.rowAddress(interfaceIndex), reason.ordinal(), 1);
  }
}
