package dev.heddle.control;

import dev.heddle.model.PolicyRule;

/**
 * Where a rule of an endpoint's program stands in the model.
 *
 * @param tier empty for profiles
 * @param policy empty for a tier's end and for profiles
 * @param profile empty for tiers, and for what happens behind the last profile
 * @param rule place among the rules of the direction; {@link #END} for what happens behind the last
 * @param action what it does
 */
record RuleSource(String tier, String policy, String profile, int rule, PolicyRule.Action action) {
  static final int END = -1;
}
