package dev.heddle.daemon;

import dev.heddle.observe.CaptureRing;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Where the rings are that workers put packets into; this daemon's alone. */
public final class RingDirectory implements AutoCloseable {
  private static final long NS_PER_SECOND = 1_000_000_000;

  private final Path directory;
  private final int workers;

  /**
   * @param directory on a file system in memory; made when it is needed, and what an earlier daemon
   *     left in it is removed now
   */
  public RingDirectory(Path directory, int workers) {
    this.directory = directory;
    this.workers = workers;
    close();
  }

  /** What makes nanoseconds since 1970 of {@code System.nanoTime()}. */
  public static long epochOffsetNs() {
    Instant now = Instant.now();
    return now.getEpochSecond() * NS_PER_SECOND + now.getNano() - System.nanoTime();
  }

  /**
   * Makes a ring for each worker.
   *
   * @throws StatusRuntimeException if there is no room; none is made then
   */
  public List<CaptureRing> open(String name) {
    List<CaptureRing> rings = new ArrayList<>();
    try {
      if (!Files.isDirectory(directory)) {
        Files.createDirectory(
            directory,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      }
      for (int worker = 0; worker < workers; worker++) {
        Path file = directory.resolve("%s-worker-%d.ring".formatted(name, worker));
        rings.add(CaptureRing.create(file));
      }
      return rings;
    } catch (IOException e) {
      closeAll(rings);
      throw Refusal.of(
          Status.RESOURCE_EXHAUSTED,
          name,
          "rings in",
          directory.toString(),
          e.getMessage() + "; make room on that file system");
    }
  }

  private static void closeAll(List<CaptureRing> rings) {
    try {
      for (CaptureRing ring : rings) {
        ring.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Removes the directory and all that is in it. */
  @Override
  public void close() {
    if (!Files.isDirectory(directory)) {
      return;
    }
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
      Files.delete(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
