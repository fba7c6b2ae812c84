package dev.heddle.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the commands that talk to a daemon say before they reach one. */
class ControlCliTest {
  @TempDir Path directory;

  @Test
  void shouldNameSocketAndRemedyWhenNoDaemonAnswers() throws Exception {
    String socket = directory.resolve("none.sock").toString();
    CliRun run = CliRun.of("network", "list", "--socket", socket);
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .contains("heddle: no daemon answers on " + socket + ": start heddled, or name its socket");
  }

  @Test
  void shouldNameAddressWhenItCannotBeRead() throws Exception {
    CliRun run = CliRun.of("network", "set", "blue", "--vni", "56", "--range", "172.19.0.300/16");
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("'172.19.0.300' is no IP address");
  }

  @Test
  void shouldRefuseWhenRouteLeadsTwoWays() throws Exception {
    CliRun run =
        CliRun.of("route", "set", "blue", "10.0.0.0/8", "--drop", "--gateway", "172.19.0.20");
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("mutually exclusive");
  }
}
