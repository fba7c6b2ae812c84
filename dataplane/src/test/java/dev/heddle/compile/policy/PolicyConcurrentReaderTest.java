package dev.heddle.compile.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.compile.policy.RuleTier.Action;
import dev.heddle.compile.policy.RuleTier.Rule;
import dev.heddle.model.IpAddress;
import dev.heddle.model.IpPrefix;
import dev.heddle.table.RouteStore;
import dev.heddle.table.policy.FlowKeys;
import dev.heddle.table.policy.PolicyHits;
import dev.heddle.table.policy.PolicyTables;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A worker decides by the tables that it has, whatever the next revision is made of meanwhile. */
class PolicyConcurrentReaderTest {
  private static final int REVISIONS = 300;
  private static final IpAddress SOURCE = IpAddress.v4(0x0a00_0005);

  private record Published(long revision, PolicyTables tables, int program, boolean allowed) {}

  private final RouteStore store = new RouteStore(1 << 24);
  private final PolicyCompiler compiler = new PolicyCompiler(store);
  private volatile Published newest;
  private volatile long passed;

  @Test
  void shouldDecideByItsRevisionWhenTheNextIsCompiled() {
    int program = publish(1, 0);
    CompletableFuture<Long> reader = CompletableFuture.supplyAsync(this::read);
    for (long revision = 2; revision <= REVISIONS; revision++) {
      program = publish(revision, program);
      while (passed < revision && !reader.isDone()) {
        Thread.yield();
      }
      store.reclaim(revision);
    }
    assertThat(reader.join()).isZero();
    store.close();
  }

  /** Allows by a set or not, by a policy of its own in every revision. */
  private int publish(long revision, int before) {
    boolean allowed = revision % 3 == 0;
    IpPrefix host = IpPrefix.containing(SOURCE, 32);
    IpPrefix around = IpPrefix.containing(SOURCE, (int) (8 + revision % 20));
    if (allowed) {
      compiler.addMember(0, 1, revision % 2 == 0 ? host : around);
    } else {
      compiler.removeMember(0, 1, host);
      for (int length = 8; length < 28; length++) {
        compiler.removeMember(0, 1, IpPrefix.containing(SOURCE, length));
      }
    }
    compiler.addMember(0, (int) (2 + revision % 5), around);
    Condition in =
        new Condition(
            Among.anything(),
            new Among<>(List.of(), List.of(IpPrefix.containing(SOURCE, (int) (revision % 33)))),
            Among.one(1),
            Among.anything(),
            Among.anything(),
            Among.anything(),
            Among.anything(),
            Among.anything());
    int program =
        compiler.acquire(
            0, List.of(new RuleTier(List.of(new Rule(Action.ALLOW, List.of(in))), Action.DENY)));
    compiler.release(before);
    compiler.prepare();
    store.prepare();
    PolicyTables tables = compiler.finish();
    store.seal(revision);
    newest = new Published(revision, tables, program, allowed);
    return program;
  }

  /** How many verdicts were not those of the revision. */
  private long read() {
    FlowKeys keys = new FlowKeys(1);
    PolicyHits hits = new PolicyHits();
    keys.sourceLow[0] = SOURCE.low();
    keys.destinationLow[0] = 0xc0a8_0001L;
    long wrong = 0;
    while (passed < REVISIONS) {
      Published now = newest;
      passed = now.revision;
      // A net of length 0 excludes every destination, the longer ones do not have this one.
      boolean excluded = now.revision % 33 == 0;
      for (int i = 0; i < 100; i++) {
        int verdict = now.tables.verdict(now.program, keys, 0, hits);
        wrong += PolicyTables.allows(verdict) == (now.allowed && !excluded) ? 0 : 1;
      }
    }
    return wrong;
  }
}
