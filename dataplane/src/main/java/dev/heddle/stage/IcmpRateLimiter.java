package dev.heddle.stage;

import java.util.Arrays;

/**
 * A token bucket per interface for the ICMP errors that its packets cause (RFC 1812 4.3.2.8, RFC
 * 4443 2.4 f). Each worker has one limiter of its own, so nothing here is shared between threads.
 *
 * <p>A bucket is one long: the time until which its tokens are spent. Tokens flow in as that time
 * falls behind.
 */
public final class IcmpRateLimiter {
  /** Errors per second, interface and worker that can go on for ever. */
  public static final int ERRORS_PER_SECOND = 1_000;

  /** Errors at once after a quiet time. */
  public static final int BURST_ERRORS = 50;

  static final long NS_PER_ERROR = 1_000_000_000L / ERRORS_PER_SECOND;

  private static final long BURST_NS = NS_PER_ERROR * BURST_ERRORS;

  private final long[] spentUntilNs;

  /**
   * @param interfaces how many interfaces there may be
   * @param nowNs the time from which on the buckets are full, by the clock of {@link #tryTake}
   */
  public IcmpRateLimiter(int interfaces, long nowNs) {
    spentUntilNs = new long[interfaces];
    Arrays.fill(spentUntilNs, nowNs - BURST_NS);
  }

  /** Takes a token for an error about a packet of this interface, if one is left. */
  public boolean tryTake(int interfaceIndex, long nowNs) {
    long spentNs = spentUntilNs[interfaceIndex];
    if (nowNs - spentNs > BURST_NS) {
      spentNs = nowNs - BURST_NS;
    }
    if (nowNs - spentNs < NS_PER_ERROR) {
      return false;
    }
    spentUntilNs[interfaceIndex] = spentNs + NS_PER_ERROR;
    return true;
  }
}
