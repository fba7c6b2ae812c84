package dev.heddle.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.memory.Memory;
import dev.heddle.observe.InterfaceCounter;
import dev.heddle.packet.Batch;
import dev.heddle.packet.TxWindow;
import dev.heddle.port.Port;
import dev.heddle.port.PortTools;
import dev.heddle.port.RxQueue;
import dev.heddle.port.TxPort;
import java.lang.foreign.Arena;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/**
 * A pod's interface that leaves work to who forwards its packets, and takes such packets: a tap
 * without a kernel behind it. One worker's only, which the test turns.
 */
final class MemoryTap implements Port, RxQueue, TxPort {
  /** A frame and what is left to do of it. */
  record Packet(byte[] frame, long offload) {}

  private static final int BUFFERS = 32;
  private static final int BUFFER_BYTES =
      Batch.OFFLOAD_HEADROOM_BYTES + Batch.OFFLOAD_FRAME_BYTES + 64;

  private final int interfaceIndex;
  private final long memory;
  private final Queue<Packet> sent = new ArrayDeque<>();
  private final List<Packet> received = new ArrayList<>();
  private long countersRow;

  /**
   * @param arena must outlive every use
   */
  MemoryTap(Arena arena, int interfaceIndex) {
    this.interfaceIndex = interfaceIndex;
    this.memory = arena.allocate((long) BUFFERS * BUFFER_BYTES, 64).address();
  }

  /** Sends a packet, as the pod; the worker takes it at its next turn. */
  void give(byte[] frame, long offload) {
    sent.add(new Packet(frame, offload));
  }

  /** Takes what the pod has received. */
  List<Packet> take() {
    List<Packet> taken = List.copyOf(received);
    received.clear();
    return taken;
  }

  @Override
  public int interfaceIndex() {
    return interfaceIndex;
  }

  @Override
  public int receiveQueues() {
    return 1;
  }

  @Override
  public RxQueue openReceiveQueue(int queue, PortTools worker) {
    return this;
  }

  @Override
  public TxPort openTransmitPort(int workerIndex, PortTools worker) {
    countersRow = worker.counters().rowAddress(interfaceIndex);
    return this;
  }

  @Override
  public boolean ipMode() {
    return false;
  }

  @Override
  public int receive(Batch batch, long row) {
    batch.count = 0;
    batch.hasOffloads = false;
    while (batch.count < BUFFERS && !sent.isEmpty()) {
      Packet packet = sent.remove();
      int i = batch.count++;
      long frame = memory + (long) i * BUFFER_BYTES + Batch.OFFLOAD_HEADROOM_BYTES;
      put(frame, packet.frame());
      batch.frame[i] = frame;
      batch.lengthBytes[i] = packet.frame().length;
      batch.offload[i] = packet.offload();
      batch.hasOffloads |= packet.offload() != 0;
    }
    batch.outerBytes = 0;
    return batch.count;
  }

  private static void put(long address, byte[] bytes) {
    for (int i = 0; i < bytes.length; i++) {
      Memory.putByte(address + i, bytes[i]);
    }
  }

  @Override
  public void release() {
    Memory.fill(memory, (long) BUFFERS * BUFFER_BYTES, (byte) 0xee);
  }

  @Override
  public boolean check() {
    return true;
  }

  @Override
  public boolean enableInterrupt(boolean enabled) {
    return !sent.isEmpty();
  }

  @Override
  public int eventFd() {
    return NO_INTERRUPT;
  }

  @Override
  public void reserve(TxWindow window, int packets) {
    window.openPrivate(1);
  }

  @Override
  public void commit(TxWindow window, Batch batch, int from, int to) {
    assertThat(to - from).isEqualTo(1);
    send(window.buffer[0], batch.lengthBytes[from]);
    window.take(1);
  }

  @Override
  public void send(long frame, int frameBytes) {
    sendOffloaded(frame, frameBytes, 0);
  }

  @Override
  public boolean takesOffloads() {
    return true;
  }

  @Override
  public void sendOffloaded(long frame, int frameBytes, long offload) {
    byte[] bytes = new byte[frameBytes];
    for (int i = 0; i < frameBytes; i++) {
      bytes[i] = Memory.getByte(frame + i);
    }
    received.add(new Packet(bytes, offload));
    InterfaceCounter.TX_PACKETS.add(countersRow, 1);
    InterfaceCounter.TX_BYTES.add(countersRow, frameBytes);
  }

  @Override
  public boolean recover() {
    return true;
  }

  @Override
  public void flush() {
    // What is sent is there at once.
  }
}
