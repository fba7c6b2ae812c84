package dev.heddle.control;

import dev.heddle.api.policy.Selector;
import dev.heddle.api.policy.SelectorException;
import dev.heddle.model.Policy;
import dev.heddle.model.PolicyRule;
import dev.heddle.model.Profile;
import dev.heddle.model.Tier;
import java.util.List;
import java.util.Optional;

/**
 * Tiers, policies and profiles between messages and the model. What can be checked of one alone is
 * checked here.
 */
final class PolicyReader {
  private PolicyReader() {}

  /** Reads a tier; null, with the mistakes noted, if it is not valid. */
  static Tier read(dev.heddle.api.v1.Tier message, Mistakes mistakes, Field at) {
    long before = mistakes.count();
    Names.check(message.getName(), at);
    boolean passes = false;
    switch (message.getDefaultAction()) {
      case ACTION_UNSPECIFIED, ACTION_DENY -> {}
      case ACTION_PASS -> passes = true;
      default ->
          at.invalid(
              "default_action",
              RuleReader.text(message.getDefaultActionValue()),
              "not a tier's; give ACTION_DENY or ACTION_PASS");
    }
    return mistakes.count() > before
        ? null
        : new Tier(message.getName(), message.getOrder(), passes);
  }

  static dev.heddle.api.v1.Tier toMessage(Tier tier) {
    return dev.heddle.api.v1.Tier.newBuilder()
        .setName(tier.name())
        .setOrder(tier.order())
        .setDefaultAction(
            tier.passes()
                ? dev.heddle.api.v1.PolicyRule.Action.ACTION_PASS
                : dev.heddle.api.v1.PolicyRule.Action.ACTION_DENY)
        .build();
  }

  /** Reads a policy; null, with the mistakes noted, if it is not valid. */
  static Policy read(dev.heddle.api.v1.Policy message, Mistakes mistakes, Field at) {
    long before = mistakes.count();
    Names.check(message.getName(), at);
    checkSelector(message.getSelector(), at);
    if (!message.getAppliesToIngress() && !message.getAppliesToEgress()) {
      at.invalid(
          "applies_to_ingress",
          false,
          "a policy says something about a direction; set applies_to_ingress, applies_to_egress or"
              + " both");
    }
    Optional<List<PolicyRule>> ingress =
        rules(message.getIngressList(), message.getAppliesToIngress(), "ingress", at);
    Optional<List<PolicyRule>> egress =
        rules(message.getEgressList(), message.getAppliesToEgress(), "egress", at);
    return mistakes.count() > before
        ? null
        : new Policy(
            message.getName(),
            message.getTier(),
            message.getOrder(),
            message.getNamespace(),
            message.getSelector(),
            ingress,
            egress);
  }

  private static void checkSelector(String selector, Field at) {
    try {
      Selector.parse(selector);
    } catch (SelectorException e) {
      at.invalid("selector", selector, e.getMessage());
    }
  }

  private static Optional<List<PolicyRule>> rules(
      List<dev.heddle.api.v1.PolicyRule> messages, boolean applies, String field, Field at) {
    if (!applies && !messages.isEmpty()) {
      at.invalid(
          field,
          messages.size() + " rules",
          "the policy does not apply to this direction; set applies_to_" + field + " too");
      return Optional.empty();
    }
    List<PolicyRule> rules = RuleReader.read(messages, field, at);
    return applies ? Optional.of(rules) : Optional.empty();
  }

  static dev.heddle.api.v1.Policy toMessage(Policy policy) {
    dev.heddle.api.v1.Policy.Builder message =
        dev.heddle.api.v1.Policy.newBuilder()
            .setName(policy.name())
            .setTier(policy.tier())
            .setOrder(policy.order())
            .setNamespace(policy.namespace())
            .setSelector(policy.selector())
            .setAppliesToIngress(policy.ingress().isPresent())
            .setAppliesToEgress(policy.egress().isPresent());
    policy
        .ingress()
        .ifPresent(rules -> rules.forEach(each -> message.addIngress(RuleReader.toMessage(each))));
    policy
        .egress()
        .ifPresent(rules -> rules.forEach(each -> message.addEgress(RuleReader.toMessage(each))));
    return message.build();
  }

  /** Reads a profile; null, with the mistakes noted, if it is not valid. */
  static Profile read(dev.heddle.api.v1.Profile message, Mistakes mistakes, Field at) {
    long before = mistakes.count();
    Names.check(message.getName(), at);
    List<PolicyRule> ingress = RuleReader.read(message.getIngressList(), "ingress", at);
    List<PolicyRule> egress = RuleReader.read(message.getEgressList(), "egress", at);
    return mistakes.count() > before ? null : new Profile(message.getName(), ingress, egress);
  }

  static dev.heddle.api.v1.Profile toMessage(Profile profile) {
    dev.heddle.api.v1.Profile.Builder message =
        dev.heddle.api.v1.Profile.newBuilder().setName(profile.name());
    profile.ingress().forEach(each -> message.addIngress(RuleReader.toMessage(each)));
    profile.egress().forEach(each -> message.addEgress(RuleReader.toMessage(each)));
    return message.build();
  }
}
