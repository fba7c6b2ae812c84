package dev.heddle.ffi.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import dev.heddle.ffi.linux.generated.Linux;
import dev.heddle.ffi.linux.generated.epoll_event;
import dev.heddle.ffi.linux.generated.timespec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Waits for any of many file descriptors, see epoll(7). Descriptors may be added and removed from
 * any thread; one thread waits and reads what {@link #await} found, which allocates nothing.
 */
public final class Epoll implements AutoCloseable {
  public static final int IN = Linux.EPOLLIN();
  public static final int OUT = Linux.EPOLLOUT();
  public static final int ERROR = Linux.EPOLLERR();
  public static final int HANG_UP = Linux.EPOLLHUP();
  public static final int PEER_HANG_UP = Linux.EPOLLRDHUP();

  /** Tells of news only: an event descriptor then needs no reading, each signal is told once. */
  public static final int EDGES = Linux.EPOLLET();

  /** For {@link #await}: wait without end. */
  public static final int FOREVER = -1;

  private static final MethodHandle EPOLL_CREATE1 =
      Libc.function("epoll_create1", JAVA_INT, JAVA_INT);
  private static final MethodHandle EPOLL_CTL =
      Libc.function("epoll_ctl", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS);
  private static final MethodHandle EPOLL_WAIT =
      Libc.function("epoll_wait", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);

  private static final MethodHandle EPOLL_PWAIT2 =
      Libc.function("epoll_pwait2", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, ADDRESS);

  private static final long EVENT_BYTES = epoll_event.sizeof();
  private static final long EVENTS_OFFSET = epoll_event.events$offset();
  private static final long DATA_OFFSET = epoll_event.data$offset();

  private final int fd;
  private final int maxEvents;
  private final MemorySegment events;
  private final MemorySegment time;
  private boolean isClosed;

  /**
   * Creates an instance.
   *
   * @param maxEvents how many events one wait can tell of; the others are told by the next
   */
  public Epoll(int maxEvents) {
    this.maxEvents = maxEvents;
    events = Arena.ofAuto().allocate(EVENT_BYTES * maxEvents);
    time = timespec.allocate(Arena.ofAuto());
    try {
      fd = (int) EPOLL_CREATE1.invokeExact(Libc.errnoPlace(), Linux.EPOLL_CLOEXEC());
      if (fd < 0) {
        throw Libc.failed("create an epoll instance");
      }
    } catch (Throwable t) {
      throw Libc.unchecked(t);
    }
  }

  /**
   * Waits for a descriptor from now on.
   *
   * @param interest {@link #IN} and the like; errors and hang-ups are told always
   * @param data returned by {@link #data} with each event of this descriptor
   */
  public void add(int watched, int interest, long data) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment event = epoll_event.allocate(arena);
      epoll_event.events(event, interest);
      event.set(JAVA_LONG_UNALIGNED, DATA_OFFSET, data);
      control(Linux.EPOLL_CTL_ADD(), watched, event, "watch");
    }
  }

  /** Waits for it no longer. To be called before the descriptor is closed. */
  public void remove(int watched) {
    control(Linux.EPOLL_CTL_DEL(), watched, MemorySegment.NULL, "stop watching");
  }

  private void control(int operation, int watched, MemorySegment event, String attempted) {
    try {
      int result = (int) EPOLL_CTL.invokeExact(Libc.errnoPlace(), fd, operation, watched, event);
      if (result < 0) {
        throw Libc.failed(attempted + " descriptor " + watched);
      }
    } catch (Throwable t) {
      throw Libc.unchecked(t);
    }
  }

  /**
   * The instance's own descriptor, which another instance can wait for: it is readable while a
   * descriptor of this one has news. Open until {@link #close}.
   */
  public int fd() {
    return fd;
  }

  /**
   * Waits until there is an event, or the time is over.
   *
   * @param timeoutMs zero not to wait at all, or {@link #FOREVER}
   * @return number of events found, possibly zero before the time is over
   */
  public int await(int timeoutMs) {
    try {
      int found = (int) EPOLL_WAIT.invokeExact(Libc.errnoPlace(), fd, events, maxEvents, timeoutMs);
      return found(found);
    } catch (Throwable t) {
      throw Libc.unchecked(t);
    }
  }

  /**
   * The same for less than a second. The kernel lets it take some 50 us longer than that (see
   * PR_SET_TIMERSLACK in prctl(2)).
   */
  public int awaitNs(long timeoutNs) {
    timespec.tv_nsec(time, timeoutNs);
    try {
      int found =
          (int)
              EPOLL_PWAIT2.invokeExact(
                  Libc.errnoPlace(), fd, events, maxEvents, time, MemorySegment.NULL);
      return found(found);
    } catch (Throwable t) {
      throw Libc.unchecked(t);
    }
  }

  private static int found(int result) {
    if (result >= 0) {
      return result;
    }
    if (Libc.errno() == Linux.EINTR()) {
      return 0;
    }
    throw Libc.failed("wait for events");
  }

  /** The data given to {@link #add} with the descriptor of the last wait's event. */
  public long data(int event) {
    return events.get(JAVA_LONG_UNALIGNED, EVENT_BYTES * event + DATA_OFFSET);
  }

  /** What happened to the descriptor of the last wait's event: {@link #IN} and the like. */
  public int happened(int event) {
    return events.get(JAVA_INT_UNALIGNED, EVENT_BYTES * event + EVENTS_OFFSET);
  }

  @Override
  public void close() {
    if (!isClosed) {
      isClosed = true;
      FileDescriptors.close(fd);
    }
  }
}
