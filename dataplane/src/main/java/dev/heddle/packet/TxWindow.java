package dev.heddle.packet;

import dev.heddle.observe.DropReason;
import java.lang.foreign.Arena;
import java.util.Arrays;

/**
 * The next free buffers of one transmit queue, which frames are written straight into.
 *
 * <p>A port names the buffers, a stage writes packets into the first ones, and the port sends
 * those. Where a port has no buffers it names the reason, and what is written then goes nowhere: so
 * each packet is checked all the same, and counted under the right reason. Belongs to one worker,
 * which uses it for one port at a time.
 */
public final class TxWindow {
  /** Address for the first byte of the Ethernet header, even where the receiver gets none. */
  public final long[] buffer = new long[Batch.CAPACITY];

  /** Longest frame that each of the buffers takes. */
  public int capacityBytes;

  /** Whether the receiver gets the packets without their Ethernet header. */
  public boolean ipMode;

  /** Place of the first buffer that is still free. */
  public int first;

  /** How many are free. */
  public int room;

  /** Why nothing of what is written is sent; null where it is. */
  public DropReason refusal;

  private final long privateBuffer;

  /** Allocates from {@code arena}, which must outlive every use. */
  public TxWindow(Arena arena) {
    privateBuffer = arena.allocate(PacketPool.CAPACITY_BYTES, Batch.HEADER_BYTES).address();
  }

  /** Starts a window of so many buffers that are sent. */
  public void open(int buffers, int longestFrameBytes, boolean withoutEthernet) {
    first = 0;
    room = buffers;
    capacityBytes = longestFrameBytes;
    ipMode = withoutEthernet;
    refusal = null;
  }

  /** Starts a window for so many packets of which none is sent. */
  public void refuse(DropReason reason, int packets) {
    openPrivate(packets);
    refusal = reason;
  }

  /** Starts a window whose buffers are all the same one of our own, for packets of any size. */
  public void openPrivate(int packets) {
    open(packets, PacketPool.CAPACITY_BYTES, false);
    Arrays.fill(buffer, 0, packets, privateBuffer);
  }

  /**
   * Leaves room before the frames for outer headers: the buffers then start where the inner frames
   * do.
   */
  public void shift(int outerBytes) {
    long[] buffers = buffer;
    int end = first + room;
    for (int k = first; k < end; k++) {
      buffers[k] += outerBytes;
    }
    capacityBytes -= outerBytes;
  }

  /** Takes the first buffers out of the window, which have been filled. */
  public void take(int buffers) {
    first += buffers;
    room -= buffers;
  }
}
