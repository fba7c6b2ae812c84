package dev.heddle.benchmarks.peer;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reserves 2 MiB pages for DPDK, without which it is two to three times slower. */
public final class HugePages implements AutoCloseable {
  private static final Path COUNT = Path.of("/proc/sys/vm/nr_hugepages");
  private static final Path COMPACT = Path.of("/proc/sys/vm/compact_memory");

  private final int before;

  private HugePages(int before) {
    this.before = before;
  }

  /** Makes sure that there are {@code pages} of them until {@link #close()}. */
  public static HugePages reserve(int pages) {
    int before = read();
    if (before < pages) {
      write(COUNT, pages);
      int got = read();
      if (got < pages) {
        // Free memory may lie in small pieces.
        write(COMPACT, 1);
        write(COUNT, pages);
        got = read();
      }
      if (got < pages) {
        write(COUNT, before);
        throw new IllegalStateException(
            "DPDK peers need %d hugepages of 2 MiB, the kernel gave %d: free memory or run as root"
                .formatted(pages, got));
      }
    }
    return new HugePages(before);
  }

  /** How many there were. */
  public int before() {
    return before;
  }

  @Override
  public void close() {
    write(COUNT, before);
  }

  private static int read() {
    // These files give all they have to the first read only, so that read must be a large one.
    try (BufferedReader reader = Files.newBufferedReader(COUNT)) {
      return Integer.parseInt(reader.readLine());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(Path setting, int value) {
    try {
      Files.writeString(setting, Integer.toString(value));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + setting + ": run as root", e);
    }
  }
}
