package dev.heddle.benchmarks.loopback;

import dev.heddle.benchmarks.Benchmark;
import dev.heddle.benchmarks.machine.Machine;
import dev.heddle.benchmarks.peer.DaemonJvm;
import dev.heddle.benchmarks.report.Sample;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What policy costs a worker, over loopback rings: known and new flows, few rules and many. */
public final class PolicyCosts implements Benchmark {
  private static final String ID = "policy";

  @Override
  public String id() {
    return ID;
  }

  @Override
  public String what() {
    return "a worker with policy beside one without: known and new flows, 1 rule to 10,000";
  }

  @Override
  public List<Sample> run(Context context) throws IOException, InterruptedException {
    List<Sample> samples = new ArrayList<>();
    String directory = context.directory(ID).toString();
    for (String line : DaemonJvm.run(context, PolicyLoop.class, directory)) {
      String[] fields = line.split(",");
      if (fields.length == 3 && fields[0].matches("[0-9]+")) {
        int run = Integer.parseInt(fields[0]);
        double ns = Double.parseDouble(fields[2]);
        context.log("run %d: %-28s %7.2f ns a packet".formatted(run, fields[1], ns));
        samples.add(Sample.oneCore(ID, fields[1], "heddle", run, "ns-per-packet", ns, "ns"));
        double cycles = ns * Machine.ticksPerNs();
        samples.add(
            Sample.oneCore(ID, fields[1], "heddle", run, "cycles-per-packet", cycles, "cycles"));
      }
    }
    return samples;
  }
}
