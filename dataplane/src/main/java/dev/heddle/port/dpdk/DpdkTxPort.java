package dev.heddle.port.dpdk;

import dev.heddle.ffi.dpdk.Mbuf;
import dev.heddle.ffi.dpdk.MbufCache;
import dev.heddle.ffi.dpdk.MbufRelease;
import dev.heddle.memory.Memory;
import dev.heddle.observe.DropReason;
import dev.heddle.observe.InterfaceCounter;
import dev.heddle.packet.Batch;
import dev.heddle.packet.TxWindow;
import dev.heddle.port.OpenPorts;
import dev.heddle.port.TxPort;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * One worker's way into a {@link DpdkTxQueue}: its windows are free packet buffers, and what was
 * written to them goes to the driver at the end of the batch.
 */
final class DpdkTxPort implements TxPort {
  /** Most packets that wait for the end of their batch. */
  private static final int MOST_PACKETS = 2 * Batch.CAPACITY;

  /** How often a worker tries again when the driver takes no more packets. */
  private static final int FULL_RING_TRIES = 16;

  private final DpdkTxQueue queue;
  private final MbufCache buffers;
  private final MbufRelease unsent;
  private final int longestFrameBytes;
  private final long countersRow;
  private final OpenPorts openPorts;
  private final MemorySegment mbufs;
  private final long mbufsAddress;
  private int packets;
  private boolean open;

  /**
   * @param buffers the worker's own, of the port's pool
   * @param unsent takes back the buffers of packets that the driver does not take
   * @param longestFrameBytes that a buffer holds
   * @param countersRow address of this worker's counters row for the interface
   * @param openPorts the worker's ports to be flushed
   */
  DpdkTxPort(
      DpdkTxQueue queue,
      MbufCache buffers,
      MbufRelease unsent,
      int longestFrameBytes,
      long countersRow,
      OpenPorts openPorts) {
    this.queue = queue;
    this.buffers = buffers;
    this.unsent = unsent;
    this.longestFrameBytes = longestFrameBytes;
    this.countersRow = countersRow;
    this.openPorts = openPorts;
    this.mbufs = Arena.ofAuto().allocate((long) MOST_PACKETS * Long.BYTES, Long.BYTES);
    this.mbufsAddress = mbufs.address();
  }

  @Override
  public void reserve(TxWindow window, int wanted) {
    int room = makeRoom(wanted);
    if (room == 0) {
      window.refuse(DropReason.TX_RING_FULL, wanted);
      return;
    }
    long[] addresses = window.buffer;
    long top = buffers.top();
    for (int i = 0; i < room; i++) {
      addresses[i] = Mbuf.writeAddress(MbufCache.at(top, i));
    }
    window.open(room, longestFrameBytes, false);
  }

  @Override
  public void commit(TxWindow window, Batch batch, int from, int to) {
    int count = to - from;
    window.take(count);
    if (window.refusal != null) {
      drop(window.refusal, count);
      return;
    }
    int[] lengths = batch.lengthBytes;
    long top = buffers.top();
    long next = mbufsAddress + (long) packets * Long.BYTES;
    for (int i = 0; i < count; i++) {
      long mbuf = MbufCache.at(top, i);
      Mbuf.describe(mbuf, lengths[from + i]);
      Memory.putLong(next + (long) i * Long.BYTES, mbuf);
    }
    buffers.take(count);
    packets += count;
  }

  @Override
  public void send(long frame, int frameBytes) {
    if (frameBytes > longestFrameBytes) {
      drop(DropReason.TX_TOO_BIG, 1);
    } else if (makeRoom(1) == 0) {
      drop(DropReason.TX_RING_FULL, 1);
    } else {
      long mbuf = MbufCache.at(buffers.top(), 0);
      buffers.take(1);
      Memory.copy(frame, Mbuf.writeAddress(mbuf), frameBytes);
      Mbuf.describe(mbuf, frameBytes);
      Memory.putLong(mbufsAddress + (long) packets++ * Long.BYTES, mbuf);
    }
  }

  /** Opens the port, and looks for free buffers; what the driver has sent may give some back. */
  private int makeRoom(int wanted) {
    if (!open) {
      queue.lockFor(openPorts);
      open = true;
      openPorts.add(this);
    }
    if (packets == MOST_PACKETS) {
      giveToDriver();
    }
    int most = Math.min(wanted, MOST_PACKETS - packets);
    int room = buffers.available(most);
    if (room == 0) {
      giveToDriver();
      room = buffers.available(most);
    }
    return room;
  }

  /** Gives the driver all packets that wait; those that it does not take are dropped. */
  private void giveToDriver() {
    int count = packets;
    long bytes = bytes(count);
    int left = count;
    for (int tries = 0; left > 0 && tries < FULL_RING_TRIES; tries++) {
      int sent = queue.burst().send(mbufs, left);
      left -= sent;
      if (left > 0) {
        moveToFront(sent, left);
        Thread.onSpinWait();
      }
    }
    packets = 0;
    if (left > 0) {
      bytes -= bytes(left);
      drop(DropReason.TX_RING_FULL, left);
      unsent.release(mbufs, left);
    }
    InterfaceCounter.TX_PACKETS.add(countersRow, (long) count - left);
    InterfaceCounter.TX_BYTES.add(countersRow, bytes);
  }

  private long bytes(int count) {
    long bytes = 0;
    for (int i = 0; i < count; i++) {
      bytes += Mbuf.packetBytes(Memory.getLong(mbufsAddress + (long) i * Long.BYTES));
    }
    return bytes;
  }

  private void moveToFront(int from, int count) {
    for (int i = 0; i < count; i++) {
      long mbuf = Memory.getLong(mbufsAddress + (long) (from + i) * Long.BYTES);
      Memory.putLong(mbufsAddress + (long) i * Long.BYTES, mbuf);
    }
  }

  @Override
  public void flush() {
    if (packets > 0) {
      giveToDriver();
    }
    open = false;
    queue.unlock();
  }

  @Override
  public boolean recover() {
    if (queue.isMine()) {
      flush();
    }
    open = false;
    return true;
  }

  private void drop(DropReason reason, int count) {
    InterfaceCounter.drop(countersRow, reason.ordinal(), count);
  }
}
