package dev.heddle.port.memif.channel;

/**
 * How many connections a socket may accept now: a token bucket that is full at first and gains one
 * token per interval.
 */
final class ConnectAllowance {
  private final long intervalNs;
  private final long fullNs;

  /** Credit as time; each connection costs one interval. */
  private long creditNs;

  private long updatedAtNs;

  ConnectAllowance(MemifLimits limits, long nowNs) {
    this.intervalNs = limits.connectIntervalNs();
    this.fullNs = limits.connectBurst() * intervalNs;
    this.creditNs = fullNs;
    this.updatedAtNs = nowNs;
  }

  boolean isLeft(long nowNs) {
    creditNs = Math.min(fullNs, creditNs + (nowNs - updatedAtNs));
    updatedAtNs = nowNs;
    return creditNs >= intervalNs;
  }

  void take() {
    creditNs -= intervalNs;
  }
}
