package dev.heddle.benchmarks.micro;

import dev.heddle.benchmarks.table.RouteSet;
import dev.heddle.table.Lpm4;
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

/** A batch of lookups in a loop of their own, random destinations. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class Lpm4Benchmark {
  private static final int BATCH = 256;
  private static final int IPV4_BITS = 32;

  @Param({"1", "1000", "100000", "1000000"})
  public int routes;

  private final int[] addresses = new int[RouteSet.DESTINATIONS];
  private final int[] results = new int[BATCH];
  private RouteStore store;
  private long root;
  private int next;

  /** Fills a table and draws the destinations. */
  @Setup
  public void fill() {
    store = new RouteStore(1L << 30);
    RouteSet set = new RouteSet(IPV4_BITS, routes);
    root = set.fill(store).root();
    long[] destinations = set.destinations();
    for (int i = 0; i < RouteSet.DESTINATIONS; i++) {
      addresses[i] = (int) (destinations[2 * i] >>> 32);
    }
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
    int first = next;
    for (int i = 0; i < BATCH; i++) {
      results[i] = Lpm4.lookup(root, addresses[first + i]);
    }
    next = (first + BATCH) & (RouteSet.DESTINATIONS - 1);
    return results;
  }
}
