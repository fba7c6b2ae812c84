package dev.heddle.port.memif.channel;

import dev.heddle.ffi.linux.Epoll;
import dev.heddle.ffi.linux.EventFd;
import dev.heddle.ffi.linux.FileDescriptors;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.agrona.collections.Long2ObjectHashMap;
import org.agrona.concurrent.Agent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The duty cycle of the control thread: waits in the kernel for sockets, timers and other threads,
 * and runs what is due. It never spins.
 *
 * <p>All methods but {@link #call} and {@link #wake} are for the control thread alone.
 */
final class EventLoop implements Agent {
  /** Told that something happened to a descriptor. */
  interface Handler {
    /**
     * @param happened bits as in {@link Epoll#happened}
     */
    void onEvents(int happened);
  }

  /** Something that runs once, when its time has come. */
  final class Timer implements Comparable<Timer> {
    private final long deadlineNs;
    private final Runnable action;

    private Timer(long deadlineNs, Runnable action) {
      this.deadlineNs = deadlineNs;
      this.action = action;
    }

    void cancel() {
      timers.remove(this);
    }

    @Override
    public int compareTo(Timer other) {
      return Long.compare(deadlineNs - other.deadlineNs, 0);
    }
  }

  private static final Logger LOG = LoggerFactory.getLogger(EventLoop.class);
  private static final int MAX_EVENTS = 64;
  private static final long WAKE_ID = 0;

  private final String roleName;
  private final Epoll epoll = new Epoll(MAX_EVENTS);
  private final int wakeFd = EventFd.create();
  private final Long2ObjectHashMap<Handler> handlers = new Long2ObjectHashMap<>();
  private final PriorityQueue<Timer> timers = new PriorityQueue<>();
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final Runnable onWake;
  private long nextId = WAKE_ID + 1;
  private volatile boolean isStopping;
  private volatile Thread thread;

  /**
   * @param onWake runs after every {@link #wake}
   */
  EventLoop(String roleName, Runnable onWake) {
    this.roleName = roleName;
    this.onWake = onWake;
    epoll.add(wakeFd, Epoll.IN, WAKE_ID);
  }

  /**
   * Watches a descriptor for something to read.
   *
   * @return what {@link #unwatch} takes; ids are never used again, so that an event which was
   *     already found cannot reach a successor
   */
  long watch(int fd, Handler handler) {
    long id = nextId++;
    epoll.add(fd, Epoll.IN, id);
    handlers.put(id, handler);
    return id;
  }

  /** To be called before the descriptor is closed. */
  void unwatch(int fd, long id) {
    if (handlers.remove(id) != null) {
      epoll.remove(fd);
    }
  }

  Timer schedule(long delayNs, Runnable action) {
    Timer timer = new Timer(System.nanoTime() + delayNs, action);
    timers.add(timer);
    return timer;
  }

  /** Makes the loop look after whatever another thread left for it. Allocates nothing. */
  void wake() {
    if (!isStopping) {
      EventFd.signal(wakeFd);
    }
  }

  /**
   * Runs the code on the control thread and waits for its result, from any other thread.
   *
   * @throws RejectedExecutionException once the loop is closed
   */
  <T> T call(Supplier<T> code) {
    if (Thread.currentThread() == thread) {
      throw new IllegalStateException("the control thread would wait for itself");
    }
    CompletableFuture<T> result = new CompletableFuture<>();
    Runnable task =
        () -> {
          try {
            result.complete(code.get());
          } catch (Throwable t) {
            result.completeExceptionally(t);
          }
        };
    tasks.add(task);
    // A task that has been taken runs to its end; it may be the one that stops the loop.
    if (isStopping && tasks.remove(task)) {
      throw new RejectedExecutionException(roleName + " is closed");
    }
    wake();
    try {
      return result.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  /** Lets a last piece of code run, after which {@link #call} is refused. */
  void stop(Runnable last) {
    call(() -> {
      isStopping = true;
      last.run();
      return null;
    });
  }

  @Override
  public void onStart() {
    thread = Thread.currentThread();
  }

  @Override
  public int doWork() {
    int found = epoll.await(timeoutMs());
    for (int i = 0; i < found; i++) {
      long id = epoll.data(i);
      if (id == WAKE_ID) {
        EventFd.drain(wakeFd);
        guarded(onWake);
      } else {
        Handler handler = handlers.get(id);
        int happened = epoll.happened(i);
        if (handler != null) {
          guarded(() -> handler.onEvents(happened));
        }
      }
    }
    return found + runTasks() + runTimers();
  }

  private int runTasks() {
    int ran = 0;
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
      ran++;
    }
    return ran;
  }

  private int runTimers() {
    int ran = 0;
    long nowNs = System.nanoTime();
    while (!timers.isEmpty() && timers.peek().deadlineNs - nowNs <= 0) {
      guarded(timers.poll().action);
      ran++;
    }
    return ran;
  }

  private int timeoutMs() {
    if (isStopping || !tasks.isEmpty()) {
      return 0;
    }
    if (timers.isEmpty()) {
      return Epoll.FOREVER;
    }
    long remainingNs = timers.peek().deadlineNs - System.nanoTime();
    long remainingMs = TimeUnit.NANOSECONDS.toMillis(Math.max(remainingNs, 0)) + 1;
    return remainingNs <= 0 ? 0 : (int) Math.min(remainingMs, Integer.MAX_VALUE);
  }

  /** One interface's mishap must not take the thread that serves all of them. */
  private static void guarded(Runnable action) {
    try {
      action.run();
    } catch (RuntimeException e) {
      LOG.error("memif control: an event could not be handled", e);
    }
  }

  @Override
  public void onClose() {
    isStopping = true;
    runTasks();
    epoll.close();
    FileDescriptors.close(wakeFd);
  }

  @Override
  public String roleName() {
    return roleName;
  }
}
