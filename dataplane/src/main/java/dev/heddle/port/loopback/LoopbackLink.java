package dev.heddle.port.loopback;

import dev.heddle.ffi.linux.EventFd;
import dev.heddle.ffi.linux.FileDescriptors;
import dev.heddle.memory.Memory;
import dev.heddle.port.memif.LinkFault;
import dev.heddle.port.memif.MemifLink;
import dev.heddle.port.memif.RingLayout;
import java.lang.foreign.Arena;

/**
 * A memif peer in this process: rings and buffers in private memory, and the peer's part of the
 * protocol, in either role, as plain methods.
 *
 * <p>Workers use it like any other peer. It is for one thread at a time, or for one that plays the
 * peer while a worker polls. Close it when no worker has it any more.
 */
public final class LoopbackLink implements MemifLink, AutoCloseable {
  private static final int REGION_ALIGNMENT_BYTES = 4096;
  private static final int INDEX_MASK = 0xffff;

  private final int interfaceIndex;
  private final boolean server;
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
  private volatile LinkFault fault;

  /**
   * A link whose worker is the server.
   *
   * @param arena must outlive every use
   * @param log2Size logarithm of the slots of each of the two rings
   * @param bufferBytes size of each slot's buffer
   */
  public LoopbackLink(
      Arena arena, int interfaceIndex, boolean ipMode, int log2Size, int bufferBytes) {
    this(arena, interfaceIndex, true, ipMode, log2Size, bufferBytes);
  }

  /**
   * @param arena must outlive every use
   * @param server whether the worker's side is the server, so that the peer is the client
   * @param log2Size logarithm of the slots of each of the two rings
   * @param bufferBytes size of each slot's buffer
   */
  public LoopbackLink(
      Arena arena,
      int interfaceIndex,
      boolean server,
      boolean ipMode,
      int log2Size,
      int bufferBytes) {
    this.interfaceIndex = interfaceIndex;
    this.server = server;
    this.ipMode = ipMode;
    this.slots = 1 << log2Size;
    this.bufferBytes = bufferBytes;
    long ringBytes = RingLayout.bytes(log2Size);
    long buffersBytes = (long) slots * bufferBytes;
    regionBytes = 2 * (ringBytes + buffersBytes) + RingLayout.DESCRIPTORS_OFFSET;
    region = arena.allocate(regionBytes, REGION_ALIGNMENT_BYTES).address();
    toWorkerBuffers = region + 2 * ringBytes;
    fromWorkerBuffers = toWorkerBuffers + buffersBytes;
    toWorker = ring(region, log2Size, toWorkerBuffers);
    fromWorker = ring(region + ringBytes, log2Size, fromWorkerBuffers);
    for (int i = 0; i < slots; i++) {
      writeDescriptor(toWorker, i, 0, toWorkerBuffers);
      writeDescriptor(fromWorker, i, bufferBytes, fromWorkerBuffers);
    }
    for (Ring ring : new Ring[] {toWorker, fromWorker}) {
      Memory.putShort(
          ring.address() + RingLayout.FLAGS_OFFSET, (short) RingLayout.FLAG_MASK_INTERRUPT);
    }
    if (server) {
      publish(fromWorker, slots);
    }
  }

  private Ring ring(long address, int log2Size, long buffers) {
    int eventFd = EventFd.create();
    return new Ring(address, log2Size, eventFd, buffers, 0, buffers - region, bufferBytes);
  }

  private void writeDescriptor(Ring ring, int slot, int length, long buffers) {
    long descriptor = descriptor(ring, slot);
    Memory.putLong(descriptor, RingLayout.descriptorLow(0, 0, length));
    Memory.putLong(descriptor + 8, bufferOffset(buffers, slot));
  }

  private long bufferOffset(long buffers, int slot) {
    return buffers - region + (long) slot * bufferBytes;
  }

  /** Address of the buffer that the next {@link #send} gives to the worker. */
  public long nextBuffer() {
    return toWorkerBuffers + (long) (offered & slots - 1) * bufferBytes;
  }

  /** Slots that the worker has given back and that can be filled. */
  public int room() {
    return slots - (offered - taken() & INDEX_MASK);
  }

  /** Gives the worker the packet of {@code bytes} at {@link #nextBuffer}; needs {@link #room}. */
  public void send(int bytes) {
    fill(0, bytes);
    publishSent();
  }

