package dev.heddle.ffi.dpdk;

import dev.heddle.ffi.dpdk.generated.eth_rx_burst_t;
import java.lang.foreign.MemorySegment;

/**
 * Takes packets from a receive queue of a started port. One thread at a time; not after the port
 * was stopped. Allocates nothing.
 */
public final class RxBurst {
  private final MemorySegment function;
  private final MemorySegment queue;

  /**
   * @param function of the type {@code eth_rx_burst_t}
   * @param queue its first argument
   */
  RxBurst(MemorySegment function, MemorySegment queue) {
    this.function = function;
    this.queue = queue;
  }

  /**
   * @param mbufs receives the addresses of the packets' descriptors, which then are the caller's
   * @return how many packets there were
   */
  public int receive(MemorySegment mbufs, int most) {
    return Short.toUnsignedInt(eth_rx_burst_t.invoke(function, queue, mbufs, (short) most));
  }
}
