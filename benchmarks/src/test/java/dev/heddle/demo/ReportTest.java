package dev.heddle.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ReportTest {
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final Report report = new Report(new PrintStream(printed, true, StandardCharsets.UTF_8));

  @Test
  void shouldPassWhenAllChecksAreGood() {
    report.check(true, "one");
    report.check(true, "two");
    assertThat(report.verdict()).isTrue();
    assertThat(printed.toString(StandardCharsets.UTF_8)).contains("VERDICT: passed, 2 checks.");
  }

  @Test
  void shouldNameFailuresWhenOneCheckIsBad() {
    report.check(true, "one");
    report.check(false, "two");
    assertThat(report.verdict()).isFalse();
    assertThat(printed.toString(StandardCharsets.UTF_8))
        .containsSubsequence("FAIL  two", "VERDICT: FAILED, 1 of 2 checks:", "  two");
  }

  @Test
  void shouldFailWhenNothingWasChecked() {
    assertThat(report.verdict()).isFalse();
  }
}
