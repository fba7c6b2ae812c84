package dev.heddle.port.dpdk;

import dev.heddle.ffi.dpdk.Mbuf;
import dev.heddle.ffi.dpdk.MbufRelease;
import dev.heddle.ffi.dpdk.RxBurst;
import dev.heddle.memory.Memory;
import dev.heddle.observe.DropReason;
import dev.heddle.observe.InterfaceCounter;
import dev.heddle.packet.Batch;
import dev.heddle.packet.PacketPool;
import dev.heddle.port.RxQueue;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Takes packets from a receive queue of a DPDK port. They stay in the driver's buffers until {@link
 * #release}. The driver is trusted, and what stands in its descriptors.
 */
final class DpdkRxQueue implements RxQueue {
  private final int interfaceIndex;
  private final RxBurst burst;
  private final MbufRelease buffers;
  private final MemorySegment mbufs;
  private final long mbufsAddress;
  private int taken;

  DpdkRxQueue(int interfaceIndex, RxBurst burst, MbufRelease buffers) {
    this.interfaceIndex = interfaceIndex;
    this.burst = burst;
    this.buffers = buffers;
    this.mbufs = Arena.ofAuto().allocate((long) Batch.CAPACITY * Long.BYTES, Long.BYTES);
    this.mbufsAddress = mbufs.address();
  }

  @Override
  public int interfaceIndex() {
    return interfaceIndex;
  }

  @Override
  public boolean ipMode() {
    return false;
  }

  @Override
  public int receive(Batch batch, long countersRow) {
    batch.count = 0;
    batch.hasOffloads = false;
    int packets = burst.receive(mbufs, Batch.CAPACITY);
    taken = packets;
    if (packets > 0) {
      fill(batch, packets);
      if (batch.count < packets) {
        InterfaceCounter.drop(
            countersRow, DropReason.RX_TOO_LONG.ordinal(), (long) packets - batch.count);
      }
    }
    return packets;
  }

  /** Leaves out what is longer than the port was set up for, and so came in several buffers. */
  private void fill(Batch batch, int packets) {
    long[] frames = batch.frame;
    int[] lengths = batch.lengthBytes;
    int packet = 0;
    for (int i = 0; i < packets; i++) {
      long mbuf = Memory.getLong(mbufsAddress + (long) i * Long.BYTES);
      int bytes = Mbuf.packetBytes(mbuf);
      if (Mbuf.isWhole(mbuf) && bytes <= PacketPool.CAPACITY_BYTES) {
        frames[packet] = Mbuf.data(mbuf);
        lengths[packet++] = bytes;
      }
    }
    batch.count = packet;
  }

  @Override
  public void release() {
    int count = taken;
    taken = 0;
    buffers.release(mbufs, count);
  }

  /** What DPDK gives is never taken away. */
  @Override
  public boolean check() {
    return true;
  }

  @Override
  public boolean enableInterrupt(boolean enabled) {
    return false;
  }

  @Override
  public int eventFd() {
    return NO_INTERRUPT;
  }
}
