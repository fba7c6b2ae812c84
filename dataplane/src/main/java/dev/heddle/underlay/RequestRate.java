package dev.heddle.underlay;

/** A token bucket for requests, whomever they are about. */
final class RequestRate {
  /** Requests per second that can go on for ever. */
  static final int PER_SECOND = 500;

  /** Requests at once after a quiet time. */
  static final int BURST = 50;

  private static final long NS_PER_REQUEST = 1_000_000_000L / PER_SECOND;
  private static final long BURST_NS = BURST * NS_PER_REQUEST;

  /** The time until which tokens are spent; they flow in as it falls behind. */
  private long spentUntilNs;

  RequestRate(long nowNs) {
    spentUntilNs = nowNs - BURST_NS;
  }

  boolean tryTake(long nowNs) {
    if (nowNs - spentUntilNs > BURST_NS) {
      spentUntilNs = nowNs - BURST_NS;
    }
    if (nowNs - nextNs() < 0) {
      return false;
    }
    spentUntilNs += NS_PER_REQUEST;
    return true;
  }

  /** When there is a token again. */
  long nextNs() {
    return spentUntilNs + NS_PER_REQUEST;
  }
}
