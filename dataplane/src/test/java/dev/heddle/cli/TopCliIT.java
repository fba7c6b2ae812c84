package dev.heddle.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.heddle.observe.CountersFile;
import dev.heddle.observe.DropReason;
import dev.heddle.observe.InterfaceCounter;
import dev.heddle.observe.WorkerCounter;
import dev.heddle.observe.WorkerCounters;
import dev.heddle.port.memif.channel.MemifEvents;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code heddle top} without a terminal: the test counts between two looks. */
class TopCliIT {
  @TempDir Path directory;
  private CountersFile counters;
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void create() {
    counters = CountersFile.create(directory.resolve("counters"), 2, 16, MemifEvents.all());
    counters.slots().claim(0, "quiet", "blue");
    counters.slots().claim(1, "busy", "blue");
    counters.slots().claim(2, "uplink", "");
    InterfaceCounter.RX_PACKETS.add(counters.worker(0).rowAddress(1), 77);
    InterfaceCounter.drop(counters.worker(0).rowAddress(0), DropReason.NO_ROUTE.ordinal(), 5);
  }

  @AfterEach
  void close() {
    counters.close();
  }

  /** What happens between two looks. */
  private void traffic() {
    WorkerCounters worker = counters.worker(1);
    worker.batch(1_000);
    worker.add(WorkerCounter.BUSY_NS, 40_000);
    worker.add(WorkerCounter.IDLE_NS, 120_000);
    InterfaceCounter.RX_PACKETS.add(worker.rowAddress(1), 1_000);
    InterfaceCounter.RX_BYTES.add(worker.rowAddress(1), 64_000);
    InterfaceCounter.TX_PACKETS.add(worker.rowAddress(2), 900);
    InterfaceCounter.TX_BYTES.add(worker.rowAddress(2), 57_600);
    InterfaceCounter.drop(worker.rowAddress(1), DropReason.SPOOFED_SOURCE.ordinal(), 100);
  }

  private String top(String... options) {
    return top(this::traffic, options);
  }

