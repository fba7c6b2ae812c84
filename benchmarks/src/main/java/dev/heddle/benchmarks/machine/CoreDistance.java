package dev.heddle.benchmarks.machine;

import dev.heddle.memory.Memory;
import java.lang.foreign.Arena;
import java.util.Arrays;

/**
 * How long a cache line takes from the harness's core to the tested core and back. On a virtual
 * machine this flips between two figures within minutes, and throughput between two cores halves
 * with it, so that only runs of the same label may be compared.
 */
public final class CoreDistance {
  /** The machine's mood during a run. */
  public enum Label {
    NEAR,
    FAR,
    MIXED;

    /** As written in sample files. */
    public String text() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /** Round trips up to this many ticks of the time stamp counter count as near. */
  static final double NEAR_LIMIT_TICKS = 450;

  /** Round trips from this many ticks on count as far. */
  static final double FAR_LIMIT_TICKS = 700;

  private static final int CHUNKS = 41;
  private static final int ROUND_TRIPS_PER_CHUNK = 5_000;
  private static final int WARM_UP_CHUNKS = 8;
  private static final int STOP = -1;

  private CoreDistance() {}

  /** Measures the round trip; the caller must be pinned to the harness's core. Some 30-100 ms. */
  public static double roundTripTicks() {
    try (Arena arena = Arena.ofShared()) {
      long line = arena.allocate(256, 128).address();
      Memory.putIntRelease(line, 0);
      Thread echo = Cores.start(Cores.TESTED, "core-distance-echo", () -> echo(line));
      try {
        double[] ticks = new double[CHUNKS];
        int value = 1;
        for (int chunk = -WARM_UP_CHUNKS; chunk < CHUNKS; chunk++) {
          long start = System.nanoTime();
          value = bounce(line, value);
          long elapsed = System.nanoTime() - start;
          if (chunk >= 0) {
            ticks[chunk] = elapsed * Machine.ticksPerNs() / ROUND_TRIPS_PER_CHUNK;
          }
        }
        Arrays.sort(ticks);
        return ticks[CHUNKS / 2];
      } finally {
        Memory.putIntRelease(line, STOP);
        join(echo);
      }
    }
  }

  /** The label of a run from the probes before and after it. */
  public static Label label(double ticksBefore, double ticksAfter) {
    double lower = Math.min(ticksBefore, ticksAfter);
    double upper = Math.max(ticksBefore, ticksAfter);
    if (upper <= NEAR_LIMIT_TICKS) {
      return Label.NEAR;
    }
    return lower >= FAR_LIMIT_TICKS ? Label.FAR : Label.MIXED;
  }

  /** Odd values are the caller's, the even one that follows is the echo's. */
  private static int bounce(long line, int first) {
    int value = first;
    for (int i = 0; i < ROUND_TRIPS_PER_CHUNK; i++) {
      Memory.putIntRelease(line, value);
      while (Memory.getIntAcquire(line) != value + 1) {
        continue;
      }
      value += 2;
    }
    return value;
  }

  private static void echo(long line) {
    int seen = 0;
    while (seen != STOP) {
      seen = Memory.getIntAcquire(line);
      if ((seen & 1) == 1 && seen != STOP) {
        Memory.putIntRelease(line, seen + 1);
      }
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
