package dev.heddle.gate;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import dev.heddle.daemon.metrics.Families;
import dev.heddle.daemon.metrics.Family;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The dashboard shows metrics and labels that there are. */
class DashboardTest {
  private static final Pattern METRIC = Pattern.compile("\\bheddle_[a-z0-9_]+");
  private static final Pattern GROUPED = Pattern.compile("\\bby \\(([^)]*)\\)");
  private static final Pattern SHOWN = Pattern.compile("\\{\\{([a-z]+)}}");

  /** Prometheus adds it to what it takes from a daemon. */
  private static final String TARGET_LABEL = "instance";

  private static JsonElement dashboard() throws IOException {
    return JsonParser.parseString(
        Files.readString(Project.ROOT.resolve("docs/grafana/heddle.json")));
  }

  /** All texts in it that have this name. */
  private static List<String> texts(JsonElement element, String name) {
    List<String> texts = new ArrayList<>();
    if (element.isJsonArray()) {
      element.getAsJsonArray().forEach(each -> texts.addAll(texts(each, name)));
    } else if (element.isJsonObject()) {
      element
          .getAsJsonObject()
          .entrySet()
          .forEach(member -> {
            if (member.getKey().equals(name) && member.getValue().isJsonPrimitive()) {
              texts.add(member.getValue().getAsString());
            }
            texts.addAll(texts(member.getValue(), name));
          });
    }
    return texts;
  }

  private static Stream<String> found(List<String> texts, Pattern pattern, int group) {
    return texts.stream()
        .flatMap(text -> pattern.matcher(text).results())
        .map((MatchResult match) -> match.group(group));
  }

  private static Stream<String> samples(Family family) {
    return family.type() == Family.Type.HISTOGRAM
        ? Stream.of("_bucket", "_sum", "_count").map(suffix -> family.name() + suffix)
        : Stream.of(family.name());
  }

  @Test
  void shouldShowOnlyMetricsThatAreExported() throws IOException {
    List<String> expressions = texts(dashboard(), "expr");
    expressions.addAll(texts(dashboard(), "query"));
    Set<String> shown = new TreeSet<>(found(expressions, METRIC, 0).toList());
    assertThat(shown).hasSizeGreaterThan(20);
    assertThat(Families.all().stream().flatMap(DashboardTest::samples)).containsAll(shown);
  }

  @Test
  void shouldGroupByLabelsThatThereAre() throws IOException {
    Set<String> labels = new TreeSet<>(Set.of(TARGET_LABEL));
    Families.all().forEach(family -> labels.addAll(family.labels()));
    List<String> grouped =
        found(texts(dashboard(), "expr"), GROUPED, 1)
            .flatMap(list -> Stream.of(list.split(", ")))
            .toList();
    assertThat(grouped).isNotEmpty();
    assertThat(labels).containsAll(grouped);
    assertThat(labels).containsAll(found(texts(dashboard(), "legendFormat"), SHOWN, 1).toList());
  }
}
