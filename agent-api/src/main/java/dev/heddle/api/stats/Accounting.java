package dev.heddle.api.stats;

import java.util.ArrayList;
import java.util.List;

/**
 * Whether every packet is accounted for. For each worker, whenever it is quiescent: received +
 * originated = transmitted + dropped + consumed + held.
 */
public final class Accounting {
  /**
   * One worker's sums.
   *
   * @param in packets received from interfaces or originated
   * @param out packets transmitted, dropped, consumed or held
   * @param received packets received, as the interfaces' rows say
   * @param taken packets received, as the worker itself counted them
   */
  public record Balance(int worker, long in, long out, long received, long taken) {
    /** Whether both counts of what came in agree and nothing is missing. */
    public boolean balanced() {
      return in == out && received == taken;
    }
  }

  private Accounting() {}

  /** The balance of each worker. */
  public static List<Balance> of(Snapshot snapshot) {
    List<Balance> balances = new ArrayList<>();
    int receivedColumn = snapshot.column("rx-packets");
    for (Snapshot.WorkerStats stats : snapshot.workers()) {
      int worker = stats.worker();
      balances.add(
          new Balance(
              worker,
              sum(snapshot, worker, Column.Side.IN),
              sum(snapshot, worker, Column.Side.OUT),
              snapshot.workerTotal(worker, receivedColumn),
              stats.value("packets")));
    }
    return balances;
  }

  private static long sum(Snapshot snapshot, int worker, Column.Side side) {
    long sum = 0;
    for (int column = 0; column < snapshot.columns().size(); column++) {
      if (snapshot.columns().get(column).side() == side) {
        sum += snapshot.workerTotal(worker, column);
      }
    }
    return sum;
  }
}
