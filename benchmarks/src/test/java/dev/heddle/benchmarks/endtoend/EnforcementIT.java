package dev.heddle.benchmarks.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.benchmarks.Benchmark;
import dev.heddle.benchmarks.report.Sample;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnforcementIT {
  private static final Path ROOT = Path.of("").toAbsolutePath().getParent();

  @TempDir Path directory;

  @Test
  void shouldFindNoPacketAfterTheAnswerWhenAPolicyIsTightened() throws Exception {
    Enforcement benchmark = new Enforcement(List.of(3), 2, new PolicyFootprint(4, 2, 5));

    List<Sample> samples = benchmark.run(new Benchmark.Context(directory, ROOT));

    assertThat(values(samples, "3-rules", "tightened-passed-after")).containsExactly(0.0, 0.0);
    assertThat(values(samples, "3-rules", "loosened-missing-after")).containsExactly(0.0, 0.0);
    assertThat(values(samples, "3-rules", "tightened-sent-after"))
        .hasSize(2)
        .allMatch(sent -> sent >= 1_000);
    assertThat(values(samples, "3-rules", "tightened-acknowledged"))
        .hasSize(2)
        .allMatch(ms -> ms > 0);
    assertThat(values(samples, "4-rules", "bytes-per-rule")).hasSize(1);
    assertThat(values(samples, "2-programs", "bytes-per-program")).hasSize(1);
    assertThat(values(samples, "5-members", "bytes-per-member")).hasSize(1);
  }

  private static List<Double> values(List<Sample> samples, String scenario, String metric) {
    return samples.stream()
        .filter(each -> each.is(scenario, "heddle", metric))
        .map(Sample::value)
        .toList();
  }
}
