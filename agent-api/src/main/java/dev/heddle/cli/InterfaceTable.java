package dev.heddle.cli;

import dev.heddle.api.stats.Column;
import dev.heddle.api.stats.Snapshot;
import dev.heddle.api.stats.Snapshot.InterfaceStats;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;

/** Interfaces one below the other, each with those of its counters that moved. */
final class InterfaceTable {
  private final Snapshot snapshot;
  private final Map<Integer, PortState> ports;
  private final TextTable table =
      new TextTable()
          .flexible("Interface")
          .flexible("Network")
          .number("Index")
          .text("Counter")
          .number("Count");

  InterfaceTable(Snapshot snapshot) {
    this(snapshot, Map.of());
  }

  /** Shows the state of ports, too, which is here by interface index. */
  InterfaceTable(Snapshot snapshot, Map<Integer, PortState> ports) {
    this.snapshot = snapshot;
    this.ports = ports;
  }

  InterfaceTable addAll(List<InterfaceStats> interfaces) {
    for (InterfaceStats each : interfaces) {
      Block block = new Block(each.name(), each.network(), Integer.toString(each.index()));
      PortState port = ports.get(each.index());
      if (port != null) {
        port.lines().forEach(block::addLine);
      }
      addCounters(each, block);
      block.end();
    }
    return this;
  }

  /** Adds what interfaces that are gone counted, and what no interface can be named for, if any. */
  InterfaceTable addOthers() {
    addCounters(snapshot.departed(), new Block(snapshot.departed().name(), "", ""));
    addEvents(snapshot.otherEvents(), new Block("(unknown)", "", ""));
    return this;
  }

  void print(PrintWriter out, int width) {
    if (table.isEmpty()) {
      out.println("There are no interfaces.");
    } else {
      table.print(out, width);
    }
  }

  private void addCounters(InterfaceStats stats, Block block) {
    long drops = 0;
    for (int column = 0; column < snapshot.columns().size(); column++) {
      Column each = snapshot.columns().get(column);
      if (each.kind() == Column.Kind.DROP) {
        drops += stats.total(column);
      } else {
        block.add(each.name(), stats.total(column));
      }
    }
    block.add("drops", drops);
    for (int column = 0; column < snapshot.columns().size(); column++) {
      Column each = snapshot.columns().get(column);
      if (each.kind() == Column.Kind.DROP) {
        block.add("  " + each.name(), stats.total(column));
      }
    }
    addEvents(stats.events(), block);
  }

  private void addEvents(long[] events, Block block) {
    for (int column = 0; column < events.length; column++) {
      block.add(snapshot.eventColumns().get(column).name(), events[column]);
    }
  }

  /** The lines of one interface, of which the first tells whose they are. */
  private final class Block {
    private final String[] whose;
    private boolean begun;

    Block(String name, String network, String index) {
      whose = new String[] {name, network, index};
    }

    void add(String counter, long value) {
      if (value != 0) {
        addLine(counter, Long.toString(value));
      }
    }

    /** An interface that counted nothing still has its line. */
    void end() {
      if (!begun) {
        addLine("", "");
      }
    }

    private void addLine(String counter, String value) {
      if (begun) {
        table.row("", "", "", counter, value);
      } else {
        table.row(whose[0], whose[1], whose[2], counter, value);
      }
      begun = true;
    }
  }
}
