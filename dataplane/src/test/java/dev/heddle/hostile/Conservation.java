package dev.heddle.hostile;

import dev.heddle.api.stats.Column;
import dev.heddle.api.stats.Snapshot;
import java.util.List;

/** Whether every packet that came in, or was made, went somewhere, on each worker. */
final class Conservation {
  private Conservation() {}

  static boolean holds(Snapshot snapshot) {
    for (int worker = 0; worker < snapshot.workers().size(); worker++) {
      if (surplus(snapshot, worker) != 0) {
        return false;
      }
    }
    return true;
  }

  private static long surplus(Snapshot snapshot, int worker) {
    List<Column> columns = snapshot.columns();
    long surplus = 0;
    for (int column = 0; column < columns.size(); column++) {
      long packets = snapshot.workerTotal(worker, column);
      surplus +=
          switch (columns.get(column).side()) {
            case IN -> packets;
            case OUT -> -packets;
            case NONE -> 0;
          };
    }
    return surplus;
  }
}
