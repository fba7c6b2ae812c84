package dev.heddle.benchmarks.micro;

import dev.heddle.table.Lpm4;
import dev.heddle.table.RouteStore;
import dev.heddle.table.RouteTable;
import java.util.SplittableRandom;
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
  private static final int ADDRESSES = 1 << 20;
  private static final int NEXT_HOPS = 16;

  @Param({"1", "10000", "1000000"})
  public int routes;

  private final int[] addresses = new int[ADDRESSES];
  private final int[] results = new int[BATCH];
  private RouteStore store;
  private long root;
  private int next;

  /** Fills a table and draws the destinations. */
  @Setup
  public void fill() {
    store = new RouteStore(1L << 30);
    RouteTable table = store.create4();
    SplittableRandom random = new SplittableRandom(7);
    int[] prefixes = new int[routes];
    for (int i = 0; i < routes; i++) {
      prefixes[i] = random.nextInt() & 0xffff_ff00;
      table.put(RouteTable.high4(prefixes[i]), 0, 24, 2 + random.nextInt(NEXT_HOPS));
    }
    store.prepare();
    root = table.root();
    for (int i = 0; i < ADDRESSES; i++) {
      addresses[i] = prefixes[random.nextInt(routes)] | random.nextInt(256);
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
    next = (first + BATCH) & (ADDRESSES - 1);
    return results;
  }
}
