package dev.heddle.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationPageTest {
  @Test
  void shouldShowEveryKeyInTheExample() {
    Set<String> shown =
        ConfigurationPage.EXAMPLE
            .lines()
            .filter(line -> line.matches("[a-z].*"))
            .map(line -> line.substring(0, line.indexOf(':')))
            .collect(Collectors.toSet());
    assertThat(shown)
        .isEqualTo(ConfigFile.keys(HeddleDaemon.commandLine().getCommandSpec()).keySet());
  }

  @Test
  void shouldAcceptTheExampleWhenItIsChecked(@TempDir Path directory) throws IOException {
    Path file = Files.writeString(directory.resolve("heddled.yaml"), ConfigurationPage.EXAMPLE);
    assertThat(HeddleDaemon.commandLine().execute("--config=" + file, "--check")).isZero();
  }
}
