package dev.heddle.worker;

import dev.heddle.observe.WorkerCounter;
import dev.heddle.underlay.NeighbourAddress;
import dev.heddle.underlay.NeighbourOutput;
import java.util.List;

/** Has workers do what must be done about neighbours on the underlay. */
final class NeighbourCommands implements NeighbourOutput {
  private final List<WorkerThread> threads;

  NeighbourCommands(List<WorkerThread> threads) {
    this.threads = List.copyOf(threads);
  }

  /** One worker asks for all; each has a way to every uplink. */
  @Override
  public void ask(NeighbourAddress address, long mac) {
    WorkerThread thread = threads.get(address.interfaceIndex() % threads.size());
    thread.submit(() ->
        thread
            .worker()
            .ask(address.interfaceIndex(), address.ipv6(), address.high(), address.low(), mac));
  }

  @Override
  public void release() {
    for (WorkerThread thread : threads) {
      thread.submit(thread.worker()::releaseHeld);
    }
  }

  @Override
  public void drop(int index) {
    for (WorkerThread thread : threads) {
      thread.submit(() -> thread.worker().dropHeld(index));
    }
  }

  @Override
  public void expire() {
    long nowNs = System.nanoTime();
    for (WorkerThread thread : threads) {
      if (thread.worker().counters().get(WorkerCounter.POOL_USED) > 0) {
        thread.submit(() -> thread.worker().expireHeld(nowNs));
      }
    }
  }
}
