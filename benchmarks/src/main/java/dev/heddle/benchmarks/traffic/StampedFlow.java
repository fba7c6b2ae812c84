package dev.heddle.benchmarks.traffic;

import dev.heddle.memory.Memory;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.LockSupport;
import org.agrona.collections.LongArrayList;

/**
 * A packet each 20 to 100 us, each with the time it was sent, from a thread that sleeps in between,
 * so that whatever else runs on its core gets on. Tells which packets passed while something was
 * changed.
 */
public final class StampedFlow {
  private static final int TIME_OFFSET = 48;
  private static final long PAUSE_NS = 20_000;
  private static final long QUIET_NS = 20_000_000;
  private static final long PATIENCE_NS = 20_000_000_000L;

  private final SharedRings source;
  private final SharedRings sink;
  private final int packetsAfter;
  private final LongArrayList sent = new LongArrayList();
  private final LongArrayList passed = new LongArrayList();
  private final LongArrayList arrivals = new LongArrayList();
  private int head;
  private int seen;

  /**
   * Both rings must be empty, their indexes anywhere.
   *
   * @param packetsAfter how many packets are sent once a change is answered
   */
  public StampedFlow(SharedRings source, SharedRings sink, int packetsAfter) {
    this.source = source;
    this.sink = sink;
    this.packetsAfter = packetsAfter;
    head = RingLayout.head(source.transmitRing());
    seen = RingLayout.tail(sink.receiveRing());
    giveBack();
  }

  /**
   * A change, and the packets around it.
   *
   * @param answeredNs from its beginning to its answer
   * @param lastArrivalNs from its beginning until the last packet was seen to arrive; 0 if none did
   * @param longestGapNs longest time between two packets sent from its beginning to its answer
   * @param sentAfter packets that were sent after its answer
   * @param passedAfter how many of those arrived
   */
  public record Change(
      long answeredNs, long lastArrivalNs, long longestGapNs, long sentAfter, long passedAfter) {}

  private record Times(long started, long answered) {}

  /** Sends until packets arrive; throws if none does. */
  public void awaitPassing() {
    forget();
    long deadline = System.nanoTime() + PATIENCE_NS;
    while (arrivals.size() < packetsAfter) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("no packet passes that should");
      }
      turn();
    }
    settle();
  }

  /** Lets another thread change something, and sends on until its answer has been there a while. */
  public Change during(Runnable change) throws InterruptedException {
    forget();
    FutureTask<Times> task =
        new FutureTask<>(() -> {
          long started = System.nanoTime();
          change.run();
          return new Times(started, System.nanoTime());
        });
    Thread.ofPlatform().name("change").daemon().start(task);
    while (!task.isDone()) {
      turn();
    }
    for (int i = 0; i < packetsAfter; i++) {
      turn();
    }
    settle();
    try {
      return account(task.get());
    } catch (ExecutionException e) {
      throw new IllegalStateException("the change failed", e);
    }
  }

  private Change account(Times times) {
    long last = arrivals.isEmpty() ? times.started : arrivals.getLong(arrivals.size() - 1);
    long longest = 0;
    long before = times.started;
    for (int i = 0; i < sent.size() && before < times.answered; i++) {
      long next = Math.min(sent.getLong(i), times.answered);
      longest = Math.max(longest, next - before);
      before = Math.max(before, next);
    }
    return new Change(
        times.answered - times.started,
        Math.max(last - times.started, 0),
        longest,
        sent.longStream().filter(time -> time > times.answered).count(),
        passed.longStream().filter(time -> time > times.answered).count());
  }

  private void forget() {
    sent.clear();
    passed.clear();
    arrivals.clear();
  }

  private void turn() {
    if (inFlight() <= source.slotMask()) {
      long now = System.nanoTime();
      int slot = head & source.slotMask();
      Memory.putLong(source.transmitted(slot) + TIME_OFFSET, now);
      head = (head + 1) & RingLayout.INDEX_MASK;
      RingLayout.head(source.transmitRing(), head);
      sent.addLong(now);
    }
    receive();
    LockSupport.parkNanos(PAUSE_NS);
  }

  /** Waits until all was taken and nothing more arrives for a while. */
  private void settle() {
    long deadline = System.nanoTime() + PATIENCE_NS;
    long quietSince = System.nanoTime();
    while (System.nanoTime() - quietSince < QUIET_NS) {
      // What is taken now may arrive later, so looking for arrivals comes after.
      if (inFlight() > 0 | receive() > 0) {
        quietSince = System.nanoTime();
      }
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("packets are not taken");
      }
      LockSupport.parkNanos(PAUSE_NS);
    }
  }

  private int inFlight() {
    return (head - RingLayout.tail(source.transmitRing())) & RingLayout.INDEX_MASK;
  }

  private int receive() {
    int packets = (RingLayout.tail(sink.receiveRing()) - seen) & RingLayout.INDEX_MASK;
    long now = System.nanoTime();
    for (int i = 0; i < packets; i++) {
      int slot = (seen + i) & sink.slotMask();
      passed.addLong(Memory.getLong(sink.addressOf(sink.receiveOffset(slot)) + TIME_OFFSET));
      arrivals.addLong(now);
    }
    seen = (seen + packets) & RingLayout.INDEX_MASK;
    giveBack();
    return packets;
  }

  private void giveBack() {
    RingLayout.head(sink.receiveRing(), (seen + sink.slotMask() + 1) & RingLayout.INDEX_MASK);
  }
}
