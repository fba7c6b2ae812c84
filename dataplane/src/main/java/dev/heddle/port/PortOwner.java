package dev.heddle.port;

/** Who uses ports once they are open: the workers. Called by any thread that is none of them. */
public interface PortOwner {
  /**
   * The port's queues may be used from now on. Returns when they are.
   *
   * @throws IllegalStateException where it cannot be used; {@link #detach} it then
   */
  void attach(Port port);

  /** Returns once the interface's port is used no longer. */
  void detach(int interfaceIndex);
}
