package dev.heddle.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the commands that talk to a daemon say, as processes, before they reach one. */
class ControlCliProcessIT {
  @TempDir Path directory;

  @Test
  void shouldNameSocketAndRemedyWhenNoDaemonAnswers() throws Exception {
    String socket = directory.resolve("none.sock").toString();
    CliRun run = CliRun.of("network", "list", "--socket", socket);
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .isEqualTo(
            "heddle: no daemon answers on "
                + socket
                + ": start heddled, or name its socket with --socket\n");
  }

  @Test
  void shouldNameAddressWhenItCannotBeRead() throws Exception {
    CliRun run = CliRun.of("network", "add", "blue", "--vni", "56", "--range", "172.19.0.300/16");
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("'172.19.0.300' is no IP address");
  }
}
