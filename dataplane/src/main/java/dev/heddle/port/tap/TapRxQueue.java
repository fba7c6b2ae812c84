package dev.heddle.port.tap;

import dev.heddle.ffi.linux.TunPackets;
import dev.heddle.observe.DropReason;
import dev.heddle.observe.InterfaceCounter;
import dev.heddle.packet.Batch;
import dev.heddle.packet.Offload;
import dev.heddle.packet.PacketPool;
import dev.heddle.port.RxQueue;

/** Takes packets from a queue of a tap, each by a system call, into the worker's own memory. */
final class TapRxQueue implements RxQueue {
  /** Large segments in one poll, about: more would not stay in the processor's cache. */
  private static final int MOST_BYTES = 1 << 18;

  private static final int ROOM_BYTES = VnetHeader.BYTES + TapMemory.FRAME_BYTES;

  private final TapPort port;
  private final int fd;
  private final TapMemory memory;
  private final TunPackets packets;
  private boolean hasMore;

  TapRxQueue(TapPort port, int fd, TapMemory memory) {
    this.port = port;
    this.fd = fd;
    this.memory = memory;
    this.packets = memory.packets();
  }

  @Override
  public int interfaceIndex() {
    return port.interfaceIndex();
  }

  @Override
  public boolean ipMode() {
    return false;
  }

  @Override
  public int receive(Batch batch, long countersRow) {
    batch.count = 0;
    batch.hasOffloads = false;
    int taken = 0;
    int bytes = 0;
    boolean more = true;
    while (taken < TapMemory.RECEIVE_BUFFERS && bytes < MOST_BYTES) {
      long frame = memory.receiveBuffer(batch.count);
      int read = packets.read(fd, frame - VnetHeader.BYTES, ROOM_BYTES);
      if (read <= 0) {
        more = false;
        if (read == TunPackets.GONE) {
          port.lose();
        }
        break;
      }
      taken++;
      bytes += read;
      add(batch, frame, read);
    }
    hasMore = more;
    if (batch.count < taken) {
      InterfaceCounter.drop(
          countersRow, DropReason.RX_TOO_LONG.ordinal(), (long) taken - batch.count);
    }
    return taken;
  }

  /** Leaves out what is longer than any complete packet, or than any that is still to be cut. */
  private static void add(Batch batch, long frame, int readBytes) {
    long offload = VnetHeader.read(frame - VnetHeader.BYTES);
    int bytes = readBytes - VnetHeader.BYTES;
    int longest = Offload.isLarge(offload) ? Batch.OFFLOAD_FRAME_BYTES : PacketPool.CAPACITY_BYTES;
    if (bytes <= longest) {
      int i = batch.count++;
      batch.frame[i] = frame;
      batch.lengthBytes[i] = bytes;
      batch.offload[i] = offload;
      batch.hasOffloads |= offload != Offload.NONE;
    }
  }

  /** The memory is the worker's, and read into again by the next poll. */
  @Override
  public void release() {}

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
    return fd;
  }

  @Override
  public boolean pollsWhenReady() {
    return true;
  }

  @Override
  public boolean hasMore() {
    return hasMore;
  }
}
