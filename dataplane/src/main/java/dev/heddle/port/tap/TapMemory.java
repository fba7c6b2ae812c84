package dev.heddle.port.tap;

import dev.heddle.ffi.linux.TunPackets;
import dev.heddle.packet.Batch;
import dev.heddle.packet.PacketPool;
import java.lang.foreign.Arena;

/**
 * A worker's memory for the packets of all its taps: one batch is under way at a time, so that a
 * thousand taps need no more than one. Allocated when the first tap comes. Belongs to one worker.
 */
public final class TapMemory {
  /** Most packets of one poll of a tap. Each is a system call, and as many wait for it. */
  static final int RECEIVE_BUFFERS = 32;

  /** Room from where a frame starts; a frame that fills it may have been cut off. */
  static final int FRAME_BYTES = Batch.OFFLOAD_FRAME_BYTES + 64;

  private static final int ALIGNMENT_BYTES = 64;
  private static final int RECEIVE_STRIDE_BYTES =
      roundUp(Batch.OFFLOAD_HEADROOM_BYTES + FRAME_BYTES);

  /** Packets of a window, each of which is written before the next window is filled. */
  static final int TRANSMIT_BUFFERS = 32;

  private static final int TRANSMIT_STRIDE_BYTES = roundUp(PacketPool.CAPACITY_BYTES);

  private final Arena arena;
  private long receive;
  private long transmit;
  private long completeHeader;
  private long offloadHeader;
  private TunPackets packets;

  /** Will allocate from {@code arena}, which must outlive every use. */
  public TapMemory(Arena arena) {
    this.arena = arena;
  }

  private static int roundUp(int bytes) {
    return (bytes + ALIGNMENT_BYTES - 1) / ALIGNMENT_BYTES * ALIGNMENT_BYTES;
  }

  /** Called by a tap that opens, before anything below. */
  void open() {
    if (packets == null) {
      receive = allocate(RECEIVE_BUFFERS * RECEIVE_STRIDE_BYTES);
      transmit = allocate(TRANSMIT_BUFFERS * TRANSMIT_STRIDE_BYTES);
      completeHeader = allocate(ALIGNMENT_BYTES);
      offloadHeader = allocate(ALIGNMENT_BYTES);
      packets = new TunPackets();
    }
  }

  private long allocate(int bytes) {
    return arena.allocate(bytes, ALIGNMENT_BYTES).address();
  }

  /**
   * Where a received frame goes: {@link #FRAME_BYTES} from there on, and {@link
   * Batch#OFFLOAD_HEADROOM_BYTES} before.
   */
  long receiveBuffer(int index) {
    return receive + (long) index * RECEIVE_STRIDE_BYTES + Batch.OFFLOAD_HEADROOM_BYTES;
  }

  /** Where a frame is written that is to be sent: {@link PacketPool#CAPACITY_BYTES} from there. */
  long transmitBuffer(int index) {
    return transmit + (long) index * TRANSMIT_STRIDE_BYTES;
  }

  /** Address of a header that says that the packet is complete. Not to be written to. */
  long completeHeader() {
    return completeHeader;
  }

  /** Address of a header that may be written to, for one packet. */
  long offloadHeader() {
    return offloadHeader;
  }

  /** The worker's way to the kernel. */
  TunPackets packets() {
    return packets;
  }
}
