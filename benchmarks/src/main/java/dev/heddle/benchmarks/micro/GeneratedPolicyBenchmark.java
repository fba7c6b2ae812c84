package dev.heddle.benchmarks.micro;

import dev.heddle.compile.policy.RuleTier;
import dev.heddle.table.policy.FlowKeys;
import dev.heddle.table.policy.PolicyHits;
import dev.heddle.table.policy.PolicyTables;
import java.util.List;
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

/**
 * Programs as tables against programs as bytecode, where bytecode has the best case: rules of nets
 * and ports alone, half of the packets match one.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class GeneratedPolicyBenchmark {
  private static final int BATCH = 256;

  /** Programs, of which each packet asks a random one. */
  @Param({"1", "1000"})
  public int programs;

  /** Rules of each. */
  @Param({"1", "4", "16", "64"})
  public int rules;

  private final PolicyHits hits = new PolicyHits();
  private final int[] programOf = new int[PolicySet.PACKETS];
  private GeneratedPolicy.Program[] generated;
  private PolicySet set;
  private PolicyTables tables;
  private FlowKeys keys;
  private int next;

  /** Compiles the programs both ways and draws the packets. */
  @Setup
  public void fill() {
    set = new PolicySet(1);
    RuleTier[] tiers = new RuleTier[programs + 1];
    generated = new GeneratedPolicy.Program[programs + 1];
    for (int i = 0; i < programs; i++) {
      RuleTier tier = set.netsAndPorts(rules);
      int number = set.compiler.acquire(0, List.of(tier));
      tiers[number] = tier;
      generated[number] = GeneratedPolicy.generate(tier);
    }
    tables = set.publish();
    keys = set.packets();
    Random random = new Random(2);
    for (int i = 0; i < programOf.length; i++) {
      programOf[i] = 1 + random.nextInt(programs);
      if (i % 2 == 0) {
        set.aim(keys, i, tiers[programOf[i]]);
      }
      if (tables.verdict(programOf[i], keys, i, hits) != generated[programOf[i]].verdict(keys, i)) {
        throw new IllegalStateException("the two differ about packet " + i);
      }
    }
  }

  /** Frees the tables. */
  @TearDown
  public void free() {
    set.store.close();
  }

  /** A batch by tables. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public int tables() {
    int at = next;
    int allowed = 0;
    for (int i = at; i < at + BATCH; i++) {
      allowed += tables.verdict(programOf[i], keys, i, hits) & 1;
    }
    next = at + BATCH & PolicySet.PACKETS - 1;
    return allowed;
  }

  /** A batch by bytecode. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public int bytecode() {
    int at = next;
    int allowed = 0;
    for (int i = at; i < at + BATCH; i++) {
      allowed += generated[programOf[i]].verdict(keys, i) & 1;
    }
    next = at + BATCH & PolicySet.PACKETS - 1;
    return allowed;
  }
}
