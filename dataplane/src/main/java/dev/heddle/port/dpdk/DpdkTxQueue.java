package dev.heddle.port.dpdk;

import dev.heddle.ffi.dpdk.TxBurst;
import dev.heddle.port.QueueLock;

/** A transmit queue of a DPDK port, which one or more workers give packets to. */
final class DpdkTxQueue extends QueueLock {
  private final TxBurst burst;

  DpdkTxQueue(TxBurst burst) {
    this.burst = burst;
  }

  /** Whoever calls has the lock. */
  TxBurst burst() {
    return burst;
  }
}
