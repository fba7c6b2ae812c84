package dev.heddle.gate;

import dev.heddle.api.stats.Column;
import dev.heddle.daemon.InterfaceEvents;
import dev.heddle.daemon.metrics.Families;
import dev.heddle.daemon.metrics.Family;
import dev.heddle.observe.CountedEvent;
import dev.heddle.observe.DaemonCounter;
import dev.heddle.observe.DropReason;
import dev.heddle.observe.InterfaceCounter;
import dev.heddle.observe.WorkerCounter;
import java.util.Locale;

/** The pages of docs/reference that repeat what the code says. */
final class ReferencePages {
  static final String ORIGIN =
      "<!-- Written by `make reference` from the code; the build fails when they differ. -->\n";

  private ReferencePages() {}

  static String dropReasons() {
    StringBuilder page = new StringBuilder("# Drop reasons\n\n");
    page.append(ORIGIN);
    page.append(
        """

        A packet that is not forwarded counts under exactly one of these reasons, on the interface
        it came in on; where the reason begins with `tx-`, on the one it was to leave by.
        `heddle show errors` shows those that occurred.

        | Reason | Meaning |
        |---|---|
        """);
    for (DropReason reason : DropReason.values()) {
      addRow(page, reason.label(), reason.description());
    }
    return page.toString();
  }

  static String counters() {
    StringBuilder page = new StringBuilder("# Counters\n\n");
    page.append(ORIGIN);
    page.append(
        """

        All counters lie in a memory-mapped file, `/run/heddle/counters`, that `heddle stats` and
        `heddle show` read whether the daemon runs, is stuck or is gone. They start at zero with the
        daemon. `heddle stats -o json` has every one of them as an integer.

        ## Of an interface

        Each worker counts for itself; the commands show the sums. When an interface is removed, its
        counters move to the sums of all departed ones, and the next interface in its place starts
        at zero.

        """);
    addColumns(page, Column.Kind.TRAFFIC);
    page.append(
        """

        Dropped packets count under their [reason](drop-reasons.md). For each worker, whenever
        nothing is on its way, every packet is accounted for, and `heddle stats --check` tells:

            %s = %s + all drop reasons

        ## Of an interface's peer

        What the control side saw happen.

        """
            .formatted(summands(Column.Side.IN), summands(Column.Side.OUT)));
    addEvents(page, false);
    page.append(
        """

        A peer that was refused, or cut off, counts under one of these reasons. Where a socket
        serves several interfaces and the peer has named none, it counts for `(unknown)`.

        """);
    addEvents(page, true);
    page.append(
        """

        ## Of a route

        Not in the file, but told by the daemon: `heddle route list` shows the packets and bytes (of
        IP, without Ethernet headers) that took each route of a network with `--count-routes`. They
        start at zero with the route, and whenever it gets other next hops.
        """);
    page.append("\n## Of a worker\n\n| Counter | Meaning |\n|---|---|\n");
    for (WorkerCounter counter : WorkerCounter.values()) {
      addRow(page, counter.label(), counter.description());
    }
    page.append("\n## Of the daemon\n\n| Counter | Meaning |\n|---|---|\n");
    for (DaemonCounter counter : DaemonCounter.values()) {
      addRow(page, counter.label(), counter.description());
    }
    return page.toString();
  }

  static String metrics() {
    StringBuilder page = new StringBuilder("# Metrics\n\n");
    page.append(ORIGIN);
    page.append(
        """

        `heddled --metrics 127.0.0.1:9427` serves `/metrics` there in Prometheus' text format,
        `/livez` and `/readyz`. Anybody who reaches the address may ask.

        `/livez` answers 503 when the daemon must be restarted: a worker has ended, or the control
        side is stuck, which is to say that it has waited for a worker for 10 s or was at any other
        step for a minute. `/readyz` answers 503 while the last run's state is not made again yet,
        while a worker stands still, and while a worker does not run the newest revision although
        that was published a second ago. Either says what is wrong, a line each; else `ok`.

        `heddle_worker_busy_seconds_total` by `heddle_worker_batch_packets_sum` is the time that a
        packet takes a worker; `sum(heddle_routes)` are all routes of a node. While the control side
        is at a transaction for longer than half a second, what it had said before is told of
        networks, uplinks and pods.

        `interface` is the name of the endpoint, `uplink`, or `uplink:` and the uplink's name; `vrf`
        the index of its network's routing table; `namespace` and `pod` are the endpoint's. The
        [dashboard](../grafana/heddle.json) for Grafana shows the most important ones.

        | Metric | Type | Labels | Meaning |
        |---|---|---|---|
        """);
    for (Family family : Families.all()) {
      page.append("| `")
          .append(family.name())
          .append("` | ")
          .append(family.type().name().toLowerCase(Locale.ROOT))
          .append(" | ")
          .append(String.join(", ", family.labels()))
          .append(" | ")
          .append(family.help())
          .append(" |\n");
    }
    page.append(
        """

        What `reason` may be stands in [drop reasons](drop-reasons.md), what `event` may be in
        [counters](counters.md).
        """);
    return page.toString();
  }

  private static void addColumns(StringBuilder page, Column.Kind kind) {
    page.append("| Counter | Meaning |\n|---|---|\n");
    for (Column column : InterfaceCounter.columns()) {
      if (column.kind() == kind) {
        addRow(page, column.name(), column.description());
      }
    }
  }

  private static void addEvents(StringBuilder page, boolean faults) {
    page.append("| Counter | Meaning |\n|---|---|\n");
    for (CountedEvent event : InterfaceEvents.all()) {
      if (event.fault() == faults) {
        addRow(page, event.label(), event.description());
      }
    }
  }

  private static String summands(Column.Side side) {
    StringBuilder sum = new StringBuilder();
    for (Column column : InterfaceCounter.columns()) {
      if (column.side() == side && column.kind() == Column.Kind.TRAFFIC) {
        sum.append(sum.isEmpty() ? "" : " + ").append(column.name());
      }
    }
    return sum.toString();
  }

  private static void addRow(StringBuilder page, String name, String meaning) {
    page.append("| `").append(name).append("` | ").append(meaning).append(" |\n");
  }
}
