package dev.heddle.ffi.dpdk;

import dev.heddle.ffi.dpdk.generated.eth_rx_burst_t;
import dev.heddle.ffi.dpdk.generated.eth_tx_burst_t;
import dev.heddle.ffi.dpdk.generated.rte_mbuf;
import dev.heddle.ffi.dpdk.generated.rte_mempool_cache;
import dev.heddle.ffi.dpdk.generated.rte_mempool_dequeue_t;
import dev.heddle.memory.Memory;
import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;

/**
 * A device in this JVM that behaves as a driver of DPDK's does, and needs no DPDK: workers are
 * trained with it. What is sent to it is gone. For one thread.
 */
public final class LoopbackDevice {
  private static final long NB_SEGS = rte_mbuf.nb_segs$offset();
  private static final int NOT_ENOUGH = -1;

  private final long[] free;
  private final long[] offered;
  private final MemorySegment receive;
  private final MemorySegment send;
  private final MemorySegment dequeue;
  private final MemorySegment release;
  private final long cache;
  private int freeCount;
  private int offeredCount;
  private int refused;

  /**
   * @param arena must outlive every use; its thread is the one that uses the device
   * @param packetBytes longest packet of a buffer
   */
  public LoopbackDevice(Arena arena, int buffers, int packetBytes) {
    free = new long[buffers];
    offered = new long[buffers];
    long headerBytes = rte_mbuf.sizeof();
    long eachBytes = headerBytes + Mempool.HEADROOM_BYTES + packetBytes;
    long memory = arena.allocate(buffers * eachBytes, headerBytes).address();
    for (int i = 0; i < buffers; i++) {
      long mbuf = memory + i * eachBytes;
      Memory.putLong(mbuf + rte_mbuf.buf_addr$offset(), mbuf + headerBytes);
      free[freeCount++] = mbuf;
    }
    receive = eth_rx_burst_t.allocate(this::receive, arena);
    send = eth_tx_burst_t.allocate(this::send, arena);
    dequeue = rte_mempool_dequeue_t.allocate(this::dequeue, arena);
    release = releaseStub(arena);
    cache = rte_mempool_cache.allocate(arena).address();
  }

  @SuppressWarnings("restricted")
  private MemorySegment releaseStub(Arena arena) {
    try {
      MethodHandle handle =
          MethodHandles.lookup().bind(this, "release", MbufRelease.DESCRIPTOR.toMethodType());
      return Linker.nativeLinker().upcallStub(handle, MbufRelease.DESCRIPTOR, arena);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Its receive queue. */
  public RxBurst receiver() {
    return new RxBurst(receive, MemorySegment.NULL);
  }

  /** Its transmit queue. */
  public TxBurst transmitter() {
    return new TxBurst(send, MemorySegment.NULL);
  }

  /** Its free buffers. */
  public MbufCache buffers() {
    return new MbufCache(MemorySegment.NULL, dequeue, cache);
  }

  /** Takes received buffers back. */
  public MbufRelease releases() {
    return new MbufRelease(release);
  }

  /** Whether there is a buffer for another packet. */
  public boolean hasRoom() {
    return freeCount > 0;
  }

  /**
   * Lets a packet be received next; needs {@link #hasRoom}.
   *
   * @param whole whether it says to be in one buffer
   */
  public void offer(long packet, int bytes, boolean whole) {
    long mbuf = free[--freeCount];
    Memory.copy(packet, Mbuf.writeAddress(mbuf), bytes);
    Mbuf.describe(mbuf, bytes);
    Memory.putShort(mbuf + NB_SEGS, (short) (whole ? 1 : 2));
    offered[offeredCount++] = mbuf;
  }

  /** Lets each call of the transmitter leave so many packets, or all of them. */
  public void refuse(int packets) {
    refused = packets;
  }

  private short receive(MemorySegment queue, MemorySegment mbufs, short most) {
    int count = Math.min(offeredCount, Short.toUnsignedInt(most));
    for (int i = 0; i < count; i++) {
      Memory.putLong(mbufs.address() + (long) i * Long.BYTES, offered[--offeredCount]);
    }
    return (short) count;
  }

  private short send(MemorySegment queue, MemorySegment mbufs, short count) {
    int taken = Math.max(0, Short.toUnsignedInt(count) - refused);
    release(mbufs, taken);
    return (short) taken;
  }

  private int dequeue(MemorySegment pool, MemorySegment mbufs, int count) {
    if (freeCount < count) {
      return NOT_ENOUGH;
    }
    for (int i = 0; i < count; i++) {
      Memory.putLong(mbufs.address() + (long) i * Long.BYTES, free[--freeCount]);
    }
    return 0;
  }

  private void release(MemorySegment mbufs, int count) {
    for (int i = 0; i < count; i++) {
      free[freeCount++] = Memory.getLong(mbufs.address() + (long) i * Long.BYTES);
    }
  }
}
