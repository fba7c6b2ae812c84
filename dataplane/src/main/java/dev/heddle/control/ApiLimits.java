package dev.heddle.control;

/**
 * How much clients may ask for at a time, so that none of them takes the daemon from the others.
 */
final class ApiLimits {
  /** Of one message. */
  static final int MESSAGE_BYTES = 4 << 20;

  static final int CALLS_PER_CONNECTION = 64;

  /** A client is a user of this machine, or another host. */
  static final int CONNECTIONS_PER_CLIENT = 64;

  /** Connections of one door at a time. */
  static final int CONNECTIONS = 256;

  static final int WATCHES = 64;

  private ApiLimits() {}
}
