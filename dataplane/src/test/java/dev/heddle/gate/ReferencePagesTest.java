package dev.heddle.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.daemon.ConfigurationPage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The reference says what the code says. {@code make reference} writes it anew. */
class ReferencePagesTest {
  private static final Path REFERENCE = Project.ROOT.resolve("docs/reference");
  private static final boolean WRITE = Boolean.getBoolean("heddle.reference.write");

  @Test
  void shouldListEveryDropReasonWhenRead() throws IOException {
    check("drop-reasons.md", ReferencePages.dropReasons());
  }

  @Test
  void shouldListEveryCounterWhenRead() throws IOException {
    check("counters.md", ReferencePages.counters());
  }

  @Test
  void shouldListEveryMetricWhenRead() throws IOException {
    check("metrics.md", ReferencePages.metrics());
  }

  @Test
  void shouldListEveryCommandWhenRead() throws IOException {
    check("commands.md", CommandPage.write());
  }

  @Test
  void shouldListEveryKeyOfAConfigurationWhenRead() throws IOException {
    check("configuration.md", ConfigurationPage.write(ReferencePages.ORIGIN));
  }

  @Test
  void shouldTellTheWholeContractWhenRead() throws IOException {
    check("api.md", ApiPage.write());
  }

  private static void check(String name, String page) throws IOException {
    Path file = REFERENCE.resolve(name);
    if (WRITE) {
      Files.createDirectories(REFERENCE);
      Files.writeString(file, page);
    }
    assertThat(file).as("run make reference").hasContent(page);
  }
}
