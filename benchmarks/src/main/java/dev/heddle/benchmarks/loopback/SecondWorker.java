package dev.heddle.benchmarks.loopback;

import dev.heddle.benchmarks.Benchmark;
import dev.heddle.benchmarks.peer.DaemonJvm;
import dev.heddle.benchmarks.report.Sample;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What a second worker adds, each over loopback rings of its own on a core of its own. */
public final class SecondWorker implements Benchmark {
  private static final String ID = "workers";
  private static final String SCENARIO = "loopback";

  @Override
  public String id() {
    return ID;
  }

  @Override
  public String what() {
    return "two workers over loopback rings beside one";
  }

  @Override
  public List<Sample> run(Context context) throws IOException, InterruptedException {
    List<Sample> samples = new ArrayList<>();
    String directory = context.directory("workers").toString();
    List<String> lines = DaemonJvm.run(context, WorkerScaling.class, directory);
    for (int run = 0; run < lines.size(); run++) {
      String[] fields = lines.get(run).split(",");
      double one = Double.parseDouble(fields[0]);
      double two = Double.parseDouble(fields[1]);
      context.log(
          "run %d: one %.2f Mpps, two %.2f Mpps, %.2fx".formatted(run, one, two, two / one));
      samples.add(Sample.oneCore(ID, SCENARIO, "one-worker", run, "mpps", one, "Mpps"));
      samples.add(Sample.oneCore(ID, SCENARIO, "two-workers", run, "mpps", two, "Mpps"));
      samples.add(Sample.oneCore(ID, SCENARIO, "heddle", run, "two-over-one", two / one, "x"));
    }
    return samples;
  }
}
