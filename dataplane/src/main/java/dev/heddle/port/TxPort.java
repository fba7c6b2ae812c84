package dev.heddle.port;

import dev.heddle.packet.Batch;
import dev.heddle.packet.Offload;
import dev.heddle.packet.TxWindow;

/**
 * One worker's way to give packets to an interface. It opens at the first packet of a batch and is
 * flushed at the batch's end. Used by its worker only. Each packet given is sent or counted as
 * dropped on this interface.
 */
public interface TxPort {
  /**
   * Fills a window with the next free buffers, or refuses packets with it.
   *
   * @param packets how many there are, from 1 to {@link Batch#CAPACITY}; the window then has room
   *     for as many, or for fewer, but for one at least
   */
  void reserve(TxWindow window, int packets);

  /**
   * Sends the packets {@code from} to {@code to - 1} of a batch, which the window's first buffers
   * were filled with, or counts why not. Nothing else may be sent between {@link #reserve} and
   * this.
   */
  void commit(TxWindow window, Batch batch, int from, int to);

  /**
   * Sends one frame from private memory.
   *
   * @param frame address of its Ethernet header, which is left out where the interface has none
   * @param frameBytes with the Ethernet header
   */
  void send(long frame, int frameBytes);

  /** Whether the receiver takes packets with an {@link Offload}, as kernels do. */
  default boolean takesOffloads() {
    return false;
  }

  /**
   * Sends one frame from private memory whose checksum the receiver completes, or that it takes for
   * several, as {@code offload} says. Only where it {@link #takesOffloads}.
   *
   * @param frame address of its Ethernet header
   * @param frameBytes with the Ethernet header, up to {@link Batch#OFFLOAD_FRAME_BYTES}
   */
  default void sendOffloaded(long frame, int frameBytes, long offload) {
    throw new UnsupportedOperationException("the receiver takes complete packets only");
  }

  /**
   * Closes the port, in whatever state an error left it, and looks whether the error was the
   * receiver's doing, who took away memory that it had shared. What was given to such a receiver in
   * this batch is dropped.
   *
   * @return false where it was: the receiver has been reported and the port must not be used any
   *     more
   */
  boolean recover();

  /** Makes the batch's packets visible to the peer and adds up the counters. */
  void flush();
}
