package dev.heddle.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The table of rules names every golden directory, and none that is not there. */
class GoldenPagesTest {
  private static final Path GOLDENS =
      Project.ROOT.resolve("dataplane/src/test/resources/dev/heddle/golden");
  private static final Path PAGE = Project.ROOT.resolve("docs/design/router.md");
  private static final Pattern NAMES =
      Pattern.compile("^\\|[^|]*\\|((?: *`[a-z0-9-]+`)+) *\\|", Pattern.MULTILINE);
  private static final Pattern NAME = Pattern.compile("`([a-z0-9-]+)`");

  @Test
  void shouldNameEveryGoldenWhenRulesAreListed() throws IOException {
    String page = Files.readString(PAGE);
    TreeSet<String> named = new TreeSet<>();
    Matcher rows = NAMES.matcher(page.substring(page.indexOf("## Rule by rule")));
    while (rows.find()) {
      Matcher names = NAME.matcher(rows.group(1));
      while (names.find()) {
        named.add(names.group(1));
      }
    }
    try (Stream<Path> entries = Files.list(GOLDENS)) {
      List<String> goldens =
          entries
              .filter(Files::isDirectory)
              .map(entry -> entry.getFileName().toString())
              .sorted()
              .toList();
      assertThat(named).containsExactlyElementsOf(goldens);
    }
  }
}
