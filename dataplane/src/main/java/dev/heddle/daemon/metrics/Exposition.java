package dev.heddle.daemon.metrics;

import java.util.List;

/** Writes samples in Prometheus' text format, version 0.0.4. */
final class Exposition {
  private final StringBuilder text = new StringBuilder(1 << 16);

  /** Begins a family; all its samples come next. */
  void begin(Family family) {
    text.append("# HELP ").append(family.name()).append(' ');
    escape(family.help(), false);
    text.append("\n# TYPE ").append(family.name()).append(' ').append(family.type().text());
    text.append('\n');
  }

  /** Adds a sample; values of labels in the family's order. */
  void sample(Family family, long value, String... labelValues) {
    name(family, "", labelValues, null);
    text.append(' ').append(value).append('\n');
  }

  /** The same with a value that is no whole number. */
  void sample(Family family, double value, String... labelValues) {
    name(family, "", labelValues, null);
    text.append(' ').append(value).append('\n');
  }

  /**
   * Adds the samples of a histogram.
   *
   * @param bounds the greatest value of each class but the last, which has none
   * @param counts how many there are of each class alone
   * @param sum of all values
   */
  void histogram(
      Family family, List<Long> bounds, List<Long> counts, long sum, String... labelValues) {
    long below = 0;
    for (int i = 0; i < counts.size(); i++) {
      below += counts.get(i);
      name(family, "_bucket", labelValues, i < bounds.size() ? bounds.get(i).toString() : "+Inf");
      text.append(' ').append(below).append('\n');
    }
    name(family, "_sum", labelValues, null);
    text.append(' ').append(sum).append('\n');
    name(family, "_count", labelValues, null);
    text.append(' ').append(below).append('\n');
  }

  private void name(Family family, String suffix, String[] labelValues, String bound) {
    if (labelValues.length != family.labels().size()) {
      throw new IllegalArgumentException("labels of " + family.name());
    }
    text.append(family.name()).append(suffix);
    char separator = '{';
    for (int i = 0; i < labelValues.length; i++) {
      separator = label(separator, family.labels().get(i), labelValues[i]);
    }
    if (bound != null) {
      separator = label(separator, "le", bound);
    }
    if (separator != '{') {
      text.append('}');
    }
  }

  private char label(char separator, String label, String value) {
    text.append(separator).append(label).append("=\"");
    escape(value, true);
    text.append('"');
    return ',';
  }

  private void escape(String value, boolean isLabel) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '\\' -> text.append("\\\\");
        case '\n' -> text.append("\\n");
        case '"' -> text.append(isLabel ? "\\\"" : "\"");
        default -> text.append(c);
      }
    }
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
