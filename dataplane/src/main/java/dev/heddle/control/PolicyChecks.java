package dev.heddle.control;

import dev.heddle.model.Endpoint;
import dev.heddle.model.IpSet;
import dev.heddle.model.Network;
import dev.heddle.model.Policy;
import dev.heddle.model.PolicyPeer;
import dev.heddle.model.PolicyRule;
import dev.heddle.model.Profile;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Checks tiers, policies, profiles and IP sets of a draft against each other and against what there
 * is, as it will be when the draft is applied.
 */
final class PolicyChecks {
  private final DesiredState state;
  private final Draft draft;

  /** IP sets that rules need, by key. */
  private final Set<String> needed = new HashSet<>();

  PolicyChecks(DesiredState state, Draft draft) {
    this.state = state;
    this.draft = draft;
  }

  /** The default network once the draft is applied; null if there is none. */
  static Network defaultNetwork(Draft draft) {
    return draft.networks().allAfter().stream().filter(Network::isDefault).findAny().orElse(null);
  }

  /** Notes all mistakes in the draft. */
  void run() {
    checkDefaultNetwork();
    draft.policies().upserts().values().forEach(this::checkTier);
    draft.tiers().deletes().forEach(this::checkDeletedTier);
    draft.endpoints().upserts().values().forEach(this::checkProfiles);
    draft.profiles().deletes().forEach(this::checkDeletedProfile);
    draft.ipSets().upserts().values().forEach(this::check);
    if (draft.policies().any()
        || draft.profiles().any()
        || draft.ipSets().any()
        || draft.networks().any()) {
      checkSetsOfRules();
      draft.ipSets().deletes().forEach(this::checkDeletedSet);
    }
    draft.networks().deletes().forEach(this::checkDeletedNetwork);
  }

  private void checkDefaultNetwork() {
    if (draft.networks().upserts().isEmpty()) {
      return;
    }
    List<Network> all = draft.networks().allAfter().stream().filter(Network::isDefault).toList();
    if (all.size() < 2) {
      return;
    }
    for (Network network : all) {
      Field at = draft.networks().field(network.name());
      if (at != null) {
        String other =
            all.stream()
                .map(Network::name)
                .filter(name -> !name.equals(network.name()))
                .findAny()
                .orElseThrow();
        at.alreadyExists(
            "is_default",
            true,
            "network " + other + " is the default one; take that from it in this transaction");
        return;
      }
    }
  }

  private void checkTier(Policy policy) {
    if (draft.tiers().after(policy.tier()) == null && !draft.tiers().isUnclear(policy.tier())) {
      draft
          .policies()
          .field(policy.name())
          .notFound("tier", policy.tier(), "no such tier; create it first or with this");
    }
  }

  private void checkDeletedTier(String name) {
    draft.policies().allAfter().stream()
        .filter(policy -> policy.tier().equals(name))
        .map(Policy::name)
        .sorted()
        .findFirst()
        .ifPresent(policy ->
            draft
                .tiers()
                .field(name)
                .failedPrecondition(
                    "name",
                    name,
                    "has policies, such as " + policy + "; delete them too, or move them"));
  }

  private void checkProfiles(Endpoint endpoint) {
    List<String> profiles = endpoint.workload().profiles();
    for (int i = 0; i < profiles.size(); i++) {
      String name = profiles.get(i);
      if (draft.profiles().after(name) == null && !draft.profiles().isUnclear(name)) {
        draft
            .endpoints()
            .field(endpoint.name())
            .notFound("profiles[" + i + "]", name, "no such profile; create it first or with this");
      }
    }
  }

  private void checkDeletedProfile(String name) {
    draft.endpoints().allAfter().stream()
        .filter(endpoint -> endpoint.workload().profiles().contains(name))
        .map(Endpoint::name)
        .sorted()
        .findFirst()
        .ifPresent(endpoint ->
            draft
                .profiles()
                .field(name)
                .failedPrecondition(
                    "name",
                    name,
                    "endpoints name it, such as "
                        + endpoint
                        + "; give them other profiles in this transaction"));
  }

