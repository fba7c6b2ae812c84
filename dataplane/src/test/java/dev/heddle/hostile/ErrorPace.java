package dev.heddle.hostile;

import dev.heddle.stage.IcmpRateLimiter;

/**
 * Lets frames follow each other so slowly that the rate limit is never what decides about an ICMP
 * error, however the machine stalls: what was not sent in time is not made up for beyond half of
 * what the limit grants at once.
 */
final class ErrorPace {
  private static final long NS_PER_ERROR = 1_000_000_000L / IcmpRateLimiter.ERRORS_PER_SECOND;
  private static final long BURST_NS = IcmpRateLimiter.BURST_ERRORS / 2 * NS_PER_ERROR;

  private long nextNs = System.nanoTime();

  /** Waits until one more frame may be sent, each of them after the last one was answered. */
  void await() {
    nextNs = Math.max(nextNs, System.nanoTime() - BURST_NS) + NS_PER_ERROR;
    Await.until("an ICMP error may be sent", () -> System.nanoTime() - nextNs >= 0);
  }
}
