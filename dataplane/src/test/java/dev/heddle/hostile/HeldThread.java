package dev.heddle.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** One thread of another process, held by ptrace(2) wherever it is; the others go on. */
final class HeldThread implements AutoCloseable {
  /** Holds the thread whose number is given until its input ends. */
  private static final String HOLD =
      """
      import ctypes, os, sys
      SEIZE, INTERRUPT, DETACH, WALL = 0x4206, 0x4207, 17, 0x40000000
      libc = ctypes.CDLL(None, use_errno=True)
      libc.ptrace.argtypes = [ctypes.c_long] * 4
      tid = int(sys.argv[1])
      for request in SEIZE, INTERRUPT:
          if libc.ptrace(request, tid, 0, 0) != 0:
              sys.exit(os.strerror(ctypes.get_errno()))
      os.waitpid(tid, WALL)
      print("held", flush=True)
      sys.stdin.read()
      libc.ptrace(DETACH, tid, 0, 0)
      """;

  private final Process holder;

  private HeldThread(Process holder) {
    this.holder = holder;
  }

  /** Returns once the thread stands still. */
  static HeldThread of(Process process, String threadName) throws IOException {
    Process holder =
        new ProcessBuilder("python3", "-c", HOLD, number(process, threadName))
            .redirectErrorStream(true)
            .start();
    assertThat(holder.inputReader().readLine()).isEqualTo("held");
    return new HeldThread(holder);
  }

  private static String number(Process process, String threadName) throws IOException {
    Path tasks = Path.of("/proc", Long.toString(process.pid()), "task");
    try (DirectoryStream<Path> threads = Files.newDirectoryStream(tasks)) {
      for (Path thread : threads) {
        if (Files.readString(thread.resolve("comm")).strip().equals(threadName)) {
          return thread.getFileName().toString();
        }
      }
    }
    throw new AssertionError("no thread " + threadName);
  }

  /** Lets it go on. */
  @Override
  public void close() throws IOException {
    try {
      holder.getOutputStream().close();
      assertThat(holder.waitFor()).isZero();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
