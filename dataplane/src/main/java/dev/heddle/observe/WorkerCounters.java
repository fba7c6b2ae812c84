package dev.heddle.observe;

import dev.heddle.memory.Memory;

/**
 * Where one worker counts: its own counters and its rows, one for each interface. Only that worker
 * may write; plain stores, no allocation. Obtained from {@link CountersFile#worker}.
 */
public final class WorkerCounters {
  private static final int LARGEST_BATCH_CLASS =
      WorkerCounter.BATCH_256.ordinal() - WorkerCounter.BATCH_1.ordinal();

  private final long address;
  private final long rowsAddress;

  WorkerCounters(long address, long rowsAddress) {
    this.address = address;
    this.rowsAddress = rowsAddress;
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

  private void addAt(int counter, long delta) {
    long at = addressOf(counter);
    Memory.putLong(at, Memory.getLong(at) + delta);
  }

  private long addressOf(int counter) {
    return address + (long) counter * CountersFile.COUNTER_BYTES;
  }
}
