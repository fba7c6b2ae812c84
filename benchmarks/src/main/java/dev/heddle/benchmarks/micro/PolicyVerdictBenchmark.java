package dev.heddle.benchmarks.micro;

import dev.heddle.table.policy.FlowKeys;
import dev.heddle.table.policy.PolicyHits;
import dev.heddle.table.policy.PolicyTables;
import java.util.Random;
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

/** Verdicts about new flows: random packets, programs of mixed rules. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PolicyVerdictBenchmark {
  private static final int BATCH = 256;

  /** Programs, of which each packet asks a random one, and rules of each. */
  @Param({"1x1", "1x10", "1x100", "1x1000", "1x10000", "1000x1", "1000x10", "1000x100"})
  public String programs;

  /** Addresses in IP sets. */
  @Param({"1000", "100000"})
  public int members;

  private final PolicyHits hits = new PolicyHits();
  private final int[] programOf = new int[PolicySet.PACKETS];
  private PolicySet set;
  private PolicyTables tables;
  private FlowKeys keys;
  private int next;

  /** Compiles the programs and draws the packets. */
  @Setup
  public void fill() {
    String[] shape = programs.split("x");
    int count = Integer.parseInt(shape[0]);
    int rules = Integer.parseInt(shape[1]);
    set = new PolicySet(1);
    set.fillSets(members);
    int[] numbers = new int[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = set.compiler.acquire(0, set.policy(rules));
    }
    tables = set.publish();
    keys = set.packets();
    Random random = new Random(2);
    for (int i = 0; i < programOf.length; i++) {
      programOf[i] = numbers[random.nextInt(count)];
    }
  }

  /** Frees the tables. */
  @TearDown
  public void free() {
    set.store.close();
  }

  /** A batch. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public int verdict() {
    int at = next;
    int allowed = 0;
    for (int i = at; i < at + BATCH; i++) {
      allowed += PolicyTables.allows(tables.verdict(programOf[i], keys, i, hits)) ? 1 : 0;
    }
    next = at + BATCH & PolicySet.PACKETS - 1;
    return allowed;
  }
}
