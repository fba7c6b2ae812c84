package dev.heddle.benchmarks.machine;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * Tells afterwards whether a process's busiest thread, the one that polls, had its core to itself.
 *
 * <p>The kernel counts how long each thread ran (schedstat) and how long the hypervisor took the
 * core away (steal).
 */
public final class CoreWitness {
  /** A run is thrown away when its polling thread lacked more of the time than this. */
  private static final double ALLOWED_LOSS = 0.02;

  private static final long NS_PER_TICK = 10_000_000L;

  private final Path tasks;
  private final Map<String, Long> before;
  private final long stolenBefore;

  private CoreWitness(Path tasks) {
    this.tasks = tasks;
    before = times(tasks);
    stolenBefore = stolenNs();
  }

  /** Begins to watch a process. */
  public static CoreWitness watch(long pid) {
    return new CoreWitness(Path.of("/proc", Long.toString(pid), "task"));
  }

  /** Why the run is worth nothing, or "yes" as sample files have it for a valid one. */
  public String verdict(long elapsedNs) {
    long busiestRun = 0;
    for (Map.Entry<String, Long> task : times(tasks).entrySet()) {
      long earlier = before.getOrDefault(task.getKey(), 0L);
      busiestRun = Math.max(busiestRun, task.getValue() - earlier);
    }
    double lost = 1 - (double) busiestRun / elapsedNs;
    if (lost > ALLOWED_LOSS) {
      return "tested thread lacked %.0f %% of the time".formatted(lost * 100);
    }
    double stolen = (double) (stolenNs() - stolenBefore) / elapsedNs;
    return stolen > ALLOWED_LOSS ? "hypervisor took %.0f %%".formatted(stolen * 100) : "yes";
  }

  private static Map<String, Long> times(Path tasks) {
    Map<String, Long> times = new HashMap<>();
    try (Stream<Path> threads = Files.list(tasks)) {
      for (Path thread : threads.toList()) {
        runNs(thread).ifPresent(ns -> times.put(thread.getFileName().toString(), ns));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return times;
  }

  private static long stolenNs() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/stat"))) {
      String line =
          lines.filter(l -> l.startsWith("cpu" + Cores.TESTED + " ")).findFirst().orElseThrow();
      return Long.parseLong(line.split(" +")[8]) * NS_PER_TICK;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Empty where the thread has ended meanwhile. */
  private static OptionalLong runNs(Path thread) {
    try (BufferedReader reader = Files.newBufferedReader(thread.resolve("schedstat"))) {
      return OptionalLong.of(Long.parseLong(reader.readLine().split(" ")[0]));
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }
}
