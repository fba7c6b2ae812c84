package dev.heddle.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class CsvTest {
  @Test
  void shouldReadWhatItWroteWhenFieldsHoldCommasAndQuotes() {
    List<String> fields = List.of("plain", "with, comma", "say \"so\"", "", "last");

    assertThat(Csv.fields(Csv.line(fields))).isEqualTo(fields);
  }

  @Test
  void shouldStayOnOneLineWhenAFieldHasSeveral() {
    assertThat(Csv.line(List.of("a\nb", "c"))).isEqualTo("a b,c");
  }
}
