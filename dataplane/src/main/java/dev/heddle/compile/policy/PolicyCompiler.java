package dev.heddle.compile.policy;

import dev.heddle.model.IpAddress;
import dev.heddle.model.IpPrefix;
import dev.heddle.table.Lpm4;
import dev.heddle.table.RouteStore;
import dev.heddle.table.policy.PolicyProgram;
import dev.heddle.table.policy.PolicyTables;
import dev.heddle.table.policy.PolicyUses;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Keeps the programs and IP sets of all networks and derives each revision's {@link PolicyTables}.
 *
 * <p>Equal policies of one network share a program, which is compiled once; a change of an IP set's
 * members compiles only those programs again that meet a combination of sets new to them.
 *
 * <p>An update is any number of changes, then {@link #prepare}, the store's own {@code prepare},
 * and {@link #finish}; or the store's {@code rollback} and {@link #undo}, which leaves everything
 * as it was. One thread.
 */
public final class PolicyCompiler {
  private final RouteStore store;
  private final Map<Policy, State> states = new HashMap<>();
  private final List<State> byProgram = new ArrayList<>(Collections.singletonList(null));
  private final TreeSet<Integer> freePrograms = new TreeSet<>();
  private final Map<Integer, IpSets> sets = new HashMap<>();
  private final Deque<Runnable> undo = new ArrayDeque<>();
  private PolicyTables tables = PolicyTables.NONE;
  private int lastGeneration;

  /** What a program is compiled from. Its hash code is asked for often and takes all rules. */
  private record Policy(int vrf, List<RuleTier> tiers, int hash) {
    Policy(int vrf, List<RuleTier> tiers) {
      this(vrf, tiers, 31 * vrf + tiers.hashCode());
    }

    @Override
    public int hashCode() {
      return hash;
    }
  }

  private static final class State {
    final Policy policy;
    final int program;
    final Set<Integer> setsUsed;
    int uses;
    int generation;
    BuiltProgram built;

    State(Policy policy, int program) {
      this.policy = policy;
      this.program = program;
      setsUsed = new HashSet<>();
      for (RuleTier tier : policy.tiers) {
        for (RuleTier.Rule rule : tier.rules()) {
          rule.conditions().forEach(this::addSets);
        }
      }
    }

    private void addSets(Condition condition) {
      setsUsed.addAll(condition.sourceSets().any());
      setsUsed.addAll(condition.sourceSets().none());
      setsUsed.addAll(condition.destinationSets().any());
      setsUsed.addAll(condition.destinationSets().none());
      setsUsed.addAll(condition.destinationServices().any());
    }
  }

  /**
   * @param store has the tables of nets and sets; its transactions are the caller's
   */
  public PolicyCompiler(RouteStore store) {
    this.store = store;
  }

  /**
   * The program of a policy, which is there until it is given back as often as asked for.
   *
   * @param vrf index of the network whose sets it means
   * @param tiers at least one, the last of which passes nothing on
   * @return its number, from 1 on
   */
  public int acquire(int vrf, List<RuleTier> tiers) {
    if (tiers.isEmpty() || tiers.getLast().passes()) {
      throw new IllegalArgumentException("the last tier must allow or deny in the end");
    }
    Policy policy = new Policy(vrf, List.copyOf(tiers));
    State known = states.get(policy);
    State state = known != null ? known : add(policy);
    state.uses++;
    undo.push(() -> state.uses--);
    return state.program;
  }

  private State add(Policy policy) {
    int program = freePrograms.isEmpty() ? byProgram.size() : freePrograms.pollFirst();
    State state = new State(policy, program);
    if (program == byProgram.size()) {
      byProgram.add(null);
    }
    byProgram.set(program, state);
    states.put(policy, state);
    undo.push(() -> remove(state));
    return state;
  }

  private void remove(State state) {
    byProgram.set(state.program, null);
    states.remove(state.policy);
    freePrograms.add(state.program);
  }

  /**
   * Where a rule stands that a verdict or a log tells.
   *
   * @param program one that is there
   * @param rule index in the program
   */
  public RulePlace place(int program, int rule) {
    List<RuleTier> tiers = byProgram.get(program).policy.tiers;
    int left = rule;
    int tier = 0;
    while (left > tiers.get(tier).rules().size()) {
      left -= tiers.get(tier++).rules().size() + 1;
    }
    boolean last = left == tiers.get(tier).rules().size();
    return new RulePlace(tier, last ? RulePlace.DEFAULT_ACTION : left);
  }

  /** Rules of a program, default actions included. */
  public int rules(int program) {
    return byProgram.get(program).policy.tiers.stream()
        .mapToInt(tier -> tier.rules().size() + 1)
        .sum();
  }

  /** Gives back what {@link #acquire} gave; nothing happens for {@code NO_PROGRAM}. */
  public void release(int program) {
    if (program == PolicyTables.NO_PROGRAM) {
      return;
    }
    State state = byProgram.get(program);
    state.uses--;
    undo.push(() -> state.uses++);
  }

  /** Adds an address or net to a set of a network; nothing happens if it is there. */
  public void addMember(int vrf, int set, IpPrefix member) {
    sets(vrf).add(set, member);
  }

  /** Removes an address or net from a set of a network; nothing happens if it is not there. */
  public void removeMember(int vrf, int set, IpPrefix member) {
    sets(vrf).remove(set, member);
  }

  /**
   * Adds an address with a protocol and port to a set of such; nothing happens if it is there.
   *
   * @param protocol IP protocol number
   */
  public void addService(int vrf, int set, IpAddress address, int protocol, int port) {
    sets(vrf).addService(set, address, servicePort(address, protocol, port));
  }

  /** Removes such a member; nothing happens if it is not there. */
  public void removeService(int vrf, int set, IpAddress address, int protocol, int port) {
    sets(vrf).removeService(set, address, servicePort(address, protocol, port));
  }

  private static ServicePort servicePort(IpAddress address, int protocol, int port) {
    return new ServicePort(PortRange.protocol(protocol, address.ipv6()), new PortRange(port, port));
  }

  /** Forgets the sets of a network, which has no program at the update's end. */
  public void removeNetwork(int vrf) {
    IpSets gone = sets.remove(vrf);
    if (gone != null) {
      store.drop(gone.table4);
      store.drop(gone.table6);
      undo.push(() -> sets.put(vrf, gone));
    }
  }

  /** Whether the update has changed anything so far. */
  public boolean isTouched() {
    return !undo.isEmpty();
  }

  private IpSets sets(int vrf) {
    return sets.computeIfAbsent(vrf, v -> new IpSets(store, undo::push));
  }

  /**
   * Compiles what changed. What may fail in an update has been done after that and the store's
   * {@code prepare}.
   *
   * @throws PolicyTooLargeException if a program takes more memory than one may; undo the update
   *     then
   */
  public void prepare() {
    if (!isTouched()) {
      return;
    }
    for (State state : List.copyOf(states.values())) {
      if (state.uses == 0) {
        retire(state);
        continue;
      }
      IpSets own = sets(state.policy.vrf);
      if (state.built == null || !Collections.disjoint(state.setsUsed, own.reclassedSets)) {
        build(state, own);
      } else if (!Collections.disjoint(state.setsUsed, own.changedSets)) {
        renew(state);
      }
    }
  }

  private void retire(State state) {
    if (state.built != null) {
      state.built.drop(store);
    }
    remove(state);
    undo.push(() -> {
      freePrograms.remove(state.program);
      byProgram.set(state.program, state);
      states.put(state.policy, state);
    });
  }

  private void build(State state, IpSets own) {
    BuiltProgram before = state.built;
    state.built = new ProgramBuilder(state.policy.tiers, store, own).built();
    undo.push(() -> state.built = before);
    if (before != null) {
      before.drop(store);
    }
    renew(state);
  }

  private void renew(State state) {
    int before = state.generation;
    // Never goes back, so that no two outcomes have one generation, not even undone ones.
    state.generation = ++lastGeneration;
    undo.push(() -> state.generation = before);
  }

  /** Ends the update; the tables with all its changes. */
  public PolicyTables finish() {
    if (!isTouched()) {
      return tables;
    }
    PolicyProgram[] before = tables.programs();
    PolicyProgram[] programs = Arrays.copyOf(before, byProgram.size());
    for (int i = 1; i < programs.length; i++) {
      State state = byProgram.get(i);
      if (state == null) {
        programs[i] = null;
      } else if (programs[i] == null || programs[i].generation() != state.generation) {
        programs[i] = state.built.program(state.policy.vrf, state.generation);
      }
    }
    int vrfs = sets.keySet().stream().mapToInt(vrf -> vrf + 1).max().orElse(0);
    long[] roots4 = new long[vrfs];
    long[] roots6 = new long[vrfs];
    Arrays.fill(roots4, Lpm4.EMPTY_ROOT);
    Arrays.fill(roots6, Lpm4.EMPTY_ROOT);
    sets.forEach((vrf, own) -> {
      roots4[vrf] = own.table4.root();
      roots6[vrf] = own.table6.root();
    });
    tables = new PolicyTables(programs, roots4, roots6, PolicyUses.NONE);
    endUpdate();
    return tables;
  }

  /** Ends the update as if it had never begun, after the store's {@code rollback}. */
  public void undo() {
    while (!undo.isEmpty()) {
      undo.pop().run();
    }
    endUpdate();
  }

  private void endUpdate() {
    undo.clear();
    sets.values().forEach(IpSets::endUpdate);
  }
}
