package dev.heddle.port.tap;

import dev.heddle.ffi.linux.TunPackets;
import dev.heddle.observe.DropReason;
import dev.heddle.observe.InterfaceCounter;
import dev.heddle.packet.Batch;
import dev.heddle.packet.PacketPool;
import dev.heddle.packet.TxWindow;
import dev.heddle.port.TxPort;

/**
 * One worker's way into a queue of a tap. Each packet is a system call, made at once; the kernel
 * lets several workers do so at the same time.
 */
final class TapTxPort implements TxPort {
  /** By the kernel's result, whose sign is left out. */
  private static final DropReason[] REASONS = new DropReason[4];

  static {
    REASONS[-TunPackets.NOTHING] = DropReason.TX_RING_FULL;
    REASONS[-TunPackets.DOWN] = DropReason.TX_INTERFACE_DOWN;
    REASONS[-TunPackets.GONE] = DropReason.TX_INTERFACE_DOWN;
    REASONS[-TunPackets.REFUSED] = DropReason.TX_REFUSED;
  }

  private final TapPort port;
  private final int fd;
  private final long countersRow;
  private final TapMemory memory;
  private final TunPackets packets;

  /**
   * @param countersRow address of this worker's counters row for the interface
   */
  TapTxPort(TapPort port, int fd, long countersRow, TapMemory memory) {
    this.port = port;
    this.fd = fd;
    this.countersRow = countersRow;
    this.memory = memory;
    this.packets = memory.packets();
  }

  @Override
  public void reserve(TxWindow window, int wanted) {
    int room = Math.min(wanted, TapMemory.TRANSMIT_BUFFERS);
    for (int i = 0; i < room; i++) {
      window.buffer[i] = memory.transmitBuffer(i);
    }
    window.open(room, PacketPool.CAPACITY_BYTES, false);
  }

  @Override
  public void commit(TxWindow window, Batch batch, int from, int to) {
    int ahead = window.first - from;
    for (int i = from; i < to; i++) {
      write(memory.completeHeader(), window.buffer[ahead + i], batch.lengthBytes[i]);
    }
    window.take(to - from);
  }

  @Override
  public void send(long frame, int frameBytes) {
    write(memory.completeHeader(), frame, frameBytes);
  }

  @Override
  public boolean takesOffloads() {
    return true;
  }

  @Override
  public void sendOffloaded(long frame, int frameBytes, long offload) {
    VnetHeader.write(memory.offloadHeader(), offload);
    write(memory.offloadHeader(), frame, frameBytes);
  }

  private void write(long header, long frame, int frameBytes) {
    int written = packets.write(fd, header, frame, frameBytes);
    if (written > 0) {
      InterfaceCounter.TX_PACKETS.add(countersRow, 1);
      InterfaceCounter.TX_BYTES.add(countersRow, frameBytes);
    } else {
      drop(written);
    }
  }

  private void drop(int result) {
    InterfaceCounter.drop(countersRow, REASONS[-result].ordinal(), 1);
    if (result == TunPackets.GONE) {
      port.lose();
    }
  }

  /** Nothing waits for the end of the batch. */
  @Override
  public void flush() {}

  @Override
  public boolean recover() {
    return true;
  }
}
