package dev.heddle.benchmarks.micro;

import dev.heddle.compile.policy.RuleTier;
import dev.heddle.table.policy.PolicyTables;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** From a change to the tables that workers would be given. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PolicyUpdateBenchmark {
  private static final int MEMBERS = 100_000;

  /** Rules of the program. */
  @Param({"10", "1000", "10000"})
  public int rules;

  private final List<List<RuleTier>> policies = new ArrayList<>();
  private PolicySet set;
  private int program;
  private int turn;

  /** Compiles the program beside sets of 100,000 members. */
  @Setup
  public void fill() {
    set = new PolicySet(1);
    set.fillSets(MEMBERS);
    List<RuleTier> policy = set.policy(rules);
    policies.add(policy);
    List<RuleTier.Rule> changed = new ArrayList<>(policy.getFirst().rules());
    changed.set(rules / 2, set.policy(1).getFirst().rules().getFirst());
    policies.add(List.of(new RuleTier(changed, policy.getFirst().defaultAction())));
    program = set.compiler.acquire(0, policy);
    set.publish();
  }

  /** Frees the tables. */
  @TearDown
  public void free() {
    set.store.close();
  }

  /** One rule among all of a program. */
  @Benchmark
  public PolicyTables changeRule() {
    int before = program;
    program = set.compiler.acquire(0, policies.get(++turn & 1));
    set.compiler.release(before);
    return set.publish();
  }

  /** One address of a set of which the program makes use. */
  @Benchmark
  public PolicyTables changeMember() {
    if ((++turn & 1) == 0) {
      set.compiler.removeMember(0, 0, PolicySet.host(MEMBERS));
    } else {
      set.compiler.addMember(0, 0, PolicySet.host(MEMBERS));
    }
    return set.publish();
  }
}
