package dev.heddle.demo;

import dev.heddle.api.stats.Accounting;
import dev.heddle.api.stats.Column;
import dev.heddle.api.stats.Snapshot;
import dev.heddle.api.stats.Snapshot.InterfaceStats;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The daemon's counters at one time, read from its file, in the words of the demonstration. */
record Ledger(Snapshot snapshot) {
  long received(Pod pod) {
    return value(pod, "rx-packets");
  }

  long transmitted(Pod pod) {
    return value(pod, "tx-packets");
  }

  long value(Pod pod, String column) {
    return stats(pod).total(snapshot.column(column));
  }

  /** Drop reasons that counted anything at the pod's interface. */
  Map<String, Long> drops(Pod pod) {
    Map<String, Long> drops = new TreeMap<>();
    for (int i = 0; i < snapshot.columns().size(); i++) {
      Column column = snapshot.columns().get(i);
      long packets = stats(pod).total(i);
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
        return stats(pod).events()[i];
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
    return balances().stream().allMatch(Accounting.Balance::balanced);
  }

  private InterfaceStats stats(Pod pod) {
    return snapshot.interfaces().stream()
        .filter(each -> each.name().equals(pod.name()))
        .findFirst()
        .orElseThrow(() -> new DemoException("the counters file does not know " + pod.name()));
  }
}
