package dev.heddle.benchmarks.micro;

import dev.heddle.benchmarks.table.RouteSet;
import dev.heddle.table.Lpm6;
import dev.heddle.table.RouteStore;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A batch of IPv6 lookups in a loop of their own, random destinations. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class Lpm6Benchmark {
  private static final int BATCH = 256;
  private static final int IPV6_BITS = 128;

  @Param({"1", "1000", "100000", "1000000"})
  public int routes;

  private final int[] results = new int[BATCH];
  private RouteStore store;
  private long[] destinations;
  private long root;
  private int next;

  /** Fills a table and draws the destinations. */
  @Setup
  public void fill() {
    store = new RouteStore(1L << 30);
    RouteSet set = new RouteSet(IPV6_BITS, routes);
    root = set.fill(store).root();
    destinations = set.destinations();
  }

  /** Frees the table. */
  @TearDown
  public void free() {
    store.close();
  }

  /** A batch. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public int[] lookup() {
    int at = next;
    for (int i = 0; i < BATCH; i++, at += 2) {
      results[i] = Lpm6.lookup(root, destinations[at], destinations[at + 1]);
    }
    next = at & (2 * RouteSet.DESTINATIONS - 1);
    return results;
  }
}
