package dev.heddle.control;

import dev.heddle.model.Endpoint;

/** The doors that pods come through. Called by one thread at a time. */
public interface Ports {
  /** How many endpoints there may be; their interface indexes are below. */
  int capacity();

  /**
   * Opens an endpoint's port. Nothing passes before tables with the endpoint are published.
   *
   * @throws PortException if that is not possible; nothing of it stays
   */
  void open(int interfaceIndex, Endpoint endpoint);

  /** Closes a port; tables without its endpoint have been published. */
  void close(int interfaceIndex);
}
