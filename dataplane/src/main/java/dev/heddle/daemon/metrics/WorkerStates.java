package dev.heddle.daemon.metrics;

/** What is known of workers now, beside their counters. */
interface WorkerStates {
  /** Whether it stands still. */
  boolean isStalled(int worker);

  /** Time in turns that found something to do; its counter lacks what the present turns take. */
  long busyNs(int worker);

  /** Time in turns that found nothing, and asleep; its counter lacks the present ones, too. */
  long idleNs(int worker);
}
