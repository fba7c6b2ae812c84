package dev.heddle.compile;

import dev.heddle.compile.policy.PolicyCompiler;
import dev.heddle.compile.policy.RulePlace;
import dev.heddle.compile.policy.RuleTier;
import dev.heddle.model.IpAddress;
import dev.heddle.model.IpPrefix;
import dev.heddle.table.RouteStore;
import dev.heddle.table.policy.PolicyTables;
import dev.heddle.table.policy.PolicyUses;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLongArray;

/** The part of an update that is about policies: which endpoint has which, and the IP sets. */
public final class EndpointPolicies {
  private final PolicyCompiler compiler;
  private final Map<String, EndpointState> endpoints;
  private final Map<String, VrfState> vrfs;
  private final Map<VrfState, SetNumbers> setNumbers = new HashMap<>();
  private PolicyTables compiledBefore = PolicyTables.NONE;
  private PolicyTables tables = PolicyTables.NONE;
  private Update update;

  /** Names of a network's IP sets, and numbers that none has any more. */
  private static final class SetNumbers {
    final Map<String, Integer> byName = new HashMap<>();
    final TreeSet<Integer> free = new TreeSet<>();
  }

  EndpointPolicies(
      RouteStore store, Map<String, EndpointState> endpoints, Map<String, VrfState> vrfs) {
    compiler = new PolicyCompiler(store);
    this.endpoints = endpoints;
    this.vrfs = vrfs;
  }

  void begin(Update begun) {
    update = begun;
  }

  /**
   * Gives an endpoint its policy.
   *
   * @param egress what it may send; no tiers if nothing is said about that
   * @param ingress what it may receive, likewise
   */
  public void set(String endpoint, List<RuleTier> egress, List<RuleTier> ingress) {
    EndpointState state = endpoints.get(endpoint);
    assign(state, program(state, egress), program(state, ingress));
  }

  private int program(EndpointState state, List<RuleTier> tiers) {
    return tiers.isEmpty() ? PolicyTables.NO_PROGRAM : compiler.acquire(state.vrf.index, tiers);
  }

  /** An endpoint goes, and its policy with it. */
  void withdraw(EndpointState state) {
    assign(state, PolicyTables.NO_PROGRAM, PolicyTables.NO_PROGRAM);
  }

  private void assign(EndpointState state, int egress, int ingress) {
    int egressBefore = state.egressProgram;
    int ingressBefore = state.ingressProgram;
    compiler.release(egressBefore);
    compiler.release(ingressBefore);
    if (egress == egressBefore && ingress == ingressBefore) {
      return;
    }
    AtomicLongArray egressHitsBefore = state.egressHits;
    AtomicLongArray ingressHitsBefore = state.ingressHits;
    state.egressProgram = egress;
    state.ingressProgram = ingress;
    state.egressHits = egress == egressBefore ? egressHitsBefore : hits(egress);
    state.ingressHits = ingress == ingressBefore ? ingressHitsBefore : hits(ingress);
    update.touch(state);
    update.onUndo(() -> {
      state.egressProgram = egressBefore;
      state.ingressProgram = ingressBefore;
      state.egressHits = egressHitsBefore;
      state.ingressHits = ingressHitsBefore;
    });
  }

  private AtomicLongArray hits(int program) {
    return program == PolicyTables.NO_PROGRAM ? null : new AtomicLongArray(compiler.rules(program));
  }

  /** How often a rule decided about an endpoint's packets; 0 if it has no such program. */
  public long hits(String endpoint, boolean ofIngress, int rule) {
    EndpointState state = endpoints.get(endpoint);
    AtomicLongArray hits = ofIngress ? state.ingressHits : state.egressHits;
    return hits == null ? 0 : hits.get(rule);
  }

  /** The number by which programs of a network know an IP set; given when it is first asked for. */
  public int setNumber(String network, String name) {
    SetNumbers numbers = setNumbers.computeIfAbsent(vrfs.get(network), vrf -> new SetNumbers());
    Integer known = numbers.byName.get(name);
    if (known != null) {
      return known;
    }
    int number = numbers.free.isEmpty() ? numbers.byName.size() + 1 : numbers.free.pollFirst();
    numbers.byName.put(name, number);
    update.onUndo(() -> {
      numbers.byName.remove(name);
      numbers.free.add(number);
    });
    return number;
  }

  /** Takes the number from a set that has no members and that no program names. */
  public void forgetSet(String network, String name) {
    SetNumbers numbers = setNumbers.get(vrfs.get(network));
    int number = numbers.byName.remove(name);
    numbers.free.add(number);
    update.onUndo(() -> {
      numbers.free.remove(number);
      numbers.byName.put(name, number);
    });
  }

  /** Adds an address or net to an IP set of a network; a set is there once it is named. */
  public void addMember(String network, int set, IpPrefix member) {
    compiler.addMember(vrfs.get(network).index, set, member);
  }

  /** Removes an address or net from an IP set of a network. */
  public void removeMember(String network, int set, IpPrefix member) {
    compiler.removeMember(vrfs.get(network).index, set, member);
  }

  /** Adds an address with a protocol and port to a set of such. */
  public void addService(String network, int set, IpAddress address, int protocol, int port) {
    compiler.addService(vrfs.get(network).index, set, address, protocol, port);
  }

  /** Removes an address with a protocol and port from a set of such. */
  public void removeService(String network, int set, IpAddress address, int protocol, int port) {
    compiler.removeService(vrfs.get(network).index, set, address, protocol, port);
  }

  /** Where a rule of a program stands in the policy of the endpoints that have the program. */
  public RulePlace place(int program, int rule) {
    return compiler.place(program, rule);
  }

  /** A network goes, whose endpoints are gone, and its sets with it. */
  void forget(VrfState vrf) {
    compiler.removeNetwork(vrf.index);
    SetNumbers numbers = setNumbers.remove(vrf);
    update.onUndo(() -> {
      if (numbers != null) {
        setNumbers.put(vrf, numbers);
      }
    });
  }

  boolean isTouched() {
    return compiler.isTouched();
  }

  void prepare() {
    compiler.prepare();
  }

  PolicyTables finish() {
    PolicyTables compiled = compiler.finish();
    if (compiled != compiledBefore) {
      compiledBefore = compiled;
      tables = compiled.usedBy(uses());
    }
    return tables;
  }

  private PolicyUses uses() {
    int networks = vrfs.values().stream().mapToInt(vrf -> vrf.index + 1).max().orElse(0);
    int interfaces =
        endpoints.values().stream().mapToInt(each -> each.interfaceIndex + 1).max().orElse(0);
    boolean[] policed = new boolean[networks];
    AtomicLongArray[] egress = new AtomicLongArray[interfaces];
    AtomicLongArray[] ingress = new AtomicLongArray[interfaces];
    for (EndpointState each : endpoints.values()) {
      policed[each.vrf.index] |= each.isPoliced();
      egress[each.interfaceIndex] = each.egressHits;
      ingress[each.interfaceIndex] = each.ingressHits;
    }
    return new PolicyUses(policed, egress, ingress);
  }

  /** After the store's rollback. */
  void undo() {
    compiler.undo();
  }
}
