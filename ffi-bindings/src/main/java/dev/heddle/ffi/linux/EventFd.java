package dev.heddle.ffi.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.heddle.ffi.linux.generated.Linux;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Event counters in the kernel that wake whoever waits for them, see eventfd(2): by number, since
 * they are passed to peers and come from them. Every method may be called from any thread; {@link
 * #signal} and {@link #drain} allocate nothing.
 */
public final class EventFd {
  private static final MethodHandle EVENTFD =
      Libc.function("eventfd", JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle WRITE =
      Libc.function("write", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
  private static final MethodHandle READ =
      Libc.function("read", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
  private static final MemorySegment ONE = Arena.global().allocateFrom(JAVA_LONG, 1);
  private static final String KIND_IN_PROC = "anon_inode:[eventfd]";

  /** Where {@link #drain} reads counts to, which nobody looks at. */
  private static final MemorySegment UNUSED_COUNT = Arena.global().allocate(JAVA_LONG);

  private EventFd() {}

  /** A counter that stands at zero and never blocks. The descriptor is the caller's to close. */
  public static int create() {
    try {
      int flags = Linux.EFD_NONBLOCK() | Linux.EFD_CLOEXEC();
      int fd = (int) EVENTFD.invokeExact(Libc.errnoPlace(), /* initial count */ 0, flags);
      if (fd < 0) {
        throw Libc.failed("create an event descriptor");
      }
      return fd;
    } catch (Throwable t) {
      throw Libc.unchecked(t);
    }
  }

  /** Whether a descriptor, perhaps a stranger's, is an event descriptor. */
  public static boolean isEventFd(int fd) {
    try {
      Path link = Path.of("/proc/self/fd", Integer.toString(fd));
      return Files.readSymbolicLink(link).toString().equals(KIND_IN_PROC);
    } catch (java.io.IOException e) {
      return false;
    }
  }

  /**
   * Adds one to the counter of a descriptor that only we hold. One that a peer holds too is to be
   * signalled with {@link PeerSignal}.
   */
  public static void signal(int fd) {
    try {
      long written = (long) WRITE.invokeExact(Libc.errnoPlace(), fd, ONE, (long) Long.BYTES);
      if (written < 0 && !wouldBlock()) {
        throw Libc.failed("signal event descriptor " + fd);
      }
    } catch (Throwable t) {
      throw Libc.unchecked(t);
    }
  }

  /**
   * Sets the counter back to zero. Not needed where {@link Epoll} waits for edges.
   *
   * @return whether it stood above zero
   */
  public static boolean drain(int fd) {
    try {
      long read = (long) READ.invokeExact(Libc.errnoPlace(), fd, UNUSED_COUNT, (long) Long.BYTES);
      if (read < 0 && !wouldBlock()) {
        throw Libc.failed("drain event descriptor " + fd);
      }
      return read > 0;
    } catch (Throwable t) {
      throw Libc.unchecked(t);
    }
  }

  private static boolean wouldBlock() {
    return Libc.errno() == Linux.EAGAIN() || Libc.errno() == Linux.EINTR();
  }
}