  /** Two looks; something happens after each. */
  private String top(Runnable afterLook, String... options) {
    StringWriter text = new StringWriter();
    PrintWriter out =
        new PrintWriter(text) {
          private int seen;

          @Override
          public void flush() {
            super.flush();
            boolean isWhole = text.toString().endsWith("\n") && text.getBuffer().length() > seen;
            if (isWhole) {
              seen = text.getBuffer().length();
              counters.heartbeat();
              afterLook.run();
            }
          }
        };
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "top", "--interval=0.1", "--count=2", "--file=" + directory.resolve("counters")));
    arguments.addAll(List.of(options));
    int status =
        HeddleCli.commandLine(out, new PrintWriter(err, true))
            .execute(arguments.toArray(String[]::new));
    assertThat(err.toString()).isEmpty();
    assertThat(status).isZero();
    return text.toString();
  }

  @Test
  void shouldTellRatesOfWhatHappenedBetweenTwoLooks() {
    List<String> looks = top("-o", "json").lines().toList();
    assertThat(looks).hasSize(2);
    JsonObject still = JsonParser.parseString(looks.get(0)).getAsJsonObject();
    assertThat(number(named(still, "interfaces", "busy"), "rxPacketsPerSecond")).isZero();

    JsonObject look = JsonParser.parseString(looks.get(1)).getAsJsonObject();
    double seconds = number(look, "seconds");
    JsonObject busy = look.getAsJsonArray("interfaces").get(0).getAsJsonObject();
    assertThat(busy.get("name").getAsString()).isEqualTo("busy");
    assertThat(number(busy, "rxPacketsPerSecond") * seconds).isCloseTo(1_000, within(1e-6));
    assertThat(number(busy, "rxBitsPerSecond") * seconds).isCloseTo(512_000, within(1e-6));
    assertThat(number(busy, "dropsPerSecond") * seconds).isCloseTo(100, within(1e-6));
    JsonObject uplink = look.getAsJsonArray("interfaces").get(1).getAsJsonObject();
    assertThat(uplink.get("name").getAsString()).isEqualTo("uplink");
    assertThat(number(uplink, "txBitsPerSecond") * seconds).isCloseTo(460_800, within(1e-6));
    JsonObject worker = look.getAsJsonArray("workers").get(1).getAsJsonObject();
    assertThat(number(worker, "packetsPerSecond") * seconds).isCloseTo(1_000, within(1e-6));
    assertThat(number(worker, "packetsPerBatch")).isEqualTo(1_000);
    assertThat(number(worker, "nsPerPacket")).isEqualTo(40);
    assertThat(number(worker, "idleShare")).isEqualTo(0.75);
    JsonArray drops = look.getAsJsonArray("drops");
    assertThat(drops).hasSize(2);
    assertThat(drops.get(0).getAsJsonObject().get("reason").getAsString())
        .isEqualTo("spoofed-source");
    assertThat(number(drops.get(0).getAsJsonObject(), "perSecond") * seconds)
        .isCloseTo(100, within(1e-6));
    JsonObject old = drops.get(1).getAsJsonObject();
    assertThat(old.get("reason").getAsString()).isEqualTo("no-route");
    assertThat(number(old, "perSecond")).isZero();
    assertThat(number(old, "total")).isEqualTo(5);
  }

  private static double number(JsonObject object, String name) {
    return object.get(name).getAsDouble();
  }

  private static JsonObject named(JsonObject look, String array, String name) {
    for (var each : look.getAsJsonArray(array)) {
      if (each.getAsJsonObject().get("name").getAsString().equals(name)) {
        return each.getAsJsonObject();
      }
    }
    throw new AssertionError("no " + name);
  }

  @Test
  void shouldShowTablesWithTheBusiestFirst() {
    String text = top();
    String last = text.substring(text.lastIndexOf("heddle "));
    assertThat(last.lines().map(line -> line.replaceAll(" +", " ").strip()).toList())
        .satisfiesExactly(
            line ->
                assertThat(line)
                    .matches(
                        "heddle [0-9:]{8}, pid [0-9]+, interfaces 3; packets/s: [0-9.]+k? received,"
                            + " [0-9.]+k? sent, [0-9.]+ dropped"),
            line -> assertThat(line).isEmpty(),
            line ->
                assertThat(line)
                    .isEqualTo("Worker Packets/s Packets/batch ns/packet Idle % Sleeps/s"),
            line -> assertThat(line).isEqualTo("0 0 100.0 0"),
            line -> assertThat(line).matches("1 [0-9.]+k? 1000.0 40.0 75.0 0"),
            line -> assertThat(line).isEmpty(),
            line ->
                assertThat(line)
                    .isEqualTo("Interface Network Rx pkt/s Rx bit/s Tx pkt/s Tx bit/s Drops/s"),
            line -> assertThat(line).matches("busy blue [0-9.]+k? [0-9.]+[kM]? 0 0 [0-9.]+"),
            line -> assertThat(line).matches("uplink 0 0 [0-9.]+k? [0-9.]+[kM]? 0"),
            line -> assertThat(line).isEqualTo("quiet blue 0 0 0 0 0"),
            line -> assertThat(line).isEmpty(),
            line -> assertThat(line).isEqualTo("Drops/s All Interface Network Reason"),
            line -> assertThat(line).matches("[0-9.]+ 100 busy blue spoofed-source"),
            line -> assertThat(line).isEqualTo("0 5 quiet blue no-route"),
            line -> assertThat(line).isEmpty());
    assertThat(text).doesNotContain("\u001b");
  }

  @Test
  void shouldBeginAtZeroWhenAnotherInterfaceGetsTheIndex() {
    InterfaceCounter.RX_PACKETS.add(counters.worker(0).rowAddress(0), 1_000_000);
    String text =
        top(
            () -> {
              counters.slots().release(0);
              counters.slots().claim(0, "new", "red");
              InterfaceCounter.RX_PACKETS.add(counters.worker(0).rowAddress(0), 10);
            },
            "-o",
            "json");
    JsonObject look = JsonParser.parseString(text.lines().toList().get(1)).getAsJsonObject();
    double rate = number(named(look, "interfaces", "new"), "rxPacketsPerSecond");
    assertThat(rate * number(look, "seconds")).isCloseTo(10, within(1e-6));
  }

  @Test
  void shouldNameTheOptionWhenItsValueMakesNoSense() {
    PrintWriter errors = new PrintWriter(err, true);
    PrintWriter out = new PrintWriter(new StringWriter());
    assertThat(HeddleCli.commandLine(out, errors).execute("top", "--interval=0")).isEqualTo(2);
    assertThat(HeddleCli.commandLine(out, errors).execute("top", "--interval=NaN")).isEqualTo(2);
    assertThat(HeddleCli.commandLine(out, errors).execute("top", "--count=0")).isEqualTo(2);
    assertThat(HeddleCli.commandLine(out, errors).execute("top", "--file=/nowhere")).isEqualTo(1);
    assertThat(err.toString())
        .contains("--interval 0.0: give 0.1 to 3600 seconds")
        .contains("--count 0: nothing to show; give 1 or more")
        .contains("there is no counters file /nowhere");
  }
}
