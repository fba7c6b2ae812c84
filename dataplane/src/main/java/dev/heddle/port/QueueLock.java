package dev.heddle.port;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** A lock for what several workers share of a transmit queue, taken at most once per batch. */
public abstract class QueueLock {
  private static final VarHandle HOLDER;

  private static final long NOBODY = 0;

  private static final int SPINS_BEFORE_YIELD = 1_000;

  static {
    try {
      HOLDER = MethodHandles.lookup().findVarHandle(QueueLock.class, "holder", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** Id of the thread that has the lock, so that it knows this after an error, too. */
  @SuppressWarnings("unused") // through HOLDER
  private long holder;

  /**
   * Takes the lock for a worker's port that opens. Where another worker has it, that one may wait
   * for a queue which this worker holds: so all of this worker's ports are flushed first.
   */
  public final void lockFor(OpenPorts openPorts) {
    if (!tryLock()) {
      openPorts.flushAll();
      lock();
    }
  }

  private boolean tryLock() {
    return HOLDER.compareAndSet(this, NOBODY, Thread.currentThread().threadId());
  }

  private void lock() {
    int spins = 0;
    while (!tryLock()) {
      if (++spins < SPINS_BEFORE_YIELD) {
        Thread.onSpinWait();
      } else {
        Thread.yield();
      }
    }
  }

  /** Whether the calling thread has the lock. */
  public final boolean isMine() {
    return (long) HOLDER.getOpaque(this) == Thread.currentThread().threadId();
  }

  /** Gives the queue back as it is. */
  public final void unlock() {
    HOLDER.setRelease(this, NOBODY);
  }
}
