package dev.heddle.observe;

import dev.heddle.memory.Memory;
import java.lang.foreign.Arena;
import java.util.function.LongUnaryOperator;

/**
 * Where one worker counts: its own counters and its rows, one for each interface. Only that worker
 * may write, but for {@link WorkerCounter#STALLS}, which whoever watches it counts; plain stores,
 * no allocation. Obtained from {@link CountersFile#worker}.
 */
public final class WorkerCounters {
  private static final int LARGEST_BATCH_CLASS =
      WorkerCounter.BATCH_256.ordinal() - WorkerCounter.BATCH_1.ordinal();

  private final long address;
  private final long rowsAddress;
  private final int rows;
  private final long sequenceAddress;

  /**
   * @param rows interfaces' rows, and the one of those that are gone
   * @param sequenceAddress where a number is odd while rows are added to that one
   */
  WorkerCounters(long address, long rowsAddress, int rows, long sequenceAddress) {
    this.address = address;
    this.rowsAddress = rowsAddress;
    this.rows = rows;
    this.sequenceAddress = sequenceAddress;
  }

  /** Counters that nobody reads, in memory of {@code arena}. */
  public static WorkerCounters scratch(Arena arena, int interfaces) {
    long counters = (long) WorkerCounter.values().length * CountersFile.COUNTER_BYTES;
    long rows = (long) interfaces * InterfaceCounter.ROW_BYTES;
    return new WorkerCounters(
        arena.allocate(counters, 64).address(),
        arena.allocate(rows, 64).address(),
        interfaces,
        arena.allocate(Long.BYTES, Long.BYTES).address());
  }

  /** Address of an interface's row, for {@link InterfaceCounter}'s methods. */
  public long rowAddress(int interfaceIndex) {
    return rowsAddress + (long) interfaceIndex * InterfaceCounter.ROW_BYTES;
  }

  /** Adds to a counter. */
  public void add(WorkerCounter counter, long delta) {
    addAt(counter.ordinal(), delta);
  }

  /** Sets a counter that tells a present state. */
  public void set(WorkerCounter counter, long value) {
    Memory.putLong(addressOf(counter.ordinal()), value);
  }

  /** A counter's value as this worker wrote it. */
  public long get(WorkerCounter counter) {
    return Memory.getLong(addressOf(counter.ordinal()));
  }

  /** Counts one batch of {@code packets}, of which there is at least one. */
  public void batch(int packets) {
    int sizeClass = Math.min(31 - Integer.numberOfLeadingZeros(packets), LARGEST_BATCH_CLASS);
    addAt(WorkerCounter.PACKETS.ordinal(), packets);
    addAt(WorkerCounter.BATCHES.ordinal(), 1);
    addAt(WorkerCounter.BATCH_1.ordinal() + sizeClass, 1);
  }

  /**
   * Packets that came in and went nowhere: 0 between two batches, unless an error broke one off.
   * Looks at all counters, so it is nothing for every batch.
   */
  public long missingPackets() {
    return sum(InterfaceCounter::missing);
  }

  /** Packets that came in over all interfaces, those that are gone included. */
  public long receivedPackets() {
    return sum(InterfaceCounter.RX_PACKETS::get);
  }

  private long sum(LongUnaryOperator ofRow) {
    while (true) {
      long before = Memory.getLongAcquire(sequenceAddress);
      long sum = 0;
      for (int row = 0; row < rows; row++) {
        sum += ofRow.applyAsLong(rowAddress(row));
      }
      Memory.fullFence();
      if (before % 2 == 0 && before == Memory.getLongAcquire(sequenceAddress)) {
        return sum;
      }
      Thread.onSpinWait();
    }
  }

  private void addAt(int counter, long delta) {
    long at = addressOf(counter);
    Memory.putLong(at, Memory.getLong(at) + delta);
  }

  private long addressOf(int counter) {
    return address + (long) counter * CountersFile.COUNTER_BYTES;
  }
}
