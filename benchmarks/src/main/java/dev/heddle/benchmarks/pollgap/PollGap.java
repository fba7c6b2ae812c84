package dev.heddle.benchmarks.pollgap;

import dev.heddle.benchmarks.Benchmark;
import dev.heddle.benchmarks.endtoend.RecordedPeer;
import dev.heddle.benchmarks.machine.Cores;
import dev.heddle.benchmarks.peer.DaemonJvm;
import dev.heddle.benchmarks.report.Sample;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The time from one poll to the next under full load and control churn, beside an empty loop whose
 * turns are as long as the worker's at full load: half of the empty loop before, half after. The
 * same without churn tells what of it is the churn's.
 */
public final class PollGap implements Benchmark {
  private static final String ID = "pollgap";
  private static final String SCENARIO = "60s";
  private static final long TRIAL_NS = 3_000_000_000L;
  private static final long LOADED_NS = 60_000_000_000L;
  private static final long EMPTY_NS = 30_000_000_000L;

  @Override
  public String id() {
    return ID;
  }

  @Override
  public String what() {
    return "gap between two polls of the worker, 60 s of load and control churn";
  }

  @Override
  public List<Sample> run(Context context) throws IOException, InterruptedException {
    Map<String, Double> trial = RecordedPeer.run(context, "trial", TRIAL_NS, false);
    long turnNs = trial.get("50.0").longValue();
    Map<String, Double> before = emptyLoop(context, "before", turnNs);
    Map<String, Double> worker = RecordedPeer.run(context, "loaded", LOADED_NS, true);
    Map<String, Double> after = emptyLoop(context, "after", turnNs);
    Map<String, Double> unchanged = RecordedPeer.run(context, "unchanged", LOADED_NS, false);
    List<Sample> samples = new ArrayList<>();
    add(samples, "heddle", 0, worker);
    add(samples, "heddle-unchanged", 0, unchanged);
    add(samples, "empty-loop", 0, before);
    add(samples, "empty-loop", 1, after);
    double emptyTail = (before.get("99.99") + after.get("99.99")) / 2;
    double emptyMax = Math.max(before.get("longest"), after.get("longest"));
    double tail = worker.get("99.99") / emptyTail;
    double max = worker.get("longest") / emptyMax;
    samples.add(Sample.oneCore(ID, SCENARIO, "heddle", 0, "p99.99-ratio", tail, "x"));
    samples.add(Sample.oneCore(ID, SCENARIO, "heddle", 0, "max-ratio", max, "x"));
    context.log("worker %s".formatted(worker));
    context.log("without churn %s".formatted(unchanged));
    context.log("empty  %s %s".formatted(before, after));
    return samples;
  }

  private static Map<String, Double> emptyLoop(Context context, String name, long turnNs)
      throws IOException, InterruptedException {
    Path file = context.directory("empty-" + name).resolve("gaps");
    DaemonJvm.run(
        context,
        EmptyLoop.class,
        Integer.toString(Cores.TESTED),
        Long.toString(turnNs),
        Long.toString(EMPTY_NS),
        file.toString());
    return GapRecorder.read(file);
  }

  private static void add(List<Sample> samples, String subject, int run, Map<String, Double> gaps) {
    for (String figure : GapRecorder.FIGURES) {
      String metric = "gap-" + figure;
      samples.add(Sample.oneCore(ID, SCENARIO, subject, run, metric, gaps.get(figure), "ns"));
    }
    samples.add(Sample.oneCore(ID, SCENARIO, subject, run, "turns", gaps.get("turns"), "turns"));
  }
}
