package dev.heddle.hostile;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waits for what must happen, however slow the machine is. */
public final class Await {
  private static final long DEADLINE_NS = Duration.ofMinutes(2).toNanos();

  private Await() {}

  /**
   * Looks until the condition holds.
   *
   * @throws AssertionError where it does not come true
   */
  public static void until(String expected, BooleanSupplier condition) {
    long deadlineNs = System.nanoTime() + DEADLINE_NS;
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadlineNs) {
        throw new AssertionError("never happened: " + expected);
      }
      Thread.yield();
    }
  }
}
