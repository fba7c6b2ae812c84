package dev.heddle.benchmarks;

import dev.heddle.benchmarks.endtoend.Allocation;
import dev.heddle.benchmarks.endtoend.Comparison;
import dev.heddle.benchmarks.endtoend.ControlSpeed;
import dev.heddle.benchmarks.endtoend.Enforcement;
import dev.heddle.benchmarks.endtoend.KernelPods;
import dev.heddle.benchmarks.endtoend.Latency;
import dev.heddle.benchmarks.endtoend.MemoryFootprint;
import dev.heddle.benchmarks.endtoend.PolicyBesideOvs;
import dev.heddle.benchmarks.endtoend.RouteScale;
import dev.heddle.benchmarks.endtoend.Scenario;
import dev.heddle.benchmarks.endtoend.StartUp;
import dev.heddle.benchmarks.endtoend.Tunnels;
import dev.heddle.benchmarks.loopback.IdleTaps;
import dev.heddle.benchmarks.loopback.PolicyCosts;
import dev.heddle.benchmarks.loopback.Programs;
import dev.heddle.benchmarks.loopback.RarePackets;
import dev.heddle.benchmarks.loopback.SecondWorker;
import dev.heddle.benchmarks.machine.Cores;
import dev.heddle.benchmarks.machine.Machine;
import dev.heddle.benchmarks.micro.MicroBenchmarks;
import dev.heddle.benchmarks.pollgap.PollGap;
import dev.heddle.benchmarks.report.RawFile;
import dev.heddle.benchmarks.report.Report;
import dev.heddle.benchmarks.report.Sample;
import dev.heddle.benchmarks.table.LpmComparison;
import dev.heddle.ffi.linux.Cpu;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Runs benchmarks by name, all without one, and then computes targets and report from all raw
 * samples there are.
 *
 * <pre>
 * heddle-bench               everything
 * heddle-bench list          what there is
 * heddle-bench report        targets and report from the samples that are there
 * heddle-bench small large   those only
 * </pre>
 */
public final class Bench {
  private static final List<Benchmark> BENCHMARKS =
      List.of(
          new Comparison("small", Scenario.SMALL),
          new Comparison("large", Scenario.LARGE),
          new RouteScale("routes10k", Scenario.TEN_THOUSAND),
          new RouteScale("routes500k", Scenario.HALF_A_MILLION),
          new Tunnels(),
          new PolicyBesideOvs(),
          new Latency("latency", "64B-1Mpps", Scenario.SMALL, 6),
          new Latency("vxlanlatency", "64B-1Mpps-encapsulation", Scenario.ENCAPSULATION, 3),
          new Allocation(),
          new PollGap(),
          new MemoryFootprint(),
          new ControlSpeed(),
          new StartUp(),
          new SecondWorker(),
          new RarePackets(),
          new PolicyCosts(),
          new Programs(),
          new Enforcement(),
          new IdleTaps(),
          new KernelPods(),
          new LpmComparison(),
          new MicroBenchmarks());

  private Bench() {}

  /** Exits with 1 where a benchmark failed, with 2 where a name is unknown. */
  public static void main(String[] arguments) {
    List<String> names = List.of(arguments);
    if (names.equals(List.of("list"))) {
      BENCHMARKS.forEach(each -> System.out.printf("%-12s %s%n", each.id(), each.what()));
      return;
    }
    Path root = Path.of(System.getProperty("heddle.root", "."));
    Path output = root.resolve("docs/benchmarks");
    boolean good = names.equals(List.of("report")) || runAll(selected(names), root, output);
    Report.write(output);
    System.exit(good ? 0 : 1);
  }

  private static List<Benchmark> selected(List<String> names) {
    if (names.isEmpty()) {
      return BENCHMARKS;
    }
    List<String> known = BENCHMARKS.stream().map(Benchmark::id).toList();
    if (!known.containsAll(names)) {
      System.err.printf("unknown benchmark in %s: use some of %s, list or report%n", names, known);
      System.exit(2);
    }
    return BENCHMARKS.stream().filter(each -> Set.copyOf(names).contains(each.id())).toList();
  }

  private static boolean runAll(List<Benchmark> benchmarks, Path root, Path output) {
    Cpu.pinTo(Cores.HARNESS);
    Cpu.leaveAlone(BitSet.valueOf(new long[] {1L << Cores.TESTED}));
    List<String> failed = new ArrayList<>();
    for (Benchmark benchmark : benchmarks) {
      System.out.println(benchmark.id() + ": " + benchmark.what());
      try {
        List<Sample> samples = inOwnDirectory(benchmark, root);
        new RawFile(
                Machine.description(),
                Machine.commit(),
                "make bench ONLY=" + benchmark.id(),
                samples)
            .write(output.resolve("raw"), benchmark.id());
      } catch (Exception e) {
        failed.add(benchmark.id());
        e.printStackTrace();
      }
    }
    if (!failed.isEmpty()) {
      System.err.println("failed: " + failed);
    }
    return failed.isEmpty();
  }

  private static List<Sample> inOwnDirectory(Benchmark benchmark, Path root) throws Exception {
    Path directory = Files.createTempDirectory("heddle-bench");
    try {
      return benchmark.run(new Benchmark.Context(directory, root));
    } finally {
      delete(directory);
    }
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
