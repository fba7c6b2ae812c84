package dev.heddle.benchmarks.endtoend;

import dev.heddle.api.Addresses;
import dev.heddle.api.Operations;
import dev.heddle.api.stats.Accounting;
import dev.heddle.api.v1.Endpoint;
import dev.heddle.api.v1.KernelInterface;
import dev.heddle.api.v1.Network;
import dev.heddle.api.v1.Operation;
import dev.heddle.benchmarks.Benchmark;
import dev.heddle.benchmarks.machine.CoreDistance;
import dev.heddle.benchmarks.machine.Cores;
import dev.heddle.benchmarks.report.Sample;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * TCP by iperf3 between two kernel pods of a node, and over a plain veth pair between the same
 * namespaces, in turn. Here everybody has both cores: the sender, the receiver, and the daemon with
 * its defaults.
 */
public final class KernelPods implements Benchmark {
  private static final String ID = "kernelpods";
  private static final int PAIRS = 10;
  private static final long SETTLE_NS = 2_000_000_000L;

  @Override
  public String id() {
    return ID;
  }

  @Override
  public String what() {
    return "TCP between two kernel pods of a node beside a veth pair";
  }

  @Override
  public List<Sample> run(Context context) {
    Path directory = context.directory("heddle");
    List<String> command =
        List.of(
            "taskset",
            "--cpu-list",
            Cores.BOTH,
            context.root().resolve("bin/heddled").toString(),
            "--socket=" + directory.resolve("heddle.sock"),
            "--counters=" + directory.resolve("counters"));
    List<Sample> samples = new ArrayList<>();
    try (TcpPair pair = TcpPair.create();
        HeddleDaemon daemon = HeddleDaemon.start(directory, command)) {
      Cores.spreadProcess(daemon.pid());
      daemon.client().apply(operations(pair));
      // Neighbours are found, and caches and compilers are warm.
      pair.gigabits(TcpPair.OVER_HEDDLE4);
      pair.gigabits(TcpPair.OVER_VETH);
      for (int run = 0; run < PAIRS; run++) {
        boolean heddleFirst = run % 2 == 0;
        for (int turn = 0; turn < 2; turn++) {
          boolean heddle = heddleFirst == (turn == 0);
          add(context, samples, measure(pair, daemon, heddle, "tcp4", run));
        }
        add(context, samples, measure(pair, daemon, true, "tcp6", run));
      }
    }
    return samples;
  }

  private static void add(Context context, List<Sample> samples, Sample sample) {
    samples.add(sample);
    context.log(
        "run %d %-7s %s: %.2f Gbit/s, %s"
            .formatted(
                sample.run(), sample.subject(), sample.scenario(), sample.value(), sample.label()));
  }

  private static Sample measure(
      TcpPair pair, HeddleDaemon daemon, boolean heddle, String scenario, int run) {
    String overHeddle = scenario.equals("tcp4") ? TcpPair.OVER_HEDDLE4 : TcpPair.OVER_HEDDLE6;
    double ticksBefore = CoreDistance.roundTripTicks();
    double gigabits = pair.gigabits(heddle ? overHeddle : TcpPair.OVER_VETH);
    double ticksAfter = CoreDistance.roundTripTicks();
    String label = CoreDistance.label(ticksBefore, ticksAfter).text();
    String valid = !heddle || isBalanced(daemon) ? Sample.VALID : "packets are missing";
    String subject = heddle ? "heddle" : "veth";
    return new Sample(ID, scenario, subject, run, "gbps", gigabits, "Gbit/s", label, valid);
  }

  /** Whether every packet that was taken has gone somewhere. */
  private static boolean isBalanced(HeddleDaemon daemon) {
    long deadline = System.nanoTime() + SETTLE_NS;
    while (!Accounting.of(daemon.snapshot()).stream().allMatch(Accounting.Balance::balanced)) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      Thread.yield();
    }
    return true;
  }

  private static List<Operation> operations(TcpPair pair) {
    List<Operation> operations = new ArrayList<>();
    operations.add(
        Operations.upsert(
            Network.newBuilder()
                .setName(BenchNetwork.NAME)
                .setVni(BenchNetwork.VNI)
                .setRange4(Addresses.parsePrefix("172.19.0.0/16"))
                .setRange6(Addresses.parsePrefix("fd00:19::/64"))
                .build()));
    for (int pod = 0; pod < 2; pod++) {
      operations.add(
          Operations.upsert(
              Endpoint.newBuilder()
                  .setName("pod" + pod)
                  .setNetwork(BenchNetwork.NAME)
                  .addAddresses(Addresses.parse(TcpPair.address4(pod)))
                  .addAddresses(Addresses.parse(TcpPair.address6(pod)))
                  .setMac(BenchNetwork.macBytes(BenchNetwork.GENERATOR_MAC + pod))
                  .setKernel(
                      KernelInterface.newBuilder()
                          .setNetns(pair.namespace(pod).toString())
                          .setName("heddle0"))
                  .build()));
    }
    return operations;
  }
}
