package dev.heddle.benchmarks.report;

import java.util.List;
import java.util.Optional;

/**
 * One row of targets.csv: what is asked for, and how it is computed from samples.
 *
 * @param id the target's number, such as "P1"
 * @param what what is measured, in words
 * @param text the target as people write it, such as ">= 1.0"
 * @param benchmark whose raw samples it is computed from
 * @param rule computes it; empty where samples are missing
 * @param test whether a value meets the target
 */
record Target(String id, String what, String text, String benchmark, Rule rule, Test test) {
  static final List<String> COLUMNS =
      List.of("id", "what", "target", "measured", "spread", "label", "met", "command");

  /** Computes a figure from all samples of the target's benchmark. */
  interface Rule {
    Optional<Measured> measure(List<Sample> samples);
  }

  /** Compares a figure with the target. */
  interface Test {
    boolean isMet(double value);
  }

  /**
   * A figure.
   *
   * @param value median
   * @param spread smallest and greatest
   * @param label at which distance of cores
   */
  record Measured(double value, String spread, String label) {}

  /**
   * A target with its figure.
   *
   * @param target what was asked for
   * @param measured the figure; empty where a sample is missing
   * @param command how to measure it again
   */
  record Outcome(Target target, Optional<Measured> measured, String command) {
    boolean met() {
      return measured.isPresent() && target.test().isMet(measured.get().value());
    }

    List<String> fields() {
      return List.of(
          target.id(),
          target.what(),
          target.text(),
          measured.map(m -> Figures.plain(m.value())).orElse("missing"),
          measured.map(Measured::spread).orElse(""),
          measured.map(Measured::label).orElse(""),
          met() ? "yes" : "no",
          command);
    }
  }

  static Target atLeast(String id, String what, double bound, String benchmark, Rule rule) {
    return new Target(
        id, what, ">= " + Figures.plain(bound), benchmark, rule, value -> value >= bound);
  }

  static Target atMost(String id, String what, double bound, String benchmark, Rule rule) {
    return new Target(
        id, what, "<= " + Figures.plain(bound), benchmark, rule, value -> value <= bound);
  }
}
