package dev.heddle.worker;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The JVM's compiler threads, as /proc shows them: whether they have something left to do. They
 * sleep when their queues are empty.
 */
final class Compilers {
  private static final Path THREADS = Path.of("/proc/self/task");
  private static final String NAME = " CompilerThre";
  private static final int QUIET_LOOKS = 3;
  private static final long BETWEEN_LOOKS_NS = TimeUnit.MILLISECONDS.toNanos(1);

  /** Only so that a JVM which compiles without end can start, too. */
  private static final long LONGEST_WAIT_NS = TimeUnit.SECONDS.toNanos(10);

  private Compilers() {}

  /** Waits until what was called often is compiled. */
  static void await() {
    long endNs = System.nanoTime() + LONGEST_WAIT_NS;
    int quiet = 0;
    while (quiet < QUIET_LOOKS && System.nanoTime() < endNs) {
      quiet = isBusy() ? 0 : quiet + 1;
      LockSupport.parkNanos(BETWEEN_LOOKS_NS);
    }
  }

  private static boolean isBusy() {
    boolean busy = false;
    try (DirectoryStream<Path> threads = Files.newDirectoryStream(THREADS)) {
      for (Path thread : threads) {
        busy |= isBusyCompiler(thread.resolve("stat"));
      }
    } catch (IOException e) {
      // Without /proc nothing is known.
      return false;
    }
    return busy;
  }

  /** The state follows the name, which stands in parentheses; see proc(5). */
  private static boolean isBusyCompiler(Path stat) {
    try {
      String text = Files.readString(stat);
      int end = text.lastIndexOf(')');
      return text.lastIndexOf(NAME, end) >= 0 && text.charAt(end + 2) != 'S';
    } catch (IOException e) {
      // The thread has ended meanwhile.
      return false;
    }
  }
}
