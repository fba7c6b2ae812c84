package dev.heddle.port;

/**
 * An interface that can carry packets now, as all workers share it. Attached to them and detached
 * by {@code WorkerGroup}; each worker then calls the methods below on its own thread.
 */
public interface Port {
  /** Index of the interface. */
  int interfaceIndex();

  /** How many queues packets are to be taken from; they are spread over the workers. */
  int receiveQueues();

  /** A worker comes, before it opens any queue. */
  default void join() {}

  /** Opens a receive queue for the worker that is to poll it. */
  RxQueue openReceiveQueue(int queue, PortTools worker);

  /**
   * Opens a worker's way to the interface.
   *
   * @param workerIndex the worker's number; there may be fewer queues than workers
   * @return null where nothing can be sent to the interface
   */
  TxPort openTransmitPort(int workerIndex, PortTools worker);

  /** A worker goes; it touches none of its queues any more. */
  default void leave() {}

  /**
   * Looks whether an error was the peer's doing, who took away memory that it had shared.
   *
   * @return false where it was: the peer has been reported
   */
  boolean check();
}
