package dev.heddle.benchmarks.loopback;

import dev.heddle.benchmarks.endtoend.Scenario;
import dev.heddle.benchmarks.machine.Cores;
import dev.heddle.benchmarks.policy.MixedRule;
import dev.heddle.benchmarks.traffic.SharedRings;
import dev.heddle.compile.policy.RuleTier;
import dev.heddle.ffi.linux.Cpu;
import dev.heddle.worker.LoopbackWorker;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Main class: workers over loopback rings that send the same packets under different policies, in
 * turn. Prints a line each: "run,scenario,nanoseconds a packet".
 *
 * <p>No {@link MixedRule} matches the packets, only the end of the tier, so that each verdict has
 * to go past all of them.
 */
public final class PolicyLoop {
  private static final int RUNS = 9;
  private static final long WARM_UP_NS = 1_000_000_000;
  private static final long MEASURED_NS = 300_000_000;
  private static final int FRAME_BYTES = 64;
  private static final int FEW_FLOWS = 1024;
  private static final int MANY_FLOWS = 128 * 1024;
  private static final int BATCH = 256;
  private static final int PORTS_OFFSET = 34;

  /** Packets of flows that all are new; then they are forgotten. */
  private static final int NEW_FLOWS = MANY_FLOWS / 2;

  private final String name;
  private final boolean newFlows;
  private final LoopbackWorker worker;

  private PolicyLoop(
      Path directory, String name, int flows, List<RuleTier> egress, boolean newFlows)
      throws IOException {
    this(directory, name, flows, new OneNetwork(Scenario.SMALL, egress, List.of()), newFlows);
  }

  private PolicyLoop(Path directory, String name, int flows, OneNetwork network, boolean newFlows)
      throws IOException {
    this.name = name;
    this.newFlows = newFlows;
    worker =
        new LoopbackWorker(
            Files.createDirectories(directory.resolve(name)), frames(flows), network);
  }

  /** The argument is a directory for counters files. */
  public static void main(String[] arguments) throws Exception {
    Path directory = Path.of(arguments[0]);
    Cpu.pinTo(Cores.TESTED);
    List<PolicyLoop> all = new ArrayList<>();
    all.add(new PolicyLoop(directory, "none-1k-flows", FEW_FLOWS, List.of(), false));
    all.add(
        new PolicyLoop(
            directory,
            "none-1k-flows-beside-1000-rules",
            FEW_FLOWS,
            new OneNetwork(Scenario.SMALL, List.of(), policy(1_000, RuleTier.Action.ALLOW)),
            false));
    all.add(new PolicyLoop(directory, "none-100k-flows", MANY_FLOWS, List.of(), false));
    for (int rules : new int[] {1, 1_000, 10_000}) {
      String suffix = rules + "-rules";
      List<RuleTier> policy = policy(rules, RuleTier.Action.ALLOW);
      all.add(new PolicyLoop(directory, "known-1k-flows-" + suffix, FEW_FLOWS, policy, false));
      all.add(new PolicyLoop(directory, "new-flows-" + suffix, MANY_FLOWS, policy, true));
      all.add(
          new PolicyLoop(
              directory,
              "denied-" + suffix,
              MANY_FLOWS,
              policy(rules, RuleTier.Action.DENY),
              false));
    }
    all.add(
        new PolicyLoop(
            directory,
            "known-100k-flows-10000-rules",
            MANY_FLOWS,
            policy(10_000, RuleTier.Action.ALLOW),
            false));
    for (PolicyLoop each : all) {
      each.measure(WARM_UP_NS);
    }
    for (int run = 0; run < RUNS; run++) {
      for (PolicyLoop each : all) {
        System.out.println(run + "," + each.name + "," + each.measure(MEASURED_NS));
      }
    }
  }

  /** UDP packets to the route, each buffer with a source port and source of its own. */
  private static SharedRings frames(int flows) {
    int bufferBytes = flows > FEW_FLOWS ? FRAME_BYTES : 2048;
    SharedRings rings = new SharedRings(new SharedRings.Shape(10, bufferBytes, flows));
    byte[] frame = Scenario.SMALL.frame(0);
    for (int flow = 0; flow < flows; flow++) {
      ByteBuffer.wrap(frame).putInt(PORTS_OFFSET, flow << 16 | 1 + (flow >>> 16));
      rings.fill(flow, frame);
    }
    return rings;
  }

  private static List<RuleTier> policy(int rules, RuleTier.Action last) {
    return MixedRule.tiers(MixedRule.list(rules, rules - 1), last);
  }

  /** Nanoseconds that the worker needs for a packet. */
  private double measure(long atLeastNs) {
    long packets = 0;
    long elapsedNs = 0;
    while (elapsedNs < atLeastNs) {
      if (newFlows) {
        worker.forgetFlows();
      }
      long before = worker.taken();
      long begin = System.nanoTime();
      for (int i = 0; i < NEW_FLOWS / BATCH; i++) {
        worker.turn();
      }
      elapsedNs += System.nanoTime() - begin;
      packets += worker.taken() - before;
    }
    return (double) elapsedNs / packets;
  }
}
