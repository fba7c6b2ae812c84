package dev.heddle.ffi.dpdk;

import dev.heddle.ffi.dpdk.generated.Dpdk;
import dev.heddle.ffi.dpdk.generated.rte_mempool;
import dev.heddle.ffi.dpdk.generated.rte_mempool_cache;
import dev.heddle.ffi.dpdk.generated.rte_mempool_dequeue_t;
import dev.heddle.ffi.dpdk.generated.rte_mempool_ops;
import dev.heddle.ffi.dpdk.generated.rte_mempool_ops_table;
import dev.heddle.memory.Memory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The stack of free packet buffers that a thread has in a pool, which drivers give sent buffers
 * back to. Taking one from it costs a load: the functions that would do it are inline in DPDK's
 * headers and cannot be called, so this does the same to the same structure.
 *
 * <p>Belongs to the thread that it was made for. Allocates nothing.
 */
public final class MbufCache {
  private static final long LENGTH = rte_mempool_cache.len$offset();
  private static final long BUFFERS = rte_mempool_cache.objs$offset();

  /** Fetched from the pool at once, beside what is wanted. */
  private static final int RESERVE = 64;

  private final MemorySegment pool;
  private final MemorySegment dequeue;
  private final long cache;

  /** Where the pool puts buffers on their way to the stack. */
  private final MemorySegment fetched;

  /**
   * @param dequeue of the type {@code rte_mempool_dequeue_t}, takes buffers from the pool
   * @param cache address of a {@code struct rte_mempool_cache}
   */
  MbufCache(MemorySegment pool, MemorySegment dequeue, long cache) {
    this.pool = pool;
    this.dequeue = dequeue;
    this.cache = cache;
    this.fetched = Arena.ofAuto().allocate((Mempool.CACHED_BUFFERS + RESERVE) * 8L, 8);
  }

  /** The stack of the thread that DPDK has this number for. */
  static MbufCache ofThread(MemorySegment pool, int lcore) {
    if (lcore < 0) {
      throw new DpdkException("a thread that DPDK does not know has no packet buffers");
    }
    MemorySegment operations =
        rte_mempool_ops.asSlice(
            rte_mempool_ops_table.ops(Dpdk.rte_mempool_ops_table()), rte_mempool.ops_index(pool));
    long caches = rte_mempool.local_cache(pool).address();
    return new MbufCache(
        pool,
        rte_mempool_ops.dequeue(operations),
        caches + (long) lcore * rte_mempool_cache.sizeof());
  }

  /**
   * Makes sure that the stack has some buffers, from the pool if need be.
   *
   * @param wanted at most {@link Mempool#CACHED_BUFFERS}
   * @return how many there are, at most what is wanted; 0 where the pool is empty
   */
  public int available(int wanted) {
    int present = Memory.getInt(cache + LENGTH);
    if (present < wanted) {
      present += fetch(present, wanted - present);
    }
    return Math.min(present, wanted);
  }

  private int fetch(int present, int missing) {
    if (dequeue(present, missing + RESERVE)) {
      return missing + RESERVE;
    }
    // The pool is almost empty: as many as there are, to the nearest power of two.
    for (int count = Integer.highestOneBit(missing); count > 0; count >>= 1) {
      if (dequeue(present, count)) {
        return count;
      }
    }
    return 0;
  }

  private boolean dequeue(int present, int count) {
    if (rte_mempool_dequeue_t.invoke(dequeue, pool, fetched, count) != 0) {
      return false;
    }
    long end = cache + BUFFERS + (long) present * Long.BYTES;
    Memory.copy(fetched.address(), end, (long) count * Long.BYTES);
    Memory.putInt(cache + LENGTH, present + count);
    return true;
  }

  /** The address of the top of the stack, for {@link #at}; valid until it changes. */
  public long top() {
    return cache + BUFFERS + (long) Memory.getInt(cache + LENGTH) * Long.BYTES;
  }

  /** The buffer so many places below the top, of those that are available. */
  public static long at(long top, int place) {
    return Memory.getLong(top - ((long) place + 1) * Long.BYTES);
  }

  /** Takes the uppermost buffers away. */
  public void take(int count) {
    Memory.putInt(cache + LENGTH, Memory.getInt(cache + LENGTH) - count);
  }
}
