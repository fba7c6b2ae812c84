package dev.heddle.api.stats;

import java.time.Instant;
import java.util.List;

/**
 * What the counters file said at one time.
 *
 * @param created when the daemon created the file
 * @param daemon the process that writes it
 * @param lastUpdate when its control side last said that it is alive
 * @param consistent false if interfaces came and went all the while, or the daemon died while one
 *     did, so that sums may not add up
 * @param columns the columns of {@link InterfaceStats#perWorker()}
 * @param eventColumns the columns of {@link InterfaceStats#events()}
 * @param workers by worker number
 * @param daemonCounters counters of the daemon as a whole
 * @param interfaces the interfaces there are, by index
 * @param departed sums of the interfaces that are gone
 * @param otherEvents events that no interface can be named for, by event column
 */
public record Snapshot(
    Instant created,
    ProcessIdentity daemon,
    Instant lastUpdate,
    boolean consistent,
    List<Column> columns,
    List<Column> eventColumns,
    List<WorkerStats> workers,
    List<Counter> daemonCounters,
    List<InterfaceStats> interfaces,
    InterfaceStats departed,
    long[] otherEvents) {

  /** A named value. */
  public record Counter(String name, String description, long value) {}

  /** The counters of one worker. */
  public record WorkerStats(int worker, List<Counter> counters) {
    /** The value of the counter of that name, 0 if there is none. */
    public long value(String name) {
      for (Counter counter : counters) {
        if (counter.name().equals(name)) {
          return counter.value();
        }
      }
      return 0;
    }
  }

  /**
   * The counters of one interface.
   *
   * @param index its slot; -1 for {@link Snapshot#departed()}
   * @param generation how often the slot was claimed so far
   * @param perWorker by worker and column
   * @param events by event column
   */
  public record InterfaceStats(
      int index, long generation, String name, String network, long[][] perWorker, long[] events) {
    /** A column's sum over all workers. */
    public long total(int column) {
      long sum = 0;
      for (long[] row : perWorker) {
        sum += row[column];
      }
      return sum;
    }
  }

  /** The position of the column of that name in {@link #columns()}. */
  public int column(String name) {
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i).name().equals(name)) {
        return i;
      }
    }
    throw new IllegalArgumentException("the counters file has no column " + name);
  }

  /** A column's sum over one worker's rows, interfaces that are gone included. */
  public long workerTotal(int worker, int column) {
    long sum = departed.perWorker()[worker][column];
    for (InterfaceStats each : interfaces) {
      sum += each.perWorker()[worker][column];
    }
    return sum;
  }
}
