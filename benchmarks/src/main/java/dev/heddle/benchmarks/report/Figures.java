package dev.heddle.benchmarks.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Arrays;

/** Medians, spreads and how figures are written. */
public final class Figures {
  private static final int DIGITS = 5;

  private Figures() {}

  /** The middle value, or the mean of the two middle ones. */
  public static double median(double... values) {
    if (values.length == 0) {
      throw new IllegalArgumentException("no values");
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /** Smallest and greatest value, "1.02..1.31". */
  public static String spread(double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return plain(sorted[0]) + ".." + plain(sorted[sorted.length - 1]);
  }

  /** Five significant digits, never in scientific notation. */
  public static String plain(double value) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException("not a figure: " + value);
    }
    if (Math.abs(value) >= 1e5) {
      return new BigDecimal(value).setScale(0, RoundingMode.HALF_UP).toPlainString();
    }
    BigDecimal rounded = new BigDecimal(value).round(new MathContext(DIGITS));
    return rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
  }
}
