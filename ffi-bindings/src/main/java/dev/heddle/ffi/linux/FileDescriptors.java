package dev.heddle.ffi.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.heddle.ffi.linux.generated.Linux;
import java.lang.foreign.Arena;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/**
 * What can be done with any file descriptor. All are created close-on-exec, so that no child
 * process inherits one. Every method may be called from any thread.
 */
public final class FileDescriptors {
  private static final MethodHandle CLOSE = Libc.function("close", JAVA_INT, JAVA_INT);
  private static final MethodHandle OPEN =
      Libc.variadic("open", 2, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);
  private static final MethodHandle FCNTL =
      Libc.variadic("fcntl", 2, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);

  private FileDescriptors() {}

  /**
   * Closes a descriptor. The kernel has given it up even where it reports an error (see close(2)).
   */
  public static void close(int fd) {
    try {
      int result = (int) CLOSE.invokeExact(Libc.errnoPlace(), fd);
      if (result < 0 && Libc.errno() == Linux.EBADF()) {
        throw Libc.failed("close descriptor " + fd);
      }
    } catch (Throwable t) {
      throw Libc.unchecked(t);
    }
  }

  /** Another descriptor of the same open file. */
  public static int duplicate(int fd) {
    int copy = fcntl(fd, Linux.F_DUPFD_CLOEXEC(), 0);
    if (copy < 0) {
      throw Libc.failed("duplicate descriptor " + fd);
    }
    return copy;
  }

  /** Opens an existing file for reading only. */
  static int openForReading(Path path) {
    return open(path, Linux.O_RDONLY() | Linux.O_CLOEXEC());
  }

  /** Opens an existing file or device for reading and writing, neither of which ever blocks. */
  static int openForBoth(Path path) {
    return open(path, Linux.O_RDWR() | Linux.O_NONBLOCK() | Linux.O_CLOEXEC());
  }

  private static int open(Path path, int flags) {
    try (Arena arena = Arena.ofConfined()) {
      int fd =
          (int)
              OPEN.invokeExact(
                  Libc.errnoPlace(), arena.allocateFrom(path.toString()), flags, /* mode */ 0);
      if (fd < 0) {
        throw Libc.failed("open " + path);
      }
      return fd;
    } catch (Throwable t) {
      throw Libc.unchecked(t);
    }
  }

  /** The result of fcntl(2); negative where it failed. */
  static int fcntl(int fd, int command, int argument) {
    try {
      return (int) FCNTL.invokeExact(Libc.errnoPlace(), fd, command, argument);
    } catch (Throwable t) {
      throw Libc.unchecked(t);
    }
  }
}
