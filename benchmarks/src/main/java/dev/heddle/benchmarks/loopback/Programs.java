package dev.heddle.benchmarks.loopback;

import dev.heddle.benchmarks.Benchmark;
import dev.heddle.benchmarks.machine.Machine;
import dev.heddle.benchmarks.peer.DaemonJvm;
import dev.heddle.benchmarks.report.Sample;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What a thousand policies cost a worker beside one, and what changing them costs it. */
public final class Programs implements Benchmark {
  private static final String ID = "programs";

  /** A run is thrown away when its thread lacked more of the time than this. */
  private static final double ALLOWED_LOSS = 0.02;

  @Override
  public String id() {
    return ID;
  }

  @Override
  public String what() {
    return "a worker with 1,000 policies beside one, and while ten rules a second change";
  }

  @Override
  public List<Sample> run(Context context) throws IOException, InterruptedException {
    List<Sample> samples = new ArrayList<>();
    String directory = context.directory(ID).toString();
    for (String line : DaemonJvm.run(context, ProgramsLoop.class, directory)) {
      String[] fields = line.split(",");
      if (fields.length == 5 && fields[0].matches("[0-9]+")) {
        add(context, samples, Integer.parseInt(fields[0]), fields[1], fields);
      }
    }
    return samples;
  }

  private static void add(
      Context context, List<Sample> samples, int run, String scenario, String[] fields) {
    double ns = Double.parseDouble(fields[2]);
    double longestNs = Double.parseDouble(fields[3]);
    double away = Double.parseDouble(fields[4]);
    String valid =
        away > ALLOWED_LOSS
            ? "tested thread lacked %.0f %% of the time".formatted(away * 100)
            : Sample.VALID;
    context.log(
        "run %d: %-26s %7.2f ns a packet, longest turn %.0f us, %s"
            .formatted(run, scenario, ns, longestNs / 1e3, valid));
    double cycles = ns * Machine.ticksPerNs();
    samples.add(sample(scenario, run, "ns-per-packet", ns, "ns", valid));
    samples.add(sample(scenario, run, "cycles-per-packet", cycles, "cycles", valid));
    samples.add(sample(scenario, run, "longest-turn", longestNs, "ns", valid));
  }

  private static Sample sample(
      String scenario, int run, String metric, double value, String unit, String valid) {
    return new Sample(ID, scenario, "heddle", run, metric, value, unit, Sample.ONE_CORE, valid);
  }
}
