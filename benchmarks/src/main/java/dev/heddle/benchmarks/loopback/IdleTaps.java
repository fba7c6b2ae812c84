package dev.heddle.benchmarks.loopback;

import dev.heddle.benchmarks.Benchmark;
import dev.heddle.benchmarks.peer.DaemonJvm;
import dev.heddle.benchmarks.report.Sample;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What kernel interfaces cost that have nothing to say. */
public final class IdleTaps implements Benchmark {
  private static final String ID = "idletaps";

  @Override
  public String id() {
    return ID;
  }

  @Override
  public String what() {
    return "a worker's turns beside 0, 10 and 1000 idle taps";
  }

  @Override
  public List<Sample> run(Context context) throws IOException, InterruptedException {
    List<Sample> samples = new ArrayList<>();
    Map<String, Integer> runs = new HashMap<>();
    String directory = context.directory(ID).toString();
    for (String line : DaemonJvm.run(context, IdleTapTurns.class, directory)) {
      String[] fields = line.split(",");
      String subject = fields[0] + "-taps";
      int run = runs.merge(subject, 1, Integer::sum) - 1;
      double perPacketNs = Double.parseDouble(fields[1]);
      double perTurnNs = Double.parseDouble(fields[2]);
      context.log(
          "run %d: %s: %.2f ns a packet, %.0f ns a turn without packets"
              .formatted(run, subject, perPacketNs, perTurnNs));
      samples.add(Sample.oneCore(ID, "busy", subject, run, "ns-per-packet", perPacketNs, "ns"));
      samples.add(Sample.oneCore(ID, "idle", subject, run, "ns-per-turn", perTurnNs, "ns"));
    }
    return samples;
  }
}
