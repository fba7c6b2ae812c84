package dev.heddle.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code heddle config check} says of files, as it is launched. */
class ConfigCheckIT {
  @TempDir Path directory;
  private Path file;

  @BeforeEach
  void name() {
    file = directory.resolve("heddled.yaml");
  }

  @Test
  void shouldSayThatTheDaemonCanStartWhenTheFileIsRight() throws Exception {
    Files.writeString(file, "workers: 2\nidle: spin\n");
    assertThat(check()).isEqualTo("0: " + file + ": heddled can start with it\n");
  }

  @Test
  void shouldTellEachMistakeWithItsLineWhenTheFileIsWrong() throws Exception {
    Files.writeString(file, "workers: 2\nidel: spin\nmax-endpoints: many\n");
    assertThat(check())
        .startsWith("1: heddled: " + file + ":2: idel: no such key; did you mean idle?\n")
        .contains("heddled: " + file + ":3: max-endpoints: ");
  }

  @Test
  void shouldSayWhatIsMissingWhenThereIsNoFile() throws Exception {
    assertThat(check()).startsWith("1: heddled: --config " + file + ": cannot be read");
  }

  @Test
  void shouldSayWhatToRunWhenItDoesNotKnowWhereTheDaemonIs() throws Exception {
    assertThat(CliRun.of("config", "check", file.toString()))
        .isEqualTo(
            new CliRun(
                1,
                "",
                "heddle: config check: JVM option -Dheddle.root is absent, which says where heddled"
                    + " is: run bin/heddle, which gives it\n"));
  }

  @Test
  void shouldSayWhatToRunWhenTheInstallationHasNoDaemon() throws Exception {
    assertThat(CliRun.of(List.of("-Dheddle.root=" + directory), "config", "check", file.toString()))
        .isEqualTo(
            new CliRun(
                1,
                "",
                "heddle: "
                    + directory.resolve("bin/heddled")
                    + " is no program: run bin/heddle of an installation that has the daemon\n"));
  }

  /** Exit status and everything it says. */
  private String check() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of("..", "bin", "heddle").toString(), "config", "check", file.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return process.waitFor() + ": " + said;
  }
}