  private void check(IpSet set) {
    Field at = draft.ipSets().field(set.key());
    if (draft.networks().after(set.network()) == null
        && !draft.networks().isUnclear(set.network())) {
      at.notFound("network", set.network(), "no such network; create it first or with this");
    }
    IpSet before = draft.ipSets().before(set.key());
    if (before != null && before.ofServices() != set.ofServices()) {
      at.failedPrecondition(
          "type",
          set.ofServices() ? "TYPE_SERVICES" : "TYPE_NETS",
          "cannot change; use another set");
    }
  }

  private void checkDeletedNetwork(String name) {
    draft.ipSets().allAfter().stream()
        .filter(set -> set.network().equals(name))
        .map(IpSet::name)
        .sorted()
        .findFirst()
        .ifPresent(set ->
            draft
                .networks()
                .field(name)
                .failedPrecondition(
                    "name", name, "has IP sets, such as " + set + "; delete them too"));
  }

  private void checkDeletedSet(String key) {
    IpSet set = state.ipSets().get(key);
    if (needed.contains(key)) {
      draft
          .ipSets()
          .field(key)
          .failedPrecondition(
              "name",
              set.name(),
              "rules that apply to network " + set.network() + " name it; change them too");
    }
  }

  private void checkSetsOfRules() {
    Network byDefault = defaultNetwork(draft);
    for (Policy policy : draft.policies().allAfter()) {
      Place at = new Place("policy " + policy.name(), draft.policies().field(policy.name()));
      policy.ingress().ifPresent(rules -> check(rules, "ingress", at, byDefault));
      policy.egress().ifPresent(rules -> check(rules, "egress", at, byDefault));
    }
    for (Profile profile : draft.profiles().allAfter()) {
      Place at = new Place("profile " + profile.name(), draft.profiles().field(profile.name()));
      check(profile.ingress(), "ingress", at, byDefault);
      check(profile.egress(), "egress", at, byDefault);
    }
  }

  /**
   * Whose rule it is.
   *
   * @param field null if the draft does not name it: then its network's change is to blame
   */
  private record Place(String what, Field field) {}

  private void check(List<PolicyRule> rules, String direction, Place at, Network byDefault) {
    for (int i = 0; i < rules.size(); i++) {
      PolicyRule rule = rules.get(i);
      Network network =
          rule.network().isEmpty() ? byDefault : draft.networks().after(rule.network());
      if (network != null) {
        String path = direction + "[" + i + "].";
        check(rule.source(), path + "source.", false, network, at);
        check(rule.destination(), path + "destination.", true, network, at);
      }
    }
  }

  private void check(
      PolicyPeer peer, String path, boolean mayBeServices, Network network, Place at) {
    for (Map.Entry<String, List<String>> each :
        Map.of("ip_sets", peer.ipSets(), "not_ip_sets", peer.notIpSets()).entrySet()) {
      for (String name : each.getValue()) {
        boolean services = mayBeServices && each.getKey().equals("ip_sets");
        check(name, path + each.getKey(), services, network, at);
      }
    }
  }

  private void check(String name, String field, boolean mayBeServices, Network network, Place at) {
    String key = IpSet.key(network.name(), name);
    needed.add(key);
    IpSet set = draft.ipSets().after(key);
    if (draft.ipSets().isUnclear(key)) {
      return;
    }
    if (set == null && at.field() != null) {
      at.field()
          .notFound(
              field,
              name,
              "network "
                  + network.name()
                  + ", which the rule applies to, has no such IP set; create it first or with this");
    } else if (set == null && draft.networks().field(network.name()) != null) {
      draft
          .networks()
          .field(network.name())
          .failedPrecondition(
              "name",
              network.name(),
              "a rule of "
                  + at.what()
                  + " applies to it and names its IP set "
                  + name
                  + "; create that with this");
    } else if (set != null && set.ofServices() && !mayBeServices && at.field() != null) {
      at.field()
          .invalid(
              field,
              name,
              "a set of services says what a destination is; name it in destination.ip_sets, or use a"
                  + " set of nets");
    }
  }
}
