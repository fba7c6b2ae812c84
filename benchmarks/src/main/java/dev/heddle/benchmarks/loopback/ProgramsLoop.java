package dev.heddle.benchmarks.loopback;

import dev.heddle.benchmarks.loopback.ManyEndpoints.Policies;
import dev.heddle.benchmarks.machine.Cores;
import dev.heddle.worker.LoopbackWorker;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Main class: workers over loopback rings whose packets go to a thousand endpoints at random, under
 * no policy, one and a thousand, in turn; then the last with and without changes of rules. Prints a
 * line each: "run,scenario,nanoseconds a packet,longest turn in nanoseconds,share of the time that
 * the worker did not have its core".
 */
public final class ProgramsLoop {
  private static final int RUNS = 9;
  private static final long WARM_UP_NS = 1_000_000_000;
  private static final long MEASURED_NS = 300_000_000;
  private static final long MEASURED_BESIDE_CHANGES_NS = 2_000_000_000;
  private static final int KNOWN_FLOWS = 16 * 1024;
  private static final int NEW_FLOWS = 64 * 1024;
  private static final int BATCH = 256;
  private static final String THREAD = "turns-worker";

  private final String name;
  private final int flows;
  private final boolean newFlows;
  private final ManyEndpoints network;
  private final LoopbackWorker worker;

  private ProgramsLoop(Path directory, Policies policies, boolean newFlows) throws IOException {
    this.newFlows = newFlows;
    flows = newFlows ? NEW_FLOWS : KNOWN_FLOWS;
    name = (newFlows ? "new-flows-" : "known-flows-") + policies.name().toLowerCase(Locale.ROOT);
    network = new ManyEndpoints(policies);
    worker =
        new LoopbackWorker(
            Files.createDirectories(directory.resolve(name)), ManyEndpoints.frames(flows), network);
  }

  /** The argument is a directory for counters files. */
  public static void main(String[] arguments) throws Exception {
    List<ProgramsLoop> all = new ArrayList<>();
    for (boolean newFlows : new boolean[] {false, true}) {
      for (Policies policies : Policies.values()) {
        all.add(new ProgramsLoop(Path.of(arguments[0]), policies, newFlows));
      }
    }
    Thread turns = Cores.start(Cores.TESTED, THREAD, () -> measureAll(all));
    // Nothing else of this JVM may run beside the worker, as in the daemon.
    Cores.pinProcess(ProcessHandle.current().pid(), THREAD);
    turns.join();
  }

  private static void measureAll(List<ProgramsLoop> all) {
    all.forEach(each -> each.measure(WARM_UP_NS));
    for (int run = 0; run < RUNS; run++) {
      for (ProgramsLoop each : all) {
        tell(run, each.name, each.measure(MEASURED_NS));
      }
      for (ProgramsLoop each : all) {
        if (each.name.endsWith("own")) {
          each.measureChanges(run);
        }
      }
    }
  }

  /** With changes and without, every second time the other way round. */
  private void measureChanges(int run) {
    for (int side = 0; side < 2; side++) {
      if ((run + side) % 2 == 0) {
        tell(run, name + "-unchanged", measure(MEASURED_BESIDE_CHANGES_NS));
      } else {
        PolicyChanges changes = new PolicyChanges(network, worker);
        Turns turns = measure(MEASURED_BESIDE_CHANGES_NS);
        changes.end();
        tell(run, name + "-changing", turns);
      }
    }
  }

  private record Turns(double nsPerPacket, long longestNs, double awayShare) {}

  private static void tell(int run, String scenario, Turns turns) {
    System.out.printf(
        Locale.ROOT,
        "%d,%s,%f,%d,%f%n",
        run,
        scenario,
        turns.nsPerPacket,
        turns.longestNs,
        turns.awayShare);
  }

  private Turns measure(long atLeastNs) {
    if (!newFlows) {
      turnThroughAll();
    }
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long start = System.nanoTime();
    long ranBefore = threads.getCurrentThreadCpuTime();
    long packets = 0;
    long elapsedNs = 0;
    long longestNs = 0;
    while (elapsedNs < atLeastNs) {
      if (newFlows) {
        worker.forgetFlows();
      }
      long before = worker.taken();
      for (int i = 0; i < flows / BATCH; i++) {
        long begin = System.nanoTime();
        worker.turn();
        long turnNs = System.nanoTime() - begin;
        elapsedNs += turnNs;
        longestNs = Math.max(longestNs, turnNs);
      }
      packets += worker.taken() - before;
    }
    double ran = threads.getCurrentThreadCpuTime() - ranBefore;
    double away = 1 - ran / (System.nanoTime() - start);
    return new Turns((double) elapsedNs / packets, longestNs, away);
  }

  /** Makes all flows known that fell silent while others were measured. */
  private void turnThroughAll() {
    for (int i = 0; i < flows / BATCH; i++) {
      worker.turn();
    }
  }
}
