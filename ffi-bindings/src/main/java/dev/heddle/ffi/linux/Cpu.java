package dev.heddle.ffi.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.heddle.ffi.linux.generated.Linux;
import java.io.File;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.BitSet;

/**
 * Which processors threads may run on, see sched_setaffinity(2), by the numbers that lscpu(1)
 * shows. Meant for platform threads only: a virtual thread moves between them.
 */
public final class Cpu {
  /** The kernel's mask in bytes; processors beyond it cannot be named. */
  private static final long MASK_BYTES = Linux.CPU_SETSIZE() / Byte.SIZE;

  private static final int CALLING_THREAD = 0;

  private static final MethodHandle SCHED_SETAFFINITY =
      Libc.function("sched_setaffinity", JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS);
  private static final MethodHandle SCHED_GETAFFINITY =
      Libc.function("sched_getaffinity", JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS);
  private static final MethodHandle SCHED_GETCPU = Libc.function("sched_getcpu", JAVA_INT);
  private static final MethodHandle GETTID = Libc.function("gettid", JAVA_INT);

  private Cpu() {}

  /** The processors that the calling thread may run on. */
  public static BitSet affinity() {
    return affinity(CALLING_THREAD);
  }

  private static BitSet affinity(int thread) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment mask = arena.allocate(MASK_BYTES, Long.BYTES);
      int result = (int) SCHED_GETAFFINITY.invokeExact(Libc.errnoPlace(), thread, MASK_BYTES, mask);
      if (result < 0) {
        throw Libc.failed("ask for the thread's processors");
      }
      return BitSet.valueOf(mask.toArray(JAVA_BYTE));
    } catch (Throwable t) {
      throw Libc.unchecked(t);
    }
  }

  /**
   * Keeps the calling thread on some processors from now on.
   *
   * @throws LinuxException EINVAL where the machine, or the control group, has none of them
   */
  public static void setAffinity(BitSet processors) {
    setAffinity(CALLING_THREAD, processors);
  }

  private static void setAffinity(int thread, BitSet processors) {
    if (processors.length() > Linux.CPU_SETSIZE()) {
      throw new IllegalArgumentException(
          "processor " + (processors.length() - 1) + ": must be below " + Linux.CPU_SETSIZE());
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment mask = arena.allocate(MASK_BYTES, Long.BYTES);
      byte[] bits = processors.toByteArray();
      MemorySegment.copy(bits, 0, mask, JAVA_BYTE, 0, bits.length);
      int result = (int) SCHED_SETAFFINITY.invokeExact(Libc.errnoPlace(), thread, MASK_BYTES, mask);
      if (result < 0) {
        throw Libc.failed("keep the thread on processors " + processors);
      }
    } catch (Throwable t) {
      throw Libc.unchecked(t);
    }
  }

  /** Keeps the calling thread on one processor from now on. */
  public static void pinTo(int processor) {
    BitSet only = new BitSet();
    only.set(processor);
    setAffinity(only);
  }

  /**
   * Takes some processors away from all threads of this process but those that have no others, and
   * so from all threads that they start later. Changes nothing where no processor would be left.
   */
  public static void leaveAlone(BitSet processors) {
    BitSet kept = affinity();
    kept.andNot(processors);
    if (!kept.isEmpty()) {
      // A thread may start another one while we look, so look until there is nothing to change.
      while (moveThreads(processors)) {
        Thread.onSpinWait();
      }
    }
  }

  /** Returns whether there was any thread to move. */
  private static boolean moveThreads(BitSet processors) {
    boolean moved = false;
    for (String name : new File("/proc/self/task").list()) {
      int thread = Integer.parseInt(name);
      try {
        BitSet kept = affinity(thread);
        boolean touches = kept.intersects(processors);
        kept.andNot(processors);
        if (touches && !kept.isEmpty()) {
          setAffinity(thread, kept);
          moved = true;
        }
      } catch (LinuxException e) {
        if (new File("/proc/self/task", name).exists()) {
          throw e;
        }
        // It has ended meanwhile.
      }
    }
    return moved;
  }

  /** The processor that the calling thread runs on now. */
  public static int current() {
    try {
      return (int) SCHED_GETCPU.invokeExact(Libc.errnoPlace());
    } catch (Throwable t) {
      throw Libc.unchecked(t);
    }
  }

  /** The calling thread's number, as /proc and top(1) show it. */
  public static int threadId() {
    try {
      return (int) GETTID.invokeExact(Libc.errnoPlace());
    } catch (Throwable t) {
      throw Libc.unchecked(t);
    }
  }
}
