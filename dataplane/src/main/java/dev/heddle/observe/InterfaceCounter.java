package dev.heddle.observe;

import dev.heddle.memory.Memory;

/**
 * The columns of an interface's row of counters; the drop reasons follow as further columns.
 *
 * <p>A row belongs to one worker and one interface, so it has a single writer and needs no atomic
 * operation. The sums over all rows of a worker balance whenever it is quiescent: received +
 * originated = transmitted + dropped + consumed + held.
 */
public enum InterfaceCounter {
  RX_PACKETS("rx-packets", "packets taken from the interface, good or bad"),
  RX_BYTES("rx-bytes", "their bytes"),
  TX_PACKETS("tx-packets", "packets given to the interface"),
  TX_BYTES("tx-bytes", "their bytes"),
  ORIGINATED("originated", "packets that the router made itself because of one received here"),
  CONSUMED(
      "consumed",
      "packets that the router took for itself: ARP, neighbour discovery, echo requests"),
  HELD("held", "packets that wait in the pool now");

  /** Columns of a row. */
  public static final int COLUMNS = values().length + DropReason.values().length;

  /** Bytes of a row, a whole number of cache lines. */
  public static final int ROW_BYTES = (COLUMNS * Long.BYTES + 63) / 64 * 64;

  private final String label;
  private final String description;

  InterfaceCounter(String label, String description) {
    this.label = label;
    this.description = description;
  }

  public String label() {
    return label;
  }

  public String description() {
    return description;
  }

  /**
   * Adds to this column of the row at {@code rowAddress}. Only the row's own worker may call it.
   */
  public void add(long rowAddress, long delta) {
    addAt(rowAddress + (long) ordinal() * Long.BYTES, delta);
  }

  /** Counts packets dropped for one reason. Only the row's own worker may call it. */
  public static void drop(long rowAddress, int reason, long packets) {
    addAt(rowAddress + (long) (values.length + reason) * Long.BYTES, packets);
  }

  private static final InterfaceCounter[] values = values();

  private static void addAt(long address, long delta) {
    Memory.putLong(address, Memory.getLong(address) + delta);
  }
}
