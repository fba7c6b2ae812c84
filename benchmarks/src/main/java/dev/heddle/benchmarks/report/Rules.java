package dev.heddle.benchmarks.report;

import dev.heddle.benchmarks.report.Target.Measured;
import dev.heddle.benchmarks.report.Target.Rule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The ways in which targets are computed from samples. */
final class Rules {
  /** A comparison of two peers counts from this many runs of each on. */
  static final int LEAST_PAIRS = 5;

  private static final List<String> LABELS = List.of(Sample.ONE_CORE, Sample.NEAR, Sample.FAR);

  private Rules() {}

  /** What is compared: a subject in a scenario. */
  record Side(String scenario, String subject) {
    private boolean is(Sample sample, String metric) {
      return sample.is(scenario, subject, metric);
    }
  }

  /**
   * Median of the ratios of neighbouring runs with the same label, near ones if there are enough of
   * them, else far ones; never a mixture.
   */
  static Rule ratio(String scenario, String subject, String peer, String metric) {
    return ratio(new Side(scenario, subject), new Side(scenario, peer), metric);
  }

  /** The same of two scenarios. */
  static Rule ratio(Side side, Side other, String metric) {
    return samples -> {
      for (String label : LABELS) {
        double[] ratios = pairRatios(samples, label, side, other, metric);
        if (ratios.length >= LEAST_PAIRS) {
          return measured(ratios, label);
        }
      }
      return Optional.empty();
    };
  }

  /** Median of one subject's values, near ones if there are enough of them, else far ones. */
  static Rule median(String scenario, String subject, String metric, int leastRuns) {
    return samples -> {
      for (String label : LABELS) {
        double[] values =
            samples.stream()
                .filter(s -> s.label().equals(label) && s.is(scenario, subject, metric))
                .mapToDouble(Sample::value)
                .toArray();
        if (values.length >= leastRuns) {
          return measured(values, label);
        }
      }
      return Optional.empty();
    };
  }

  /** The greatest of all values of a subject, whatever their label. */
  static Rule greatest(String scenario, String subject, String metric, int leastRuns) {
    return samples -> {
      List<Sample> those = samples.stream().filter(s -> s.is(scenario, subject, metric)).toList();
      double[] values = those.stream().mapToDouble(Sample::value).toArray();
      return values.length < leastRuns
          ? Optional.empty()
          : Optional.of(
              new Measured(
                  Arrays.stream(values).max().orElseThrow(),
                  Figures.spread(values),
                  those.getFirst().label()));
    };
  }

  /** Median of near runs only: cycles of two moods do not compare with a fixed bound. */
  static Rule nearMedian(String scenario, String subject, String metric) {
    Rule any = median(scenario, subject, metric, LEAST_PAIRS);
    return samples ->
        any.measure(samples.stream().filter(s -> s.label().equals(Sample.NEAR)).toList());
  }

  private static double[] pairRatios(
      List<Sample> samples, String label, Side side, Side other, String metric) {
    Map<Integer, Double> peers = new HashMap<>();
    for (Sample sample : samples) {
      if (sample.label().equals(label) && other.is(sample, metric)) {
        peers.put(sample.run(), sample.value());
      }
    }
    List<Double> ratios = new ArrayList<>();
    for (Sample sample : samples) {
      Double beside = peers.get(sample.run());
      if (beside != null && sample.label().equals(label) && side.is(sample, metric)) {
        ratios.add(sample.value() / beside);
      }
    }
    return ratios.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static Optional<Measured> measured(double[] values, String label) {
    return Optional.of(new Measured(Figures.median(values), Figures.spread(values), label));
  }
}
