package dev.heddle.benchmarks.loopback;

import dev.heddle.benchmarks.Benchmark;
import dev.heddle.benchmarks.peer.DaemonJvm;
import dev.heddle.benchmarks.report.Sample;
import dev.heddle.worker.RareTraffic;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Whether a worker's speed dips when, after plain packets only, rare ones come. */
public final class RarePackets implements Benchmark {
  private static final String ID = "rare";
  private static final String SCENARIO = "loopback";
  private static final int RUNS = 7;

  @Override
  public String id() {
    return ID;
  }

  @Override
  public String what() {
    return "a worker's slowest 10 ms before and after rare packets come";
  }

  @Override
  public List<Sample> run(Context context) throws IOException, InterruptedException {
    List<Sample> samples = new ArrayList<>();
    for (int run = 0; run < RUNS; run++) {
      // Each in a JVM of its own: only the first rare packet finds what nobody has met before.
      String[] fields = DaemonJvm.run(context, RareTraffic.class).getLast().split(",");
      double before = Double.parseDouble(fields[1]);
      double after = Double.parseDouble(fields[3]);
      context.log(
          "run %d: median %s Mpps, slowest %.2f; with rare packets median %s, slowest %.2f"
              .formatted(run, fields[0], before, fields[2], after));
      samples.add(Sample.oneCore(ID, SCENARIO, "plain", run, "slowest-10ms", before, "Mpps"));
      samples.add(Sample.oneCore(ID, SCENARIO, "rare", run, "slowest-10ms", after, "Mpps"));
    }
    return samples;
  }
}
