package dev.heddle.control;

/**
 * An object of which the daemon observes whether it works, and not only what was asked for.
 *
 * @param kind of object
 * @param name of an endpoint or uplink, or a worker's number
 */
record Observation(Kind kind, String name) {
  enum Kind {
    ENDPOINT,
    UPLINK,
    WORKER
  }
}
