package dev.heddle.cli;

import com.google.gson.stream.JsonWriter;
import dev.heddle.api.stats.Snapshot;
import dev.heddle.cli.Rates.DropRate;
import dev.heddle.cli.Rates.InterfaceRate;
import dev.heddle.cli.Rates.WorkerRate;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/** One look of {@code heddle top}. */
final class TopView {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss").withZone(ZoneId.systemDefault());

  private static final double NS_PER_SECOND = 1e9;
  private static final double PERCENT = 100;
  private static final String[] UNITS = {"", "k", "M", "G", "T"};
  private static final double UNIT = 1000;

  /** Lines that are not for interfaces or drops: title, headings and what is between tables. */
  private static final int OTHER_LINES = 7;

  private static final int FEWEST_ROWS = 3;

  private final Instant time;
  private final Snapshot snapshot;
  private final String oddity;
  private final Rates rates;
  private final long elapsedNs;

  /**
   * @param snapshot at the end of the time that is told about
   * @param oddity what is odd about it; empty if nothing is
   */
  TopView(Instant time, Snapshot snapshot, String oddity, Rates rates, long elapsedNs) {
    this.time = time;
    this.snapshot = snapshot;
    this.oddity = oddity;
    this.rates = rates;
    this.elapsedNs = elapsedNs;
  }

  /**
   * The look as lines.
   *
   * @param width most characters of a line
   * @param height most lines; the busiest interfaces and reasons are shown then
   */
  List<String> lines(int width, int height) {
    int rows = Math.max(2 * FEWEST_ROWS, height - OTHER_LINES - rates.workers().size());
    List<DropRate> drops = first(rates.drops(), Math.max(FEWEST_ROWS, rows / 3));
    List<InterfaceRate> interfaces = first(rates.interfaces(), rows - drops.size());
    StringWriter text = new StringWriter();
    PrintWriter out = new PrintWriter(text);
    out.println(title());
    if (!oddity.isEmpty()) {
      out.println(oddity);
    }
    out.println();
    workers().print(out, width);
    out.println();
    interfaces(interfaces).print(out, width);
    if (!drops.isEmpty()) {
      out.println();
      drops(drops).print(out, width);
    }
    return text.toString().lines().toList();
  }

  private static <T> List<T> first(List<T> all, int most) {
    return all.subList(0, Math.min(all.size(), most));
  }

  private String title() {
    double received = 0;
    double sent = 0;
    double dropped = 0;
    for (InterfaceRate each : rates.interfaces()) {
      received += each.rxPacketsPerSecond();
      sent += each.txPacketsPerSecond();
      dropped += each.dropsPerSecond();
    }
    return "heddle %s, pid %d, interfaces %d; packets/s: %s received, %s sent, %s dropped"
        .formatted(
            TIME.format(time),
            snapshot.daemon().pid(),
            rates.interfaces().size(),
            scaled(received),
            scaled(sent),
            scaled(dropped));
  }

  private TextTable workers() {
    TextTable table =
        new TextTable()
            .number("Worker")
            .number("Packets/s")
            .number("Packets/batch")
            .number("ns/packet")
            .number("Idle %")
            .number("Sleeps/s");
    for (WorkerRate worker : rates.workers()) {
      table.row(
          worker.worker(),
          scaled(worker.packetsPerSecond()),
          known(worker.packetsPerBatch()),
          known(worker.nsPerPacket()),
          ShowRuntimeCommand.decimal(PERCENT * worker.idleShare()),
          scaled(worker.sleepsPerSecond()));
    }
    return table;
  }

  private static String known(double value) {
    return value == 0 ? "" : ShowRuntimeCommand.decimal(value);
  }

  private static TextTable interfaces(List<InterfaceRate> interfaces) {
    TextTable table =
        new TextTable()
            .flexible("Interface")
            .flexible("Network")
            .number("Rx pkt/s")
            .number("Rx bit/s")
            .number("Tx pkt/s")
            .number("Tx bit/s")
            .number("Drops/s");
    for (InterfaceRate each : interfaces) {
      table.row(
          each.name(),
          each.network(),
          scaled(each.rxPacketsPerSecond()),
          scaled(each.rxBitsPerSecond()),
          scaled(each.txPacketsPerSecond()),
          scaled(each.txBitsPerSecond()),
          scaled(each.dropsPerSecond()));
    }
    return table;
  }

  private static TextTable drops(List<DropRate> drops) {
    TextTable table =
        new TextTable()
            .number("Drops/s")
            .number("All")
            .flexible("Interface")
            .flexible("Network")
            .text("Reason");
    for (DropRate each : drops) {
      table.row(
          scaled(each.perSecond()),
          each.total(),
          each.interfaceName(),
          each.network(),
          each.reason());
    }
    return table;
  }

  /** A rate with three digits or so: "0", "7.5", "123", "1.23M". */
  static String scaled(double rate) {
    int unit = 0;
    double value = rate;
    while (value >= UNIT && unit < UNITS.length - 1) {
      value /= UNIT;
      unit++;
    }
    boolean isWhole = unit == 0 && value == Math.rint(value);
    int decimals = isWhole || value >= 100 ? 0 : value >= 10 ? 1 : unit == 0 ? 1 : 2;
    return String.format(Locale.ROOT, "%." + decimals + "f%s", value, UNITS[unit]);
  }

  /** Writes the look as an object, with everything. */
  void writeJson(JsonWriter json) throws IOException {
    json.beginObject();
    json.name("time").value(time.toString());
    json.name("seconds").value(elapsedNs / NS_PER_SECOND);
    json.name("pid").value(snapshot.daemon().pid());
    json.name("oddity").value(oddity);
    json.name("workers").beginArray();
    for (WorkerRate worker : rates.workers()) {
      json.beginObject();
      json.name("worker").value(worker.worker());
      json.name("packetsPerSecond").value(worker.packetsPerSecond());
      json.name("packetsPerBatch").value(worker.packetsPerBatch());
      json.name("nsPerPacket").value(worker.nsPerPacket());
      json.name("idleShare").value(worker.idleShare());
      json.name("sleepsPerSecond").value(worker.sleepsPerSecond());
      json.endObject();
    }
    json.endArray();
    writeInterfaces(json);
    writeDrops(json);
    json.endObject();
  }

  private void writeInterfaces(JsonWriter json) throws IOException {
    json.name("interfaces").beginArray();
    for (InterfaceRate each : rates.interfaces()) {
      json.beginObject();
      json.name("name").value(each.name());
      json.name("network").value(each.network());
      json.name("index").value(each.index());
      json.name("rxPacketsPerSecond").value(each.rxPacketsPerSecond());
      json.name("rxBitsPerSecond").value(each.rxBitsPerSecond());
      json.name("txPacketsPerSecond").value(each.txPacketsPerSecond());
      json.name("txBitsPerSecond").value(each.txBitsPerSecond());
      json.name("dropsPerSecond").value(each.dropsPerSecond());
      json.endObject();
    }
    json.endArray();
  }

  private void writeDrops(JsonWriter json) throws IOException {
    json.name("drops").beginArray();
    for (DropRate each : rates.drops()) {
      json.beginObject();
      json.name("interface").value(each.interfaceName());
      json.name("network").value(each.network());
      json.name("reason").value(each.reason());
      json.name("perSecond").value(each.perSecond());
      json.name("total").value(each.total());
      json.endObject();
    }
    json.endArray();
  }
}
