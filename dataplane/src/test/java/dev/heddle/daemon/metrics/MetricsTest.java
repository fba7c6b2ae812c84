package dev.heddle.daemon.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.api.stats.CountersFileReader;
import dev.heddle.control.InterfaceIdentity;
import dev.heddle.control.Inventory;
import dev.heddle.observe.CountersFile;
import dev.heddle.observe.DropReason;
import dev.heddle.observe.InterfaceCounter;
import dev.heddle.port.memif.LinkEvent;
import dev.heddle.port.memif.channel.MemifEvents;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Prometheus is told of counters. */
class MetricsTest {
  private static final String POD =
      "{interface=\"pod\",network=\"blue\",vrf=\"7\",namespace=\"shop\",pod=\"cart-1\"";

  private static final WorkerStates STATES =
      new WorkerStates() {
        @Override
        public boolean isStalled(int worker) {
          return worker == 1;
        }

        @Override
        public long busyNs(int worker) {
          return 2_500_000_000L;
        }

        @Override
        public long idleNs(int worker) {
          return 750_000_000L;
        }
      };

  @Test
  void shouldTellEachCounterWithWhoseItIs(@TempDir Path directory) {
    Path path = directory.resolve("counters");
    try (CountersFile counters = CountersFile.create(path, 2, 16, MemifEvents.all())) {
      counters.slots().claim(0, "pod", "blue");
      counters.slots().claim(1, "new", "red");
      InterfaceCounter.RX_PACKETS.add(counters.worker(1).rowAddress(0), 12);
      InterfaceCounter.drop(counters.worker(1).rowAddress(0), DropReason.NO_ROUTE.ordinal(), 3);
      counters.slots().count(0, LinkEvent.CONNECTS);
      counters.worker(0).batch(1);
      counters.worker(0).batch(5);
      counters.worker(0).batch(300);
      try (CountersFileReader reader = CountersFileReader.open(path)) {
        Map<Integer, InterfaceIdentity> identities =
            Map.of(
                0, new InterfaceIdentity("pod", "shop", "cart-1", "7", true),
                1, new InterfaceIdentity("old", "x", "y", "8", true));
        Inventory inventory = new Inventory(identities, List.of(), 0, List.of());
        String text = new Metrics(reader.snapshot(), inventory, STATES).text();
        assertThat(text.lines())
            .contains(
                "# TYPE heddle_interface_rx_packets_total counter",
                "heddle_interface_rx_packets_total" + POD + ",worker=\"0\"} 0",
                "heddle_interface_rx_packets_total" + POD + ",worker=\"1\"} 12",
                "heddle_interface_drops_total" + POD + ",worker=\"1\",reason=\"no-route\"} 3",
                "heddle_interface_events_total" + POD + ",event=\"memif-connects\"} 1",
                "heddle_interface_up" + POD + "} 1",
                "heddle_interface_held{interface=\"new\",network=\"red\",vrf=\"\",namespace=\"\","
                    + "pod=\"\",worker=\"0\"} 0",
                "heddle_worker_stalled{worker=\"0\"} 0",
                "heddle_worker_stalled{worker=\"1\"} 1",
                "heddle_worker_busy_seconds_total{worker=\"0\"} 2.5",
                "heddle_worker_idle_seconds_total{worker=\"1\"} 0.75",
                "heddle_worker_batch_packets_bucket{worker=\"0\",le=\"1\"} 1",
                "heddle_worker_batch_packets_bucket{worker=\"0\",le=\"3\"} 1",
                "heddle_worker_batch_packets_bucket{worker=\"0\",le=\"7\"} 2",
                "heddle_worker_batch_packets_bucket{worker=\"0\",le=\"255\"} 2",
                "heddle_worker_batch_packets_bucket{worker=\"0\",le=\"+Inf\"} 3",
                "heddle_worker_batch_packets_sum{worker=\"0\"} 306",
                "heddle_worker_batch_packets_count{worker=\"0\"} 3",
                "heddle_revision 0")
            .doesNotContain("heddle_interface_up{interface=\"new\"")
            .doesNotHaveDuplicates();
        for (Family family : Families.all()) {
          assertThat(text).contains("# HELP " + family.name() + " " + family.help() + "\n# TYPE ");
        }
      }
    }
  }

  @Test
  void shouldEscapeWhatThePrometheusFormatDemands() {
    Family family = new Family("x", Family.Type.GAUGE, "a \"b\" \\ c\nd", List.of("interface"));
    Exposition exposition = new Exposition();
    exposition.begin(family);
    exposition.sample(family, 1, "a\"b\\c\nd");
    assertThat(exposition)
        .hasToString(
            """
            # HELP x a "b" \\\\ c\\nd
            # TYPE x gauge
            x{interface="a\\"b\\\\c\\nd"} 1
            """);
  }
}
