package dev.heddle.port.memif.channel;

/**
 * How many connections a socket may accept now: a token bucket whose size and inflow grow with the
 * interfaces that share the socket, and that is full at first.
 */
final class ConnectAllowance {
  private final long intervalNs;
  private final long burstNs;

  /** Credit as time; each connection costs one interval. */
  private long creditNs;

  private long updatedAtNs;

  ConnectAllowance(MemifLimits limits, long nowNs) {
    this.intervalNs = limits.connectIntervalNs();
    this.burstNs = limits.connectBurst() * intervalNs;
    this.updatedAtNs = nowNs;
  }

  /** One more interface shares the socket, and its client may connect at once. */
  void addInterface() {
    creditNs += burstNs;
  }

  boolean isLeft(int interfaces, long nowNs) {
    creditNs = Math.min(interfaces * burstNs, creditNs + interfaces * (nowNs - updatedAtNs));
    updatedAtNs = nowNs;
    return creditNs >= intervalNs;
  }

  void take() {
    creditNs -= intervalNs;
  }
}
