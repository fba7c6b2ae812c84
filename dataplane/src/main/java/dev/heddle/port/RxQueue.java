package dev.heddle.port;

import dev.heddle.packet.Batch;

/** A queue that one worker takes packets from. Called by that worker only. */
public interface RxQueue {
  /** For {@link #eventFd}: the queue must be polled. */
  int NO_INTERRUPT = -1;

  /** Index of the interface the packets come from. */
  int interfaceIndex();

  /** Whether the packets come without an Ethernet header. */
  boolean ipMode();

  /**
   * Fills {@code batch} with the next packets. Their memory is the sender's until {@link #release}.
   *
   * @param countersRow address of this worker's counters row for the interface: bad descriptors are
   *     counted there
   * @return packets taken, whether they are in the batch or were dropped for a bad descriptor; 0
   *     when the queue was empty
   */
  int receive(Batch batch, long countersRow);

  /**
   * Gives the memory of the last batch back to the sender. Call it once after each {@link #receive}
   * that took any.
   */
  void release();

  /**
   * Looks whether an error was the sender's doing, who took away memory that it had shared.
   *
   * @return false where it was: the sender has been reported and the queue must not be touched any
   *     more, not even to release its last batch
   */
  boolean check();

  /**
   * Asks the sender to interrupt when it adds packets, or not to.
   *
   * @return whether packets wait already, so that sleeping now would leave them unseen
   */
  boolean enableInterrupt(boolean enabled);

  /** The file descriptor that becomes readable on an interrupt, or {@link #NO_INTERRUPT}. */
  int eventFd();

  /**
   * Whether the queue need not be polled but when its {@link #eventFd} has just become readable,
   * since each look at it is a system call. It then has an edge for every packet that comes after
   * {@link #receive} found nothing more.
   */
  default boolean pollsWhenReady() {
    return false;
  }

  /** Of such a queue, whether the last {@link #receive} may have left packets that wait. */
  default boolean hasMore() {
    return false;
  }
}
