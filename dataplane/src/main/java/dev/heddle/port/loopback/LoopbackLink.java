package dev.heddle.port.loopback;

import dev.heddle.memory.Memory;
import dev.heddle.port.memif.LinkFault;
import dev.heddle.port.memif.MemifLink;
import dev.heddle.port.memif.RingLayout;
import java.lang.foreign.Arena;

/**
 * A memif peer in this process: rings and buffers in private memory, and the client's part of the
 * protocol as plain methods.
 *
 * <p>Workers use it like any other peer. It is for one thread at a time, or for one that plays the
 * peer while a worker polls.
 */
public final class LoopbackLink implements MemifLink {
  private static final int REGION_ALIGNMENT_BYTES = 4096;
  private static final int INDEX_MASK = 0xffff;

  private final int interfaceIndex;
  private final boolean ipMode;
  private final int slots;
  private final int bufferBytes;
  private final long region;
  private final long regionBytes;
  private final Ring toWorker;
  private final Ring fromWorker;
  private final long toWorkerBuffers;
  private final long fromWorkerBuffers;
  private int offered;
  private int collected;
  private LinkFault fault;

  /**
   * @param arena must outlive every use
   * @param log2Size logarithm of the slots of each of the two rings
   * @param bufferBytes size of each slot's buffer
   */
  public LoopbackLink(
      Arena arena, int interfaceIndex, boolean ipMode, int log2Size, int bufferBytes) {
    this.interfaceIndex = interfaceIndex;
    this.ipMode = ipMode;
    this.slots = 1 << log2Size;
    this.bufferBytes = bufferBytes;
    long ringBytes = RingLayout.bytes(log2Size);
    long buffersBytes = (long) slots * bufferBytes;
    regionBytes = 2 * (ringBytes + buffersBytes) + RingLayout.DESCRIPTORS_OFFSET;
    region = arena.allocate(regionBytes, REGION_ALIGNMENT_BYTES).address();
    toWorker = new Ring(region, log2Size, -1, 0, 0, 0, 0);
    fromWorker = new Ring(region + ringBytes, log2Size, -1, 0, 0, 0, 0);
    toWorkerBuffers = region + 2 * ringBytes;
    fromWorkerBuffers = toWorkerBuffers + buffersBytes;
    for (int i = 0; i < slots; i++) {
      writeDescriptor(toWorker, i, 0, toWorkerBuffers);
      writeDescriptor(fromWorker, i, bufferBytes, fromWorkerBuffers);
    }
    for (Ring ring : new Ring[] {toWorker, fromWorker}) {
      Memory.putShort(
          ring.address() + RingLayout.FLAGS_OFFSET, (short) RingLayout.FLAG_MASK_INTERRUPT);
    }
    publish(fromWorker, slots);
  }

  private void writeDescriptor(Ring ring, int slot, int length, long buffers) {
    long descriptor = descriptor(ring, slot);
    Memory.putLong(descriptor, RingLayout.descriptorLow(0, 0, length));
    Memory.putLong(descriptor + 8, buffers - region + (long) slot * bufferBytes);
  }

  /** Address of the buffer that the next {@link #send} gives to the worker. */
  public long nextBuffer() {
    return toWorkerBuffers + (long) (offered & slots - 1) * bufferBytes;
  }

  /** Slots that the worker has given back and that can be filled. */
  public int room() {
    return slots - (offered - tail(toWorker) & INDEX_MASK);
  }

  /** Gives the worker the packet of {@code bytes} at {@link #nextBuffer}; needs {@link #room}. */
  public void send(int bytes) {
    Memory.putLong(
        descriptor(toWorker, offered & slots - 1), RingLayout.descriptorLow(0, 0, bytes));
    offered++;
    publish(toWorker, offered);
  }

  /** Gives the worker all slots again, with the packets that are in them already. */
  public void resend() {
    offered = tail(toWorker) + slots;
    publish(toWorker, offered);
  }

  /** Packets from the worker that have not been collected. */
  public int pending() {
    return tail(fromWorker) - collected & INDEX_MASK;
  }

  /** Address of the oldest packet from the worker. */
  public long pendingPacket() {
    return fromWorkerBuffers + (long) (collected & slots - 1) * bufferBytes;
  }

  /** Length of the oldest packet from the worker. */
  public int pendingBytes() {
    return Memory.getInt(descriptor(fromWorker, collected & slots - 1) + 4);
  }

  /** Gives the oldest packet's buffer back to the worker. */
  public void collect() {
    writeDescriptor(fromWorker, collected & slots - 1, bufferBytes, fromWorkerBuffers);
    collected++;
    publish(fromWorker, collected + slots);
  }

  /** Gives all buffers back to the worker, whose lengths then stay what the last packets had. */
  public void collectAll() {
    collected = tail(fromWorker);
    publish(fromWorker, collected + slots);
  }

  /** Why the worker broke off the link; null if it did not. */
  public LinkFault fault() {
    return fault;
  }

  @Override
  public int interfaceIndex() {
    return interfaceIndex;
  }

  @Override
  public boolean server() {
    return true;
  }

  @Override
  public boolean ipMode() {
    return ipMode;
  }

  @Override
  public long[] regionAddresses() {
    return new long[] {region};
  }

  @Override
  public long[] regionBytes() {
    return new long[] {regionBytes};
  }

  @Override
  public Ring[] receiveRings() {
    return new Ring[] {toWorker};
  }

  @Override
  public Ring[] transmitRings() {
    return new Ring[] {fromWorker};
  }

  @Override
  public void fail(LinkFault reason) {
    fault = reason;
  }

  private static long descriptor(Ring ring, int slot) {
    return ring.address()
        + RingLayout.DESCRIPTORS_OFFSET
        + (long) slot * RingLayout.DESCRIPTOR_BYTES;
  }

  private static int tail(Ring ring) {
    return RingLayout.indexAcquire(ring.address(), RingLayout.TAIL_OFFSET);
  }

  private static void publish(Ring ring, int head) {
    Memory.putShortRelease(ring.address() + RingLayout.HEAD_OFFSET, (short) head);
  }
}
