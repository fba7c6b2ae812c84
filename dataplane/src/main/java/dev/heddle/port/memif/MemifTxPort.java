package dev.heddle.port.memif;

import dev.heddle.ffi.linux.PeerSignal;
import dev.heddle.memory.Memory;
import dev.heddle.observe.DropReason;
import dev.heddle.observe.InterfaceCounter;
import dev.heddle.packet.Batch;
import dev.heddle.packet.TxWindow;
import dev.heddle.port.OpenPorts;
import dev.heddle.port.TxPort;

/**
 * One worker's way into a {@link MemifTxQueue}: it locks the queue at the first packet of a batch
 * and publishes at its end.
 *
 * <p>As server the buffers are the peer's and its descriptors choose where we write: each is read
 * once and checked. As client they are our own and the ring is never asked.
 */
public final class MemifTxPort implements TxPort {
  private static final int INDEX_MASK = 0xffff;
  private static final long REGION_ONLY = 0xffff_0000L;
  private static final long FLAGS_ONLY = 0xffffL;

  /**
   * How often a worker looks again when a ring is full. A peer that drains at all frees some in
   * that time.
   */
  private static final int FULL_RING_SPINS = 64;

  private final MemifTxQueue queue;
  private final long countersRow;
  private final OpenPorts openPorts;
  private final ScatterList scatter;
  private final PeerSignal signal;
  private final long ringAddress;
  private final long descriptors;
  private final int slots;
  private final boolean server;
  private final int headerShift;
  private final long[] regionAddresses;
  private final long[] regionBytes;
  private final long ownBuffers;

  /** Free-running index of the next descriptor to fill; ours while the port is open. */
  private int next;

  /**
   * Index up to which descriptors are known to be free; equal to {@code next} while the port is
   * closed.
   */
  private int limit;

  private boolean open;
  private boolean full;
  private boolean failed;
  private long sentPackets;
  private long sentBytes;

  /** The region that the last descriptor named, and its place. */
  private int region = -1;

  private long regionBase;
  private long regionSize;

  /**
   * @param countersRow address of this worker's counters row for the interface
   * @param openPorts the worker's ports to be flushed
   * @param scatter the worker's memory for packets of several descriptors
   * @param signal interrupts sleeping peers for this worker
   */
  public MemifTxPort(
      MemifTxQueue queue,
      long countersRow,
      OpenPorts openPorts,
      ScatterList scatter,
      PeerSignal signal) {
    this.queue = queue;
    this.countersRow = countersRow;
    this.openPorts = openPorts;
    this.scatter = scatter;
    this.signal = signal;
    this.ringAddress = queue.ring().address();
    this.descriptors = ringAddress + RingLayout.DESCRIPTORS_OFFSET;
    this.slots = 1 << queue.ring().log2Size();
    this.server = queue.link().server();
    this.headerShift = queue.link().ipMode() ? Batch.ETHERNET_BYTES : 0;
    this.regionAddresses = queue.link().regionAddresses();
    this.regionBytes = queue.link().regionBytes();
    this.ownBuffers = queue.link().ownBuffers(queue.ring());
  }

  @Override
  public void reserve(TxWindow window, int packets) {
    if (next == limit && !makeRoom()) {
      window.refuse(DropReason.TX_RING_FULL, packets);
    } else if (server) {
      reserveTheirs(window, Math.min(packets, limit - next));
    } else {
      reserveOwn(window, Math.min(packets, limit - next));
    }
  }

