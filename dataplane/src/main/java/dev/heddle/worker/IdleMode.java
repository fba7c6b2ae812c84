package dev.heddle.worker;

/** What a worker does when its queues are empty. */
public enum IdleMode {
  /** Polls without end: lowest latency, one core always busy. */
  SPIN,
  /** Polls for a short while, then sleeps until a peer's interrupt or a command comes. */
  ADAPTIVE
}
