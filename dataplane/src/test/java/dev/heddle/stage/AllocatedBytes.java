package dev.heddle.stage;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;

/**
 * How much an action allocates again and again.
 *
 * <p>HotSpot itself allocates on a running thread now and then: when a method is to be compiled,
 * the thread that asks for it loads the classes of its signature and resolves the string constants
 * of its class, once. That is some hundred bytes, or 22 KB where a class is read, and it may come
 * late for a method that is rarely called. What the code allocates comes in every run.
 */
public final class AllocatedBytes {
  private AllocatedBytes() {}

  /**
   * Runs an action on this thread and returns the median of what its runs allocated.
   *
   * @param runs how often
   */
  public static long median(int runs, Runnable action) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long self = Thread.currentThread().threadId();
    long[] allocated = new long[runs];
    for (int run = 0; run < runs; run++) {
      long before = threads.getThreadAllocatedBytes(self);
      action.run();
      allocated[run] = threads.getThreadAllocatedBytes(self) - before;
    }
    Arrays.sort(allocated);
    return allocated[runs / 2];
  }
}