  /** Reserves buffers of the peer that are alike: of one size, in one region. */
  private void reserveTheirs(TxWindow window, int wanted) {
    long first = Memory.getLong(descriptorAt(next)) & ~FLAGS_ONLY;
    int capacity = RingLayout.length(first);
    if (!isInside(first, Memory.getLong(descriptorAt(next) + 8))) {
      window.refuse(DropReason.TX_BAD_DESCRIPTOR, 1);
      return;
    }
    long[] buffers = window.buffer;
    long base = regionBase - headerShift;
    long last = regionSize - capacity;
    int room = 0;
    for (; room < wanted; room++) {
      long descriptor = descriptorAt(next + room);
      long low = Memory.getLong(descriptor) & ~FLAGS_ONLY;
      long offset = RingLayout.offset(Memory.getLong(descriptor + 8));
      if (low != first || offset > last) {
        break;
      }
      buffers[room] = base + offset;
    }
    if (room == 0) {
      // The peer has changed the descriptor since it was looked at.
      window.refuse(DropReason.TX_BAD_DESCRIPTOR, 1);
    } else {
      int longest = Math.min(capacity, MemifRxQueue.MAX_FRAME_BYTES) + headerShift;
      window.open(room, longest, headerShift != 0);
    }
  }

  private void reserveOwn(TxWindow window, int wanted) {
    long[] buffers = window.buffer;
    long base = ownBuffers - headerShift;
    long inRegion = queue.ring().bufferRegionOffset();
    int bufferBytes = queue.ring().bufferBytes();
    for (int k = 0; k < wanted; k++) {
      long offset = (long) (next + k & slots - 1) * bufferBytes;
      Memory.putLong(descriptorAt(next + k) + 8, inRegion + offset);
      buffers[k] = base + offset;
    }
    window.open(wanted, bufferBytes + headerShift, headerShift != 0);
  }

  @Override
  public void commit(TxWindow window, Batch batch, int from, int to) {
    window.take(to - from);
    if (window.refusal != null) {
      refuse(window.refusal, to - from);
      return;
    }
    int[] lengths = batch.lengthBytes;
    long tag = (long) (server ? region : queue.ring().bufferRegion()) << 16;
    int at = next - from;
    long bytes = 0;
    for (int i = from; i < to; i++) {
      long length = lengths[i] - headerShift;
      Memory.putLong(descriptorAt(at + i), tag | length << 32);
      bytes += length;
    }
    next = at + to;
    sentPackets += to - from;
    sentBytes += bytes;
  }

  private void refuse(DropReason reason, int packets) {
    if (reason == DropReason.TX_BAD_DESCRIPTOR) {
      reject(1);
    } else {
      drop(reason, packets);
    }
  }

  private long descriptorAt(int index) {
    return descriptors + ((long) (index & slots - 1) << 4);
  }

  @Override
  public void send(long frame, int frameBytes) {
    if (next == limit && !makeRoom()) {
      drop(DropReason.TX_RING_FULL, 1);
    } else {
      sendUnusual(frame, frameBytes);
    }
  }

  @Override
  public void flush() {
    publish();
    queue.close(next, full, signal);
    closed();
  }

  private void closed() {
    open = false;
    full = false;
    limit = next;
    InterfaceCounter.TX_PACKETS.add(countersRow, sentPackets);
    InterfaceCounter.TX_BYTES.add(countersRow, sentBytes);
    sentPackets = 0;
    sentBytes = 0;
  }

  @Override
  public boolean recover() {
    boolean present = queue.link().isMemoryPresent();
    if (!present) {
      queue.link().fail(LinkFault.MEMORY_FAULT);
      drop(DropReason.TX_INTERFACE_DOWN, (int) sentPackets);
      sentPackets = 0;
      sentBytes = 0;
    } else if (open && queue.isMine()) {
      flush();
    }
    if (queue.isMine()) {
      queue.unlock();
    }
    closed();
    return present;
  }

  private void fillDescriptor(long descriptor, long low, long high, int length) {
    Memory.putLong(descriptor, low & REGION_ONLY | (long) length << 32);
    if (!server) {
      Memory.putLong(descriptor + 8, high);
    }
  }

