package dev.heddle.cli;

import dev.heddle.api.stats.Column;
import dev.heddle.api.stats.Snapshot;
import dev.heddle.api.stats.Snapshot.InterfaceStats;
import dev.heddle.api.stats.Snapshot.WorkerStats;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What happened between two looks at the counters of one daemon.
 *
 * @param workers by number
 * @param interfaces the busiest first
 * @param drops what is dropped most first, then what was dropped before
 */
record Rates(List<WorkerRate> workers, List<InterfaceRate> interfaces, List<DropRate> drops) {
  private static final double NS_PER_SECOND = 1e9;

  /**
   * What a worker did.
   *
   * @param packetsPerBatch how full batches were; 0 without any
   * @param nsPerPacket 0 without packets
   * @param idleShare of the time that it accounted for meanwhile, 0 to 1: it does so when it turns
   *     from idle to busy or back
   */
  record WorkerRate(
      int worker,
      double packetsPerSecond,
      double packetsPerBatch,
      double nsPerPacket,
      double idleShare,
      double sleepsPerSecond) {}

  /** What an interface carried; bits are those of frames. */
  record InterfaceRate(
      int index,
      String name,
      String network,
      double rxPacketsPerSecond,
      double rxBitsPerSecond,
      double txPacketsPerSecond,
      double txBitsPerSecond,
      double dropsPerSecond) {
    private double packetsPerSecond() {
      return rxPacketsPerSecond + txPacketsPerSecond;
    }
  }

  /** Packets of an interface that were dropped for one reason. */
  record DropRate(
      String interfaceName, String network, String reason, double perSecond, long total) {}

  /**
   * Compares two looks.
   *
   * @param elapsedNs time between them, more than 0
   */
  static Rates between(Snapshot before, Snapshot after, long elapsedNs) {
    double seconds = elapsedNs / NS_PER_SECOND;
    List<WorkerRate> workers = new ArrayList<>();
    for (WorkerStats each : after.workers()) {
      workers.add(worker(before.workers().get(each.worker()), each, seconds));
    }
    Map<Integer, InterfaceStats> known = new HashMap<>();
    before.interfaces().forEach(each -> known.put(each.index(), each));
    List<InterfaceRate> interfaces = new ArrayList<>();
    List<DropRate> drops = new ArrayList<>();
    for (InterfaceStats each : after.interfaces()) {
      InterfaceStats earlier = known.get(each.index());
      // Another interface may have the index by now; it began at zero.
      boolean isSame = earlier != null && earlier.generation() == each.generation();
      Deltas deltas = new Deltas(after, isSame ? earlier : null, each, seconds);
      interfaces.add(deltas.rate());
      deltas.addDrops(drops);
    }
    interfaces.sort(
        Comparator.comparingDouble(InterfaceRate::packetsPerSecond)
            .thenComparingDouble(InterfaceRate::dropsPerSecond)
            .reversed()
            .thenComparing(InterfaceRate::name));
    drops.sort(
        Comparator.comparingDouble(DropRate::perSecond)
            .thenComparingLong(DropRate::total)
            .reversed()
            .thenComparing(DropRate::interfaceName));
    return new Rates(List.copyOf(workers), List.copyOf(interfaces), List.copyOf(drops));
  }

  private static WorkerRate worker(WorkerStats before, WorkerStats after, double seconds) {
    double packets = delta(before, after, "packets");
    double batches = delta(before, after, "batches");
    double busyNs = delta(before, after, "busy-ns");
    double idleNs = delta(before, after, "idle-ns");
    return new WorkerRate(
        after.worker(),
        packets / seconds,
        ratio(packets, batches),
        ratio(busyNs, packets),
        idleShare(idleNs, busyNs, packets),
        delta(before, after, "sleeps") / seconds);
  }

  /** One that accounted for no time has been all the while what it was. */
  private static double idleShare(double idleNs, double busyNs, double packets) {
    if (idleNs + busyNs == 0) {
      return packets == 0 ? 1 : 0;
    }
    return idleNs / (idleNs + busyNs);
  }

  private static double delta(WorkerStats before, WorkerStats after, String counter) {
    return after.value(counter) - before.value(counter);
  }

  private static double ratio(double part, double whole) {
    return whole == 0 ? 0 : part / whole;
  }

  /** What one interface counted meanwhile. */
  private record Deltas(
      Snapshot snapshot, InterfaceStats before, InterfaceStats after, double seconds) {
    InterfaceRate rate() {
      double drops = 0;
      for (int column = 0; column < snapshot.columns().size(); column++) {
        if (snapshot.columns().get(column).kind() == Column.Kind.DROP) {
          drops += perSecond(column);
        }
      }
      return new InterfaceRate(
          after.index(),
          after.name(),
          after.network(),
          perSecond("rx-packets"),
          perSecond("rx-bytes") * Byte.SIZE,
          perSecond("tx-packets"),
          perSecond("tx-bytes") * Byte.SIZE,
          drops);
    }

    void addDrops(List<DropRate> drops) {
      for (int column = 0; column < snapshot.columns().size(); column++) {
        Column each = snapshot.columns().get(column);
        if (each.kind() == Column.Kind.DROP && after.total(column) != 0) {
          drops.add(
              new DropRate(
                  after.name(),
                  after.network(),
                  each.name(),
                  perSecond(column),
                  after.total(column)));
        }
      }
    }

    private double perSecond(String column) {
      return perSecond(snapshot.column(column));
    }

    private double perSecond(int column) {
      long earlier = before == null ? 0 : before.total(column);
      return (after.total(column) - earlier) / seconds;
    }
  }
}
