package dev.heddle.ffi.dpdk;

import dev.heddle.ffi.dpdk.generated.eth_tx_burst_t;
import java.lang.foreign.MemorySegment;

/**
 * Gives packets to a transmit queue of a started port. One thread at a time; not after the port was
 * stopped. Allocates nothing.
 */
public final class TxBurst {
  private final MemorySegment function;
  private final MemorySegment queue;

  /**
   * @param function of the type {@code eth_tx_burst_t}
   * @param queue its first argument
   */
  TxBurst(MemorySegment function, MemorySegment queue) {
    this.function = function;
    this.queue = queue;
  }

  /**
   * @param mbufs addresses of the packets' descriptors
   * @return how many of the first ones the driver has taken over; the others stay the caller's
   */
  public int send(MemorySegment mbufs, int count) {
    return Short.toUnsignedInt(eth_tx_burst_t.invoke(function, queue, mbufs, (short) count));
  }
}