  /** As {@link #send}, seen by the worker only at the next {@link #publishSent}. */
  public void fill(int flags, int bytes) {
    int slot = offered++ & slots - 1;
    long descriptor = descriptor(toWorker, slot);
    Memory.putLong(descriptor, RingLayout.descriptorLow(flags, 0, bytes));
    Memory.putLong(descriptor + 8, bufferOffset(toWorkerBuffers, slot));
  }

  /** Fills the next slot with a descriptor as a hostile peer may write it. */
  public void fillRaw(long low, long high) {
    long descriptor = descriptor(toWorker, offered++ & slots - 1);
    Memory.putLong(descriptor, low);
    Memory.putLong(descriptor + 8, high);
  }

  /** Shows the worker what was filled, and interrupts it if it asked for that. */
  public void publishSent() {
    publish(toWorker, offered);
    // The worker sets its flag and then looks at the index.
    Memory.fullFence();
    int flags = Memory.getShort(toWorker.address() + RingLayout.FLAGS_OFFSET);
    if ((flags & RingLayout.FLAG_MASK_INTERRUPT) == 0) {
      EventFd.signal(toWorker.eventFd());
    }
  }

  /** Gives the worker all slots again, with the packets that are in them already. */
  public void resend() {
    offered = taken() + slots;
    publishSent();
  }

  /** Packets from the worker that have not been collected. */
  public int pending() {
    return given() - collected & INDEX_MASK;
  }

  /** Address of the oldest packet from the worker. */
  public long pendingPacket() {
    return fromWorkerBuffers + (long) (collected & slots - 1) * bufferBytes;
  }

  /** Length of the oldest packet from the worker, or of the part of it in its first buffer. */
  public int pendingBytes() {
    return Memory.getInt(descriptor(fromWorker, collected & slots - 1) + 4);
  }

  /** Gives the oldest packet's buffer back to the worker. */
  public void collect() {
    writeDescriptor(fromWorker, collected & slots - 1, bufferBytes, fromWorkerBuffers);
    collected++;
    publishCollected();
  }

  /** Gives the oldest buffer back with a descriptor as a hostile peer may write it. */
  public void collectRaw(long low, long high) {
    long descriptor = descriptor(fromWorker, collected++ & slots - 1);
    Memory.putLong(descriptor, low);
    Memory.putLong(descriptor + 8, high);
    publishCollected();
  }

  /** Gives all buffers back to the worker, whose lengths then stay what the last packets had. */
  public void collectAll() {
    collected = given();
    publishCollected();
  }

  /** Asks the worker for an interrupt with its next packets, or not to interrupt. */
  public void wantInterrupt(boolean wanted) {
    Memory.putShort(
        fromWorker.address() + RingLayout.FLAGS_OFFSET,
        (short) (wanted ? 0 : RingLayout.FLAG_MASK_INTERRUPT));
    Memory.fullFence();
  }

  /** Moves both indexes by more than the rings' sizes, which breaks the protocol. */
  public void jump() {
    publish(toWorker, taken() + slots + 1);
    publish(fromWorker, server ? given() + slots + 1 : given() + 1);
  }

  /** Size of each slot's buffer. */
  public int bufferBytes() {
    return bufferBytes;
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
    return server;
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

  /** Free-running index up to which the worker has taken packets. */
  private int taken() {
    return server
        ? RingLayout.indexAcquire(toWorker.address(), RingLayout.TAIL_OFFSET)
        : RingLayout.indexAcquire(toWorker.address(), RingLayout.HEAD_OFFSET) - slots;
  }

  /** Free-running index up to which the worker has given packets. */
  private int given() {
    return RingLayout.indexAcquire(
        fromWorker.address(), server ? RingLayout.TAIL_OFFSET : RingLayout.HEAD_OFFSET);
  }

  private void publishCollected() {
    publish(fromWorker, server ? collected + slots : collected);
  }

  private void publish(Ring ring, int index) {
    Memory.putShortRelease(
        ring.address() + (server ? RingLayout.HEAD_OFFSET : RingLayout.TAIL_OFFSET), (short) index);
  }

  @Override
  public void close() {
    FileDescriptors.close(toWorker.eventFd());
    FileDescriptors.close(fromWorker.eventFd());
  }
}
