package dev.heddle.observe;

import dev.heddle.table.policy.FlowKeys;
import java.nio.ByteBuffer;
import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;

/**
 * What Log rules noted on one worker: a sample of a bounded number a second, in a ring that a
 * control thread empties. One writer, one reader; writing allocates nothing and waits for nobody.
 */
public final class PolicyLog {
  /** Notes of one worker a second; what comes beyond that is only counted. */
  public static final int NOTES_PER_SECOND = 100;

  private static final int RING_BYTES = 1 << 16;
  private static final int NOTE = 1;
  private static final int NOTE_BYTES = 80;

  private final OneToOneRingBuffer ring =
      new OneToOneRingBuffer(
          new UnsafeBuffer(
              ByteBuffer.allocateDirect(RING_BYTES + RingBufferDescriptor.TRAILER_LENGTH)));
  private final WorkerCounters counters;
  private int second = -1;
  private int left;

  /**
   * @param counters of the worker that writes
   */
  public PolicyLog(WorkerCounters counters) {
    this.counters = counters;
  }

  /** Takes notes from the ring. */
  public interface Reader {
    /**
     * Sees one.
     *
     * @param revision of the tables that decided
     * @param interfaceIndex of the endpoint whose policy it is
     * @param rule index in the program
     * @param allowed whether the packet was let through by that program
     */
    void note(
        long timeMs,
        long revision,
        int interfaceIndex,
        boolean ingress,
        int rule,
        boolean allowed,
        Packet packet);
  }

  /** What the packet was like; an IPv4 address is in the low 32 bits of the low half. */
  public record Packet(
      boolean ipv6,
      long sourceHigh,
      long sourceLow,
      long destinationHigh,
      long destinationLow,
      int protocol,
      int sourcePort,
      int destinationPort) {}

  /** Notes a packet that met a Log rule, unless there were too many in this second. */
  public void note(
      int nowSecond,
      long revision,
      int interfaceIndex,
      boolean ingress,
      int rule,
      boolean allowed,
      FlowKeys keys,
      int i) {
    if (nowSecond != second) {
      second = nowSecond;
      left = NOTES_PER_SECOND;
    }
    int at = left > 0 ? ring.tryClaim(NOTE, NOTE_BYTES) : 0;
    if (at <= 0) {
      counters.add(WorkerCounter.POLICY_NOTES_LOST, 1);
      return;
    }
    left--;
    var buffer = ring.buffer();
    buffer.putLong(at, System.currentTimeMillis());
    buffer.putLong(at + 8, revision);
    buffer.putInt(at + 16, interfaceIndex);
    buffer.putInt(at + 20, rule);
    buffer.putInt(at + 24, (ingress ? 1 : 0) | (allowed ? 2 : 0) | (keys.ipv6[i] ? 4 : 0));
    buffer.putInt(at + 28, keys.protocol[i]);
    buffer.putInt(at + 32, keys.sourcePort[i]);
    buffer.putInt(at + 36, keys.destinationPort[i]);
    buffer.putLong(at + 40, keys.sourceHigh[i]);
    buffer.putLong(at + 48, keys.sourceLow[i]);
    buffer.putLong(at + 56, keys.destinationHigh[i]);
    buffer.putLong(at + 64, keys.destinationLow[i]);
    ring.commit(at);
  }

  /** Takes all notes out; one thread at a time. */
  public void drain(Reader reader) {
    MessageHandler handler =
        (type, buffer, at, length) -> {
          int flags = buffer.getInt(at + 24);
          reader.note(
              buffer.getLong(at),
              buffer.getLong(at + 8),
              buffer.getInt(at + 16),
              (flags & 1) != 0,
              buffer.getInt(at + 20),
              (flags & 2) != 0,
              new Packet(
                  (flags & 4) != 0,
                  buffer.getLong(at + 40),
                  buffer.getLong(at + 48),
                  buffer.getLong(at + 56),
                  buffer.getLong(at + 64),
                  buffer.getInt(at + 28),
                  buffer.getInt(at + 32),
                  buffer.getInt(at + 36)));
        };
    int read = ring.read(handler);
    while (read > 0) {
      read = ring.read(handler);
    }
  }
}
