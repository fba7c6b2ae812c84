package dev.heddle.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.api.Addresses;
import dev.heddle.api.HeddleClient;
import dev.heddle.api.Operations;
import dev.heddle.api.v1.Dpdk;
import dev.heddle.api.v1.Uplink;
import dev.heddle.observe.JavaProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A daemon on a machine that has no DPDK: in a mount namespace whose DPDK libraries are empty. */
class WithoutDpdkIT {
  private static final String HIDE_DPDK =
      "for library in $(find /usr/lib /usr/local/lib -type f -name 'librte_*.so*'); do"
          + " mount --bind /dev/null \"$library\"; done; exec \"$@\"";

  @TempDir Path directory;

  private Process start() throws Exception {
    ProcessBuilder builder =
        JavaProcess.builder(
            HeddleDaemon.class,
            "--socket=" + directory.resolve("api.sock"),
            "--counters=" + directory.resolve("counters"));
    List<String> command =
        new ArrayList<>(List.of("unshare", "--mount", "sh", "-c", HIDE_DPDK, "sh"));
    command.addAll(builder.command());
    return builder
        .command(command)
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve("output").toFile())
        .start();
  }

  @Test
  void shouldServePodsAndSayWhatIsMissingWhenThereIsNoDpdk() throws Exception {
    Process process = start();
    try (HeddleClient client =
        HeddleClient.connect(directory.resolve("api.sock"), Duration.ofSeconds(60))) {
      while (!Files.exists(directory.resolve("api.sock"))) {
        assertThat(process.isAlive()).isTrue();
        Thread.yield();
      }
      Uplink uplink =
          Uplink.newBuilder()
              .setName("fabric")
              .setAddress4(Addresses.parse("192.0.2.1"))
              .setPrefixLength4(24)
              .setDpdk(Dpdk.newBuilder().setDevargs("net_null0"))
              .build();
      assertThatThrownBy(() -> client.apply(Operations.upsert(uplink)))
          .hasMessageContaining(
              "uplink fabric: dpdk.devargs net_null0: DPDK 22.11 is not installed")
          .hasMessageContaining("install the Debian packages librte-eal23 ");
      assertThat(client.uplinks()).isEmpty();
      assertThat(client.serverInfo().getPid()).isEqualTo(process.pid());
      assertThat(directory.resolve("output")).content().contains("DPDK 22.11 is not installed");
    } finally {
      process.destroy();
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }
  }
}
