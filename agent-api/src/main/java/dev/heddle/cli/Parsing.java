package dev.heddle.cli;

import java.util.List;
import java.util.function.Function;

/** Turns option values into what the interface carries. */
final class Parsing {
  private Parsing() {}

  /**
   * Reads one value.
   *
   * @throws UsageException if it makes no sense, naming the option
   */
  static <T> T parse(String option, String value, Function<String, T> parser) {
    try {
      return parser.apply(value);
    } catch (IllegalArgumentException e) {
      throw new UsageException("Invalid value for " + option + ": " + e.getMessage());
    }
  }

  /** Reads each value of an option that may be repeated. */
  static <T> List<T> parseAll(String option, List<String> values, Function<String, T> parser) {
    return values.stream().map(value -> parse(option, value, parser)).toList();
  }
}
