package dev.heddle.daemon.metrics;

import java.util.List;

/**
 * Samples that have a name in common.
 *
 * @param name as Prometheus knows it; samples of a histogram have further ones behind it
 * @param help one sentence for an operator
 * @param labels what tells its samples apart, in the order in which values are given
 */
public record Family(String name, Type type, String help, List<String> labels) {
  /** Of which kind a family is. */
  public enum Type {
    COUNTER,
    GAUGE,
    HISTOGRAM;

    /** As the exposition format has it. */
    String text() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }
}
