package dev.heddle.benchmarks.traffic;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Some packets each millisecond, from a thread of its own that sleeps in between: traffic that
 * leaves the core to whatever else runs there. Every packet is accounted for when it ends.
 */
public final class PacedTraffic {
  private static final long PERIOD_NS = TimeUnit.MILLISECONDS.toNanos(1);

  private final TrafficLoop loop;
  private final MemifClient generator;
  private final int packetsPerMs;
  private final long offeredBefore;
  private final long receivedBefore;
  private final Thread thread;
  private volatile boolean ending;

  private PacedTraffic(TrafficLoop loop, MemifClient generator, int packetsPerMs) {
    this.loop = loop;
    this.generator = generator;
    this.packetsPerMs = packetsPerMs;
    offeredBefore = loop.offered();
    receivedBefore = loop.received();
    thread = Thread.ofPlatform().name("paced-traffic").daemon().unstarted(this::run);
  }

  /**
   * Starts it; nobody else may use the loop until it has ended.
   *
   * @param generator whose peer is woken each time, since it may sleep
   */
  public static PacedTraffic start(TrafficLoop loop, MemifClient generator, int packetsPerMs) {
    PacedTraffic traffic = new PacedTraffic(loop, generator, packetsPerMs);
    traffic.thread.start();
    return traffic;
  }

  /**
   * What it came to.
   *
   * @param sent packets that were put into the ring
   * @param received packets that arrived
   */
  public record Account(long sent, long received) {
    public long lost() {
      return sent - received;
    }
  }

  /** Ends it and waits for the last packets. */
  public Account end() throws InterruptedException {
    ending = true;
    thread.join();
    loop.drain();
    return new Account(loop.offered() - offeredBefore, loop.received() - receivedBefore);
  }

  private void run() {
    long next = System.nanoTime();
    while (!ending) {
      loop.drainNow();
      loop.offerUpTo(packetsPerMs);
      generator.interrupt();
      next += PERIOD_NS;
      LockSupport.parkNanos(next - System.nanoTime());
    }
  }
}
