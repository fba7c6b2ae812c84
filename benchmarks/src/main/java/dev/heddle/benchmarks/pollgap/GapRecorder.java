package dev.heddle.benchmarks.pollgap;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.agrona.concurrent.IdleStrategy;

/**
 * Spins like the daemon's default and records the time from turn to turn: a duty cycle asks its
 * idle strategy once a turn. The longest is that of all turns; the percentiles are those of turns
 * that had work, because a loop that finds nothing can turn a hundred times as often, which would
 * hide whatever happens to one that is loaded. Belongs to one thread until it is written.
 */
public final class GapRecorder implements IdleStrategy {
  static final List<String> FIGURES = List.of("50.0", "99.0", "99.9", "99.99", "longest");
  private static final List<Double> PERCENTILES = List.of(50.0, 99.0, 99.9, 99.99);
  private static final long HIGHEST_NS = 10_000_000_000L;
  private static final int DIGITS = 3;

  private final Histogram busyGapsNs = new Histogram(HIGHEST_NS, DIGITS);
  private volatile boolean recording;
  private volatile boolean ended;
  private boolean wasRecording;
  private long lastNs;
  private long longestNs;

  /** Starts or stops to record; any thread. */
  public void record(boolean on) {
    recording = on;
  }

  /** Waits until the recording thread has noticed that it shall stop; any other thread. */
  public void await() {
    while (!ended) {
      Thread.onSpinWait();
    }
  }

  @Override
  public void idle(int workCount) {
    long now = System.nanoTime();
    if (wasRecording) {
      longestNs = Math.max(longestNs, now - lastNs);
      if (workCount > 0) {
        busyGapsNs.recordValue(Math.min(now - lastNs, HIGHEST_NS));
      }
    }
    if (wasRecording != recording) {
      ended = wasRecording;
      wasRecording = !wasRecording;
    }
    lastNs = now;
  }

  @Override
  public void idle() {
    idle(0);
  }

  @Override
  public void reset() {}

  /** Writes "percentile,nanoseconds" lines and the number of turns; recording has ended. */
  public void write(Path file) {
    StringBuilder text = new StringBuilder();
    for (double percentile : PERCENTILES) {
      text.append("%s,%d\n".formatted(percentile, busyGapsNs.getValueAtPercentile(percentile)));
    }
    text.append("longest,%d\n".formatted(longestNs));
    text.append("turns,%d\n".formatted(busyGapsNs.getTotalCount()));
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What {@link #write} has written: nanoseconds by figure, and turns with work. */
  public static Map<String, Double> read(Path file) throws IOException {
    Map<String, Double> values = new HashMap<>();
    for (String line : Files.readAllLines(file)) {
      String[] fields = line.split(",");
      values.put(fields[0], Double.valueOf(fields[1]));
    }
    return values;
  }
}
