package dev.heddle.benchmarks.table;

import dev.heddle.benchmarks.Benchmark;
import dev.heddle.benchmarks.machine.Cores;
import dev.heddle.benchmarks.peer.HugePages;
import dev.heddle.benchmarks.report.Sample;
import dev.heddle.table.RouteStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * Lookups in bursts beside rte_lpm, rte_lpm6, rte_fib and rte_fib6: same routes, same destinations,
 * same results, in turn on the same core.
 */
public final class LpmComparison implements Benchmark {
  private static final String ID = "lookup";
  private static final String OURS = "heddle";
  private static final int RUNS = 7;
  private static final int PASSES = 24;
  private static final int WARM_UPS = 8;
  private static final long LIMIT_BYTES = 1L << 30;

  private static final List<String> PEERS4 =
      List.of("rte_lpm", "rte_lpm-x4", "rte_fib-scalar", "rte_fib-avx512");
  private static final List<String> PEERS6 =
      List.of("rte_lpm6", "rte_fib-scalar", "rte_fib-avx512");

  @Override
  public String id() {
    return ID;
  }

  @Override
  public String what() {
    return "IPv4 and IPv6 lookups beside rte_lpm, rte_lpm6 and rte_fib";
  }

  @Override
  @SuppressWarnings("try") // the huge pages are only held
  public List<Sample> run(Context context) throws Exception {
    List<Sample> samples = new ArrayList<>();
    Path program = LpmPeer.compile(context.root(), context.directory());
    try (HugePages pages = HugePages.reserve(LpmPeer.HUGE_PAGES)) {
      for (int addressBits : new int[] {32, 128}) {
        samples.addAll(compareIfPossible(context, program, addressBits, 1_000, "1k"));
        samples.addAll(compareIfPossible(context, program, addressBits, 100_000, "100k"));
        samples.addAll(compareIfPossible(context, program, addressBits, 1_000_000, "1M"));
      }
    }
    return samples;
  }

  /** Without samples where a peer cannot take the routes; the others count nonetheless. */
  private static List<Sample> compareIfPossible(
      Context context, Path program, int addressBits, int routes, String size) throws Exception {
    try {
      return compare(context, program, addressBits, routes, size);
    } catch (LpmPeer.PeerEndedException e) {
      context.log("not compared with %s routes: %s".formatted(size, e.getMessage()));
      return List.of();
    }
  }

  private static List<Sample> compare(
      Context context, Path program, int addressBits, int routes, String size) throws Exception {
    RouteSet set = new RouteSet(addressBits, routes);
    long[] destinations = set.destinations();
    String scenario = (addressBits == 32 ? "ipv4-" : "ipv6-") + size;
    Path directory = context.directory(scenario);
    try (RouteStore store = new RouteStore(LIMIT_BYTES);
        LpmPeer peer = LpmPeer.start(program, directory, set, destinations)) {
      LookupLoop loop = LookupLoop.of(addressBits, set.fill(store).root(), destinations);
      List<String> subjects = new ArrayList<>(addressBits == 32 ? PEERS4 : PEERS6);
      for (String subject : subjects) {
        requireEqual(scenario, subject, loop.results(), peer.nextHops(subject));
      }
      subjects.addFirst(OURS);
      onTestedCore(() -> loop.passNs(WARM_UPS * PASSES));
      List<Sample> samples = new ArrayList<>();
      for (int run = 0; run < RUNS; run++) {
        for (String subject : subjects) {
          long ns =
              subject.equals(OURS)
                  ? onTestedCore(() -> loop.passNs(PASSES))
                  : peer.run(subject, PASSES);
          double each = (double) ns / PASSES / RouteSet.DESTINATIONS;
          samples.add(Sample.oneCore(ID, scenario, subject, run, "ns-per-lookup", each, "ns"));
        }
        Collections.reverse(subjects);
      }
      log(context, scenario, samples);
      return samples;
    }
  }

  private static void requireEqual(String scenario, String subject, int[] ours, int[] theirs) {
    int at = Arrays.mismatch(ours, theirs);
    if (at >= 0) {
      throw new IllegalStateException(
          "%s: destination %d leads to %d, with %s to %d"
              .formatted(scenario, at, ours[at], subject, theirs[at]));
    }
  }

  /** A thread of its own: the harness goes on on its own core. */
  private static <T> T onTestedCore(Callable<T> task) throws Exception {
    CompletableFuture<T> result = new CompletableFuture<>();
    Cores.start(
        Cores.TESTED,
        "lookups",
        () -> {
          try {
            result.complete(task.call());
          } catch (Exception e) {
            result.completeExceptionally(e);
          }
        });
    try {
      return result.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  private static void log(Context context, String scenario, List<Sample> samples) {
    StringBuilder line = new StringBuilder(scenario).append(':');
    samples.stream()
        .map(Sample::subject)
        .distinct()
        .forEach(subject -> {
          double[] values =
              samples.stream()
                  .filter(sample -> sample.subject().equals(subject))
                  .mapToDouble(Sample::value)
                  .sorted()
                  .toArray();
          line.append(" %s %.2f ns".formatted(subject, values[values.length / 2]));
        });
    context.log(line.toString());
  }
}
