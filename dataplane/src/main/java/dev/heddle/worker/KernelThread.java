package dev.heddle.worker;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** A thread as the kernel sees it. One thread at a time may ask. */
final class KernelThread implements AutoCloseable {
  private static final Path SELF = Path.of("/proc/thread-self");

  /** More than the thread's number and name take, which stand before its state. */
  private static final int BEGIN_BYTES = 64;

  private final RandomAccessFile stat;
  private final byte[] begin = new byte[BEGIN_BYTES];

  private KernelThread(RandomAccessFile stat) {
    this.stat = stat;
  }

  /** The calling thread. */
  static KernelThread current() {
    try {
      return new KernelThread(
          new RandomAccessFile(SELF.toRealPath().resolve("stat").toFile(), "r"));
    } catch (IOException e) {
      throw new UncheckedIOException(SELF + ": cannot be read; mount /proc: " + e.getMessage(), e);
    }
  }

  /** Whether it waits for an event; neither may it run, nor has somebody stopped it. */
  boolean sleeps() {
    try {
      stat.seek(0);
      int length = stat.read(begin);
      int at = length - 1;
      while (at >= 0 && begin[at] != ')') {
        at--;
      }
      return at >= 0 && at + 2 < length && begin[at + 2] == 'S';
    } catch (IOException e) {
      // It has ended.
      return false;
    }
  }

  @Override
  public void close() {
    try {
      stat.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
