package dev.heddle.packet;

import dev.heddle.memory.Memory;
import dev.heddle.observe.WorkerCounter;
import dev.heddle.observe.WorkerCounters;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.AtomicBuffer;
import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;

/**
 * What a worker tells whoever resolves neighbours on the underlay. Bounded: what comes when it is
 * full is lost, counted, and said again sooner or later.
 *
 * <p>The worker writes, one thread reads.
 */
public final class NeighbourReports {
  /** Room for some 1,000 reports. */
  private static final int CAPACITY_BYTES = 1 << 16;

  private static final int HEARD = 1;
  private static final int NEEDED = 2;

  private static final int IPV6 = 1;
  private static final int ANSWERS = 2;
  private static final int OVERRIDES = 4;

  private static final int INTERFACE_INDEX = 0;
  private static final int FLAGS = 4;
  private static final int HIGH = 8;
  private static final int LOW = 16;
  private static final int MAC = 24;
  private static final int HEARD_BYTES = 32;

  /** What is done with a report; see the methods of the same names. */
  public interface Reader {
    void heard(
        int interfaceIndex,
        boolean ipv6,
        long high,
        long low,
        long mac,
        boolean answers,
        boolean overrides);

    void needed(int neighbour);
  }

  private final OneToOneRingBuffer ring =
      new OneToOneRingBuffer(
          new UnsafeBuffer(
              ByteBuffer.allocateDirect(CAPACITY_BYTES + RingBufferDescriptor.TRAILER_LENGTH)));

  private final WorkerCounters counters;

  /** The reader while it waits or is about to. */
  private volatile Thread waiting;

  /**
   * @param counters of the worker
   */
  public NeighbourReports(WorkerCounters counters) {
    this.counters = counters;
  }

  /**
   * Tells what somebody on an uplink's link said of a neighbour's address, host byte order.
   *
   * @param high first 64 bits of an IPv6 address; 0 for IPv4
   * @param low last 64 bits of an IPv6 address; an IPv4 address in the low 32 bits
   * @param mac of a single station; 0 where the message says only that it is still there
   * @param answers whether it says that it answers us
   * @param overrides whether it counts even if another MAC address is known already
   */
  public void heard(
      int interfaceIndex,
      boolean ipv6,
      long high,
      long low,
      long mac,
      boolean answers,
      boolean overrides) {
    int at = ring.tryClaim(HEARD, HEARD_BYTES);
    if (at < 0) {
      counters.add(WorkerCounter.NEIGHBOUR_REPORTS_LOST, 1);
      return;
    }
    int flags = (ipv6 ? IPV6 : 0) | (answers ? ANSWERS : 0) | (overrides ? OVERRIDES : 0);
    AtomicBuffer buffer = ring.buffer();
    buffer.putInt(at + INTERFACE_INDEX, interfaceIndex);
    buffer.putInt(at + FLAGS, flags);
    buffer.putLong(at + HIGH, high);
    buffer.putLong(at + LOW, low);
    buffer.putLong(at + MAC, mac);
    ring.commit(at);
    wake();
  }

  /** Tells that a packet waits for a neighbour, by its index. */
  public void needed(int neighbour) {
    int at = ring.tryClaim(NEEDED, Integer.BYTES);
    if (at >= 0) {
      ring.buffer().putInt(at, neighbour);
      ring.commit(at);
      wake();
    }
  }

  private void wake() {
    // The reader says that it waits and then looks at the ring.
    Memory.fullFence();
    Thread thread = waiting;
    if (thread != null) {
      LockSupport.unpark(thread);
    }
  }

  /** Reads what there is now; returns the number of reports. */
  public int read(Reader reader) {
    MessageHandler handler =
        (type, buffer, at, length) -> {
          if (type == NEEDED) {
            reader.needed(buffer.getInt(at));
          } else {
            int flags = buffer.getInt(at + FLAGS);
            reader.heard(
                buffer.getInt(at + INTERFACE_INDEX),
                (flags & IPV6) != 0,
                buffer.getLong(at + HIGH),
                buffer.getLong(at + LOW),
                buffer.getLong(at + MAC),
                (flags & ANSWERS) != 0,
                (flags & OVERRIDES) != 0);
          }
        };
    return ring.read(handler);
  }

  /**
   * Says who is to be unparked when there is something to read; null: nobody.
   *
   * @return whether there is nothing to read yet
   */
  public boolean announceWaiting(Thread reader) {
    waiting = reader;
    return ring.size() == 0;
  }
}
