package dev.heddle.demo;

import dev.heddle.api.stats.Accounting;
import dev.heddle.api.stats.Column;
import dev.heddle.api.stats.Snapshot;
import dev.heddle.api.stats.Snapshot.InterfaceStats;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A daemon's counters at one time, read from its file, in the words of the demonstration.
 *
 * @param earlier what they were before anything was sent through the daemon
 */
record Ledger(Node node, Snapshot snapshot, Snapshot earlier) {
  /** Under which the counters of the default uplink stand. */
  static final String UPLINK = "uplink";

  /** What the daemon took from an interface and gave to it. */
  PortStatistics port(String name) {
    return new PortStatistics(
        value(name, "rx-packets"),
        value(name, "rx-bytes"),
        value(name, "tx-packets"),
        value(name, "tx-bytes"));
  }

  /**
   * The same at the uplink since the earlier time. What a daemon asked its neighbour when that had
   * no port yet is in the past.
   */
  PortStatistics uplink() {
    return port(UPLINK).minus(new Ledger(node, earlier, earlier).port(UPLINK));
  }

  private long value(String name, String column) {
    return value(snapshot, name, column);
  }

  /** Drop reasons that counted anything at the interface since the earlier time. */
  Map<String, Long> drops(String name) {
    Map<String, Long> drops = new TreeMap<>();
    for (Column column : snapshot.columns()) {
      long packets = value(name, column.name()) - value(earlier, name, column.name());
      if (column.kind() == Column.Kind.DROP && packets != 0) {
        drops.put(column.name(), packets);
      }
    }
    return drops;
  }

  /** How often something happened to the pod's connection. */
  long events(Pod pod, String column) {
    for (int i = 0; i < snapshot.eventColumns().size(); i++) {
      if (snapshot.eventColumns().get(i).name().equals(column)) {
        return stats(snapshot, pod.name()).events()[i];
      }
    }
    throw new DemoException("the counters file has no column " + column);
  }

  /** A column's sum over all interfaces. */
  long total(String column) {
    int index = snapshot.column(column);
    return snapshot.interfaces().stream().mapToLong(each -> each.total(index)).sum();
  }

  /** All drops of all interfaces. */
  long dropped() {
    return snapshot.columns().stream()
        .filter(column -> column.kind() == Column.Kind.DROP)
        .mapToLong(column -> total(column.name()))
        .sum();
  }

  List<Accounting.Balance> balances() {
    return Accounting.of(snapshot);
  }

  boolean balanced() {
    return balances().stream().allMatch(Accounting.Balance::balanced) && total("held") == 0;
  }

  private static long value(Snapshot snapshot, String name, String column) {
    return stats(snapshot, name).total(snapshot.column(column));
  }

  private static InterfaceStats stats(Snapshot snapshot, String name) {
    return snapshot.interfaces().stream()
        .filter(each -> each.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new DemoException("the counters file does not know " + name));
  }
}
