package dev.heddle.benchmarks.pollgap;

import dev.heddle.ffi.linux.Cpu;
import java.nio.file.Path;

/**
 * Main class: a pinned loop that does nothing but look at the clock, each turn as long as a
 * worker's median turn with work. What it records is the machine's own doing.
 */
public final class EmptyLoop {
  private static final long WARM_UP_NS = 2_000_000_000L;

  private EmptyLoop() {}

  /** Arguments: core, nanoseconds of a turn, nanoseconds in all, file for the record. */
  public static void main(String[] arguments) {
    Cpu.pinTo(Integer.parseInt(arguments[0]));
    long turnNs = Long.parseLong(arguments[1]);
    spin(new GapRecorder(), turnNs, WARM_UP_NS);
    GapRecorder recorder = new GapRecorder();
    recorder.record(true);
    spin(recorder, turnNs, Long.parseLong(arguments[2]));
    recorder.write(Path.of(arguments[3]));
  }

  private static void spin(GapRecorder recorder, long turnNs, long durationNs) {
    long start = System.nanoTime();
    long now = start;
    while (now - start < durationNs) {
      long until = now + turnNs;
      while (now < until) {
        now = System.nanoTime();
      }
      recorder.idle(1);
    }
  }
}
