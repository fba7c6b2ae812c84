package dev.heddle.ffi.dpdk;

import dev.heddle.ffi.dpdk.generated.Dpdk;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A pool of packet buffers of one size. Close it when no queue and no thread uses it any more. */
public final class Mempool implements AutoCloseable {
  // Both are DPDK's own constants, which must be known where it is not installed, too.

  /** Bytes that each buffer has before its packet. */
  public static final int HEADROOM_BYTES = 128;

  /** Most free buffers that each registered thread keeps for itself, but for a moment. */
  public static final int CACHED_BUFFERS = 512;

  private static final int ANY_SOCKET = -1;

  private final MemorySegment pool;

  private Mempool(MemorySegment pool) {
    this.pool = pool;
  }

  /**
   * Creates a pool, on a thread that need not be registered.
   *
   * @param name no other pool has it; at most 25 characters
   * @param buffers how many
   * @param packetBytes longest packet that a buffer is to hold
   * @throws DpdkException if there is no memory for it
   */
  public static Mempool create(String name, int buffers, int packetBytes) {
    try (Arena arena = Arena.ofConfined()) {
      short roomBytes = (short) (packetBytes + HEADROOM_BYTES);
      MemorySegment pool =
          Dpdk.rte_pktmbuf_pool_create(
              arena.allocateFrom(name), buffers, CACHED_BUFFERS, (short) 0, roomBytes, ANY_SOCKET);
      if (pool.equals(MemorySegment.NULL)) {
        throw new DpdkException(
            "allocate %d packet buffers of %d bytes".formatted(buffers, packetBytes),
            Eal.lastError());
      }
      return new Mempool(pool);
    }
  }

  MemorySegment segment() {
    return pool;
  }

  /** Buffers that are free, those in threads' caches included. Slow. */
  public int free() {
    return Dpdk.rte_mempool_avail_count(pool);
  }

  /** The calling thread's way to free buffers; it must be registered. */
  public MbufCache cacheOfThisThread() {
    return MbufCache.ofThread(pool, Eal.lcore());
  }

  @Override
  public void close() {
    Dpdk.rte_mempool_free(pool);
  }
}
