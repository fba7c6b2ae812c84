package dev.heddle.control;

/** The counters of routes that count, by route id. */
public interface RouteMeter {
  /** Packets that took a route. */
  long packets(int routeId);

  /** Their bytes. */
  long bytes(int routeId);

  /** Sets both to zero; no worker runs tables that have the route any more. */
  void clear(int routeId);
}
