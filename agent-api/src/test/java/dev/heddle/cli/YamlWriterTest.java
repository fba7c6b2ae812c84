package dev.heddle.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** YAML that is written as if it were JSON. */
class YamlWriterTest {
  private static String write(Output.JsonValue value) throws IOException {
    StringWriter text = new StringWriter();
    try (YamlWriter yaml = new YamlWriter(new PrintWriter(text), false)) {
      value.write(yaml);
    }
    return text.toString();
  }

  private static Object read(String yaml) {
    return new Load(LoadSettings.builder().build()).loadFromString(yaml);
  }

  @Test
  void shouldKeepTheTypesOfValuesWhenReadAgain() throws IOException {
    String yaml =
        write(json -> {
          json.beginObject();
          json.name("long").value(5_000_000_000L);
          json.name("share").value(0.00001);
          json.name("whole").value(2.0);
          json.name("yes").value(true);
          json.name("nothing").value((String) null);
          json.name("empty").beginObject().endObject();
          json.name("list").beginArray().value(1).value("two").beginArray().endArray().endArray();
          json.endObject();
        });
    Map<String, Object> expected = new LinkedHashMap<>();
    expected.put("long", 5_000_000_000L);
    expected.put("share", 0.00001);
    expected.put("whole", 2.0);
    expected.put("yes", true);
    expected.put("nothing", null);
    expected.put("empty", Map.of());
    expected.put("list", Arrays.asList(1, "two", List.of()));
    assertThat(read(yaml)).isEqualTo(expected);
    assertThat(yaml).contains("share: 0.00001").contains("\"yes\": true");
  }

  @Test
  void shouldQuoteTextsThatCouldBeSomethingElse() throws IOException {
    List<String> texts =
        List.of(
            "blue", "a b", "on", "No", "12:34:56:00:11:22", "1e3", "0x1f", "~", "", "- a", "a: b");
    String yaml =
        write(json -> {
          json.beginArray();
          for (String text : texts) {
            json.value(text);
          }
          json.value("x".repeat(300)).value("line\nline").endArray();
        });
    assertThat(yaml.lines())
        .startsWith(
            "- blue",
            "- a b",
            "- \"on\"",
            "- \"No\"",
            "- \"12:34:56:00:11:22\"",
            "- \"1e3\"",
            "- \"0x1f\"",
            "- \"~\"",
            "- \"\"",
            "- \"- a\"",
            "- \"a: b\"",
            "- " + "x".repeat(300),
            "- \"line\\nline\"");
  }
}
