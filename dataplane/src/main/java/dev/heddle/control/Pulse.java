package dev.heddle.control;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Whether the control side gets on with what it does. Whoever has its lock tells each step; any
 * thread may ask, and waits for nothing.
 */
final class Pulse {
  /** Longer than any step that is work takes, be it for millions of routes. */
  private static final long WORK_NS = TimeUnit.SECONDS.toNanos(60);

  /** Much longer than workers need to take new tables. */
  private static final long WAIT_NS = TimeUnit.SECONDS.toNanos(10);

  private record Step(String what, long boundNs, long sinceNs) {}

  private final LongSupplier clockNs;
  private volatile Step step;

  /**
   * @param clockNs as of {@link System#nanoTime}
   */
  Pulse(LongSupplier clockNs) {
    this.clockNs = clockNs;
    rests();
  }

  /** The next step is work. */
  void works(String what) {
    step = new Step(what, WORK_NS, clockNs.getAsLong());
  }

  /** The next step is to wait for workers. */
  void waits(String what) {
    step = new Step(what, WAIT_NS, clockNs.getAsLong());
  }

  /** Some more of the present step is done. */
  void goesOn() {
    Step present = step;
    step = new Step(present.what, present.boundNs, clockNs.getAsLong());
  }

  /** There is nothing to do; to be told again and again. */
  void rests() {
    works("somebody looks at its state");
  }

  /** What it has been at for too long, and for how long. */
  Optional<String> stuck() {
    Step present = step;
    long ageNs = clockNs.getAsLong() - present.sinceNs;
    return ageNs < present.boundNs
        ? Optional.empty()
        : Optional.of(
            "the control side has been stuck for "
                + TimeUnit.NANOSECONDS.toSeconds(ageNs)
                + " s: "
                + present.what);
  }
}