  /** Sends one packet over as many buffers as it needs, or finds what is wrong with them. */
  private void sendUnusual(long frame, int frameBytes) {
    int left = frameBytes - headerShift;
    int count = 0;
    scatter.reset();
    while (left > 0 && count < limit - next && count < ScatterList.MAX_SEGMENTS) {
      long descriptor = descriptorAt(next + count);
      long low = server ? Memory.getLong(descriptor) : ownLow();
      long high = server ? Memory.getLong(descriptor + 8) : ownHigh(next + count);
      count++;
      if (!isInside(low, high)) {
        reject(count);
        return;
      }
      int bytes = Math.min(left, RingLayout.length(low));
      left -= bytes;
      scatter.add(regionBase + RingLayout.offset(high), bytes);
      int flags = left > 0 ? RingLayout.FLAG_NEXT : 0;
      fillDescriptor(descriptor, low, high, bytes);
      Memory.putShort(descriptor, (short) flags);
    }
    if (left > 0) {
      boolean all = count == limit - next && limit - next < slots;
      if (all && makeRoom()) {
        sendUnusual(frame, frameBytes);
      } else {
        drop(all ? DropReason.TX_RING_FULL : DropReason.TX_TOO_BIG, 1);
      }
      return;
    }
    scatter.copy(frame + headerShift);
    next += count;
    sentPackets++;
    sentBytes += frameBytes - headerShift;
  }

  private boolean isInside(long low, long high) {
    int capacity = RingLayout.length(low);
    return (RingLayout.region(low) == region || selectRegion(RingLayout.region(low)))
        && capacity > 0
        && RingLayout.offset(high) + capacity <= regionSize;
  }

  private boolean selectRegion(int number) {
    if (number >= regionBytes.length) {
      return false;
    }
    region = number;
    regionBase = regionAddresses[number];
    regionSize = regionBytes[number];
    return true;
  }

  private long ownLow() {
    return RingLayout.descriptorLow(0, queue.ring().bufferRegion(), queue.ring().bufferBytes());
  }

  private long ownHigh(int index) {
    return queue.ring().bufferRegionOffset()
        + (long) (index & slots - 1) * queue.ring().bufferBytes();
  }

  /**
   * Steps over descriptors the last of which is bad: empty packets for the peer, a drop for ours.
   */
  private void reject(int count) {
    for (int i = 0; i < count; i++) {
      long descriptor = descriptorAt(next++);
      Memory.putShort(descriptor, (short) 0);
      Memory.putInt(descriptor + 4, 0);
    }
    drop(DropReason.TX_BAD_DESCRIPTOR, 1);
  }

  /** Opens the port, or looks again for descriptors that the peer has freed. */
  private boolean makeRoom() {
    if (!open) {
      open();
    }
    int known = limit - next;
    int spins = full ? 0 : queue.stuck() ? 1 : FULL_RING_SPINS;
    int free = known;
    while (free <= known && spins-- > 0) {
      free = countFree();
      if (free <= known) {
        publish();
        Thread.onSpinWait();
      }
    }
    full = free <= known;
    limit = next + free;
    return !full;
  }

  private void open() {
    queue.lockFor(openPorts);
    open = true;
    next = queue.next();
    limit = next;
    openPorts.add(this);
  }

  private void publish() {
    next &= INDEX_MASK;
    limit = next;
    Memory.putShortRelease(
        ringAddress + (server ? RingLayout.TAIL_OFFSET : RingLayout.HEAD_OFFSET), (short) next);
  }

  private int countFree() {
    int peerIndex =
        RingLayout.indexAcquire(
            ringAddress, server ? RingLayout.HEAD_OFFSET : RingLayout.TAIL_OFFSET);
    int count = (server ? peerIndex - next : slots - (next - peerIndex & INDEX_MASK)) & INDEX_MASK;
    if (count > slots) {
      if (!failed) {
        queue.link().failOfIndex();
        failed = true;
      }
      return 0;
    }
    return failed ? 0 : count;
  }

  private void drop(DropReason reason, int packets) {
    InterfaceCounter.drop(countersRow, reason.ordinal(), packets);
  }
}
