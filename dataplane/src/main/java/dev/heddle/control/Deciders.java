package dev.heddle.control;

import dev.heddle.api.policy.Selector;
import dev.heddle.compile.policy.RuleConditions;
import dev.heddle.compile.policy.RuleTier;
import dev.heddle.model.Endpoint;
import dev.heddle.model.Policy;
import dev.heddle.model.PolicyRule;
import dev.heddle.model.Profile;
import dev.heddle.model.Tier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Says what decides about an endpoint's packets: the tiers that have a policy for it, in order, and
 * then its profiles. Pure but for the numbers of IP sets, which it asks for.
 *
 * <p>A policy selects an endpoint by its labels, whether or not any of its rules applies to the
 * endpoint's network; once one does, what nothing allows is denied. Without any policy, an endpoint
 * that names no profile may send, or receive, everything.
 */
final class Deciders {
  private static final Comparator<Policy> IN_ORDER =
      Comparator.comparingInt(Policy::order).thenComparing(Policy::name);

  private final List<Tier> tiers;
  private final Map<String, List<Policy>> policiesByTier = new HashMap<>();
  private final Function<String, Profile> profiles;
  private final String defaultNetwork;
  private final Function<String, RuleConditions.Sets> sets;
  private final Map<String, Selector> selectors;

  /**
   * @param profiles by name
   * @param defaultNetwork that rules without network apply to; empty if there is none
   * @param sets the IP sets of a network, by its name
   * @param selectors read before, by their text; takes in those that are read now
   */
  Deciders(
      Collection<Tier> tiers,
      Collection<Policy> policies,
      Function<String, Profile> profiles,
      String defaultNetwork,
      Function<String, RuleConditions.Sets> sets,
      Map<String, Selector> selectors) {
    this.profiles = profiles;
    this.defaultNetwork = defaultNetwork;
    this.sets = sets;
    this.selectors = selectors;
    this.tiers =
        tiers.stream()
            .sorted(Comparator.comparingInt(Tier::order).thenComparing(Tier::name))
            .toList();
    policies.stream()
        .sorted(IN_ORDER)
        .forEach(policy ->
            policiesByTier.computeIfAbsent(policy.tier(), name -> new ArrayList<>()).add(policy));
  }

  Decision.Pair of(Endpoint endpoint) {
    Map<String, String> labels = EndpointLabels.of(endpoint);
    return new Decision.Pair(of(endpoint, labels, false), of(endpoint, labels, true));
  }

  private Decision of(Endpoint endpoint, Map<String, String> labels, boolean ofIngress) {
    List<RuleTier> compiled = new ArrayList<>();
    List<RuleSource> sources = new ArrayList<>();
    for (Tier tier : tiers) {
      List<RuleTier.Rule> rules = new ArrayList<>();
      boolean applies = false;
      for (Policy policy : policiesByTier.getOrDefault(tier.name(), List.of())) {
        Optional<List<PolicyRule>> said = policy.rules(ofIngress);
        if (said.isPresent() && selects(policy, endpoint, labels)) {
          applies = true;
          addPolicy(tier, policy, said.get(), endpoint, rules, sources);
        }
      }
      if (applies) {
        PolicyRule.Action end = tier.passes() ? PolicyRule.Action.PASS : PolicyRule.Action.DENY;
        sources.add(new RuleSource(tier.name(), "", "", RuleSource.END, end));
        compiled.add(
            new RuleTier(rules, tier.passes() ? RuleTier.Action.PASS : RuleTier.Action.DENY));
      }
    }
    if (compiled.isEmpty() && endpoint.workload().profiles().isEmpty()) {
      return Decision.NONE;
    }
    compiled.add(profiles(endpoint, ofIngress, sources));
    return new Decision(List.copyOf(compiled), List.copyOf(sources));
  }

  private boolean selects(Policy policy, Endpoint endpoint, Map<String, String> labels) {
    return isChosen(policy, endpoint, labels, selectors);
  }

  /** Whether a policy is one for this endpoint. */
  static boolean isChosen(
      Policy policy,
      Endpoint endpoint,
      Map<String, String> labels,
      Map<String, Selector> selectors) {
    boolean itsNamespace =
        policy.namespace().isEmpty() || policy.namespace().equals(endpoint.workload().namespace());
    return itsNamespace
        && selectors.computeIfAbsent(policy.selector(), Selector::parse).matches(labels);
  }

  private void addPolicy(
      Tier tier,
      Policy policy,
      List<PolicyRule> said,
      Endpoint endpoint,
      List<RuleTier.Rule> rules,
      List<RuleSource> sources) {
    for (int i = 0; i < said.size(); i++) {
      if (applies(said.get(i), endpoint)) {
        rules.add(compiled(said.get(i), endpoint));
        sources.add(new RuleSource(tier.name(), policy.name(), "", i, said.get(i).action()));
      }
    }
  }

  private RuleTier profiles(Endpoint endpoint, boolean ofIngress, List<RuleSource> sources) {
    List<RuleTier.Rule> rules = new ArrayList<>();
    for (String name : endpoint.workload().profiles()) {
      List<PolicyRule> said = profiles.apply(name).rules(ofIngress);
      for (int i = 0; i < said.size(); i++) {
        if (applies(said.get(i), endpoint)) {
          rules.add(inProfile(compiled(said.get(i), endpoint)));
          sources.add(new RuleSource("", "", name, i, said.get(i).action()));
        }
      }
    }
    sources.add(new RuleSource("", "", "", RuleSource.END, PolicyRule.Action.DENY));
    return new RuleTier(rules, RuleTier.Action.DENY);
  }

  /** Nothing comes after the profiles: what is passed on there, nothing allows. */
  private static RuleTier.Rule inProfile(RuleTier.Rule rule) {
    return rule.action() == RuleTier.Action.PASS
        ? new RuleTier.Rule(RuleTier.Action.DENY, rule.conditions())
        : rule;
  }

  private RuleTier.Rule compiled(PolicyRule rule, Endpoint endpoint) {
    return RuleConditions.of(rule, sets.apply(endpoint.network()));
  }

  private boolean applies(PolicyRule rule, Endpoint endpoint) {
    String network = rule.network().isEmpty() ? defaultNetwork : rule.network();
    return network.equals(endpoint.network());
  }
}
