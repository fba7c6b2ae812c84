package dev.heddle.benchmarks.report;

import java.util.List;

/**
 * One measured value, as it stands in docs/benchmarks/raw.
 *
 * @param benchmark which benchmark, also the file's name
 * @param scenario what was done, such as "64B-1route"
 * @param subject who did it, such as "heddle" or "testpmd"
 * @param run number of the run; equal numbers of two subjects are neighbours in time
 * @param metric what was measured, such as "mpps"
 * @param value the figure
 * @param unit its unit
 * @param label "near", "far" or "mixed"; "one-core" where the distance of cores plays no part
 * @param valid "yes", or why the run was thrown away
 */
public record Sample(
    String benchmark,
    String scenario,
    String subject,
    int run,
    String metric,
    double value,
    String unit,
    String label,
    String valid) {
  public static final String VALID = "yes";
  public static final String NEAR = "near";
  public static final String FAR = "far";
  public static final String ONE_CORE = "one-core";

  static final List<String> COLUMNS =
      List.of(
          "benchmark", "scenario", "subject", "run", "metric", "value", "unit", "label", "valid");

  /** A sample that distance does not touch and nothing disturbed. */
  public static Sample oneCore(
      String benchmark,
      String scenario,
      String subject,
      int run,
      String metric,
      double value,
      String unit) {
    return new Sample(benchmark, scenario, subject, run, metric, value, unit, ONE_CORE, VALID);
  }

  public boolean isValid() {
    return valid.equals(VALID);
  }

  /** Whether this is a valid value of the metric. */
  public boolean is(String scenario, String subject, String metric) {
    return isValid()
        && this.scenario.equals(scenario)
        && this.subject.equals(subject)
        && this.metric.equals(metric);
  }

  List<String> fields() {
    return List.of(
        benchmark,
        scenario,
        subject,
        Integer.toString(run),
        metric,
        Figures.plain(value),
        unit,
        label,
        valid);
  }

  static Sample of(List<String> fields) {
    return new Sample(
        fields.get(0),
        fields.get(1),
        fields.get(2),
        Integer.parseInt(fields.get(3)),
        fields.get(4),
        Double.parseDouble(fields.get(5)),
        fields.get(6),
        fields.get(7),
        fields.get(8));
  }
}
