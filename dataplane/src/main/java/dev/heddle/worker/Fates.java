package dev.heddle.worker;

import dev.heddle.observe.DropReason;
import dev.heddle.observe.InterfaceCounter;
import dev.heddle.observe.PacketWatch;
import dev.heddle.observe.WorkerCounters;
import dev.heddle.stage.Response;

/** Counts what became of packets on the slow path. Belongs to one worker. */
final class Fates {
  private final WorkerCounters counters;
  private final PacketWatch watch;

  Fates(WorkerCounters counters, PacketWatch watch) {
    this.counters = counters;
    this.watch = watch;
  }

  /**
   * Names the packet that is looked at next, before anything of it is changed.
   *
   * @param frame where its sender has it
   * @param absentBytes bytes of its Ethernet header that do not exist
   */
  void begin(int interfaceIndex, long frame, int frameBytes, int absentBytes) {
    if (watch.isOn()) {
      watch.examining(interfaceIndex, frame, frameBytes, absentBytes);
    }
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
      if (watch.isOn()) {
        watch.consumed(interfaceIndex);
      }
    } else {
      drop(interfaceIndex, Response.dropReason(response));
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
    drop(interfaceIndex, reason.ordinal());
  }

  /** The same by the reason's ordinal. */
  void drop(int interfaceIndex, int reason) {
    if (watch.isOn()) {
      watch.dropped(interfaceIndex, reason);
    }
    InterfaceCounter.drop(counters.rowAddress(interfaceIndex), reason, 1);
  }
}
