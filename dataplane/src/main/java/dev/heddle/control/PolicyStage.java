package dev.heddle.control;

import dev.heddle.compile.EndpointPolicies;
import dev.heddle.compile.policy.RuleConditions;
import dev.heddle.model.Endpoint;
import dev.heddle.model.IpPrefix;
import dev.heddle.model.IpSet;
import dev.heddle.model.IpSet.Service;
import dev.heddle.model.Network;
import dev.heddle.model.Policy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Takes a draft's policies and IP sets into the compiler's update. The tables that first have an
 * endpoint have its policy, too.
 */
final class PolicyStage {
  private final DesiredState state;
  private final Draft draft;
  private final EndpointPolicies compiler;

  PolicyStage(DesiredState state, Draft draft, EndpointPolicies compiler) {
    this.state = state;
    this.draft = draft;
    this.compiler = compiler;
  }

  /** The draft's checks have passed, and its endpoints been taken in. */
  void run() {
    draft.ipSets().upserts().values().forEach(this::stage);
    draft.ipSets().deletes().forEach(this::stageDeleted);
    List<Endpoint> affected = affected();
    if (affected.isEmpty()) {
      return;
    }
    Network byDefault = PolicyChecks.defaultNetwork(draft);
    Deciders deciders =
        new Deciders(
            draft.tiers().allAfter(),
            draft.policies().allAfter(),
            draft.profiles()::after,
            byDefault == null ? "" : byDefault.name(),
            this::sets,
            state.selectors());
    Map<String, Decision.Pair> decisions = new HashMap<>();
    for (Endpoint endpoint : affected) {
      Decision.Pair pair = deciders.of(endpoint);
      decisions.put(endpoint.name(), pair);
      compiler.set(endpoint.name(), pair.egress().tiers(), pair.ingress().tiers());
    }
    draft.decide(decisions);
  }

  private RuleConditions.Sets sets(String network) {
    return new RuleConditions.Sets() {
      @Override
      public int number(String name) {
        return compiler.setNumber(network, name);
      }

      @Override
      public boolean isOfServices(String name) {
        return draft.ipSets().after(IpSet.key(network, name)).ofServices();
      }
    };
  }

  private void stage(IpSet set) {
    IpSet before = state.ipSets().get(set.key());
    change(before, set);
  }

  private void stageDeleted(String key) {
    IpSet before = state.ipSets().get(key);
    change(before, null);
    compiler.forgetSet(before.network(), before.name());
  }

  private void change(IpSet before, IpSet after) {
    IpSet named = after != null ? after : before;
    int number = compiler.setNumber(named.network(), named.name());
    Set<IpPrefix> netsBefore = before == null ? Set.of() : before.nets();
    Set<IpPrefix> netsAfter = after == null ? Set.of() : after.nets();
    for (IpPrefix net : netsBefore) {
      if (!netsAfter.contains(net)) {
        compiler.removeMember(named.network(), number, net);
      }
    }
    for (IpPrefix net : netsAfter) {
      if (!netsBefore.contains(net)) {
        compiler.addMember(named.network(), number, net);
      }
    }
    Set<Service> servicesBefore = before == null ? Set.of() : before.services();
    Set<Service> servicesAfter = after == null ? Set.of() : after.services();
    for (Service each : servicesBefore) {
      if (!servicesAfter.contains(each)) {
        compiler.removeService(
            named.network(), number, each.address(), each.protocol(), each.port());
      }
    }
    for (Service each : servicesAfter) {
      if (!servicesBefore.contains(each)) {
        compiler.addService(named.network(), number, each.address(), each.protocol(), each.port());
      }
    }
  }

  /** The endpoints whose policy may be another one now. */
  private List<Endpoint> affected() {
    boolean all = draft.tiers().any() || draft.profiles().any() || isDefaultNetworkAnother();
    if (!all && !draft.endpoints().any() && !draft.policies().any()) {
      return List.of();
    }
    return draft.endpoints().allAfter().stream()
        .filter(endpoint -> all || isAffected(endpoint))
        .toList();
  }

  private boolean isDefaultNetworkAnother() {
    if (!draft.networks().any()) {
      return false;
    }
    Network after = PolicyChecks.defaultNetwork(draft);
    Network before =
        state.networks().values().stream().filter(Network::isDefault).findAny().orElse(null);
    String nameBefore = before == null ? "" : before.name();
    return !nameBefore.equals(after == null ? "" : after.name());
  }

  private boolean isAffected(Endpoint endpoint) {
    if (draft.endpoints().upserts().containsKey(endpoint.name())) {
      return true;
    }
    Map<String, String> labels = EndpointLabels.of(endpoint);
    return draft.policies().upserts().values().stream()
            .anyMatch(policy -> isChosen(policy, endpoint, labels))
        || draft.policies().replaced().stream()
            .anyMatch(policy -> isChosen(policy, endpoint, labels));
  }

  private boolean isChosen(Policy policy, Endpoint endpoint, Map<String, String> labels) {
    return Deciders.isChosen(policy, endpoint, labels, state.selectors());
  }
}
