package dev.heddle.observe;

import dev.heddle.api.stats.Column;
import dev.heddle.memory.Memory;
import java.util.ArrayList;
import java.util.List;

/**
 * The columns of an interface's row of counters; the drop reasons follow as further columns.
 *
 * <p>A row belongs to one worker and one interface, so it has a single writer and needs no atomic
 * operation. The sums over all rows of a worker balance whenever it is quiescent: received +
 * originated + copies = transmitted + dropped + consumed + held.
 */
public enum InterfaceCounter {
  RX_PACKETS("rx-packets", "packets taken from the interface, good or bad", Column.Side.IN),
  RX_BYTES("rx-bytes", "their bytes", Column.Side.NONE),
  TX_PACKETS("tx-packets", "packets given to the interface", Column.Side.OUT),
  TX_BYTES("tx-bytes", "their bytes", Column.Side.NONE),
  ORIGINATED(
      "originated",
      "packets that the router made itself because of one received here",
      Column.Side.IN),
  COPIES(
      "copies",
      "fragments made of packets received here, less one for each packet fragmented",
      Column.Side.IN),
  CONSUMED(
      "consumed",
      "packets that the router took for itself: ARP, neighbour discovery, echo requests",
      Column.Side.OUT),
  HELD("held", "packets that wait in the pool now", Column.Side.OUT),
  ICMP_RATE_LIMITED(
      "icmp-rate-limited",
      "dropped packets about which no ICMP error was sent, because their rate limit was used up",
      Column.Side.NONE);

  /** Columns of a row. */
  public static final int COLUMNS = values().length + DropReason.values().length;

  /** Bytes of a row, a whole number of cache lines. */
  public static final int ROW_BYTES = (COLUMNS * Long.BYTES + 63) / 64 * 64;

  private static final InterfaceCounter[] ALL = values();
  private static final int FIRST_REASON = ALL.length;

  private final String label;
  private final String description;
  private final Column.Side side;

  InterfaceCounter(String label, String description, Column.Side side) {
    this.label = label;
    this.description = description;
    this.side = side;
  }

  /** The name that the CLI and the documentation use. */
  public String label() {
    return label;
  }

  /** One sentence for an operator. */
  public String description() {
    return description;
  }

  /** All columns of a row in their order, drop reasons included. */
  public static List<Column> columns() {
    List<Column> columns = new ArrayList<>();
    for (InterfaceCounter counter : values()) {
      columns.add(
          new Column(counter.label, counter.description, Column.Kind.TRAFFIC, counter.side));
    }
    for (DropReason reason : DropReason.values()) {
      columns.add(
          new Column(reason.label(), reason.description(), Column.Kind.DROP, Column.Side.OUT));
    }
    return columns;
  }

  /**
   * Adds to this column of the row at {@code rowAddress}. Only the row's own worker may call it.
   */
  public void add(long rowAddress, long delta) {
    addAt(rowAddress + (long) ordinal() * Long.BYTES, delta);
  }

  /** This column's value in the row at {@code rowAddress}. */
  public long get(long rowAddress) {
    return Memory.getLong(rowAddress + (long) ordinal() * Long.BYTES);
  }

  /** Counts packets dropped for one reason. Only the row's own worker may call it. */
  public static void drop(long rowAddress, int reason, long packets) {
    addAt(rowAddress + (long) (FIRST_REASON + reason) * Long.BYTES, packets);
  }

  /** The packets dropped for one reason in the row at {@code rowAddress}. */
  public static long dropped(long rowAddress, DropReason reason) {
    return Memory.getLong(rowAddress + (long) (FIRST_REASON + reason.ordinal()) * Long.BYTES);
  }

  /** What came in according to the row, less what went out, was dropped or is held. */
  static long missing(long rowAddress) {
    long missing = 0;
    for (InterfaceCounter counter : ALL) {
      switch (counter.side) {
        case IN -> missing += counter.get(rowAddress);
        case OUT -> missing -= counter.get(rowAddress);
        case NONE -> {}
      }
    }
    for (int column = FIRST_REASON; column < COLUMNS; column++) {
      missing -= Memory.getLong(rowAddress + (long) column * Long.BYTES);
    }
    return missing;
  }

  private static void addAt(long address, long delta) {
    Memory.putLong(address, Memory.getLong(address) + delta);
  }
}
