package dev.heddle.compile.policy;

/**
 * Where a rule of a program stands in the policy that it was compiled from.
 *
 * @param tier index of its tier
 * @param rule index in the tier; {@link #DEFAULT_ACTION} for what the tier does at its end
 */
public record RulePlace(int tier, int rule) {
  public static final int DEFAULT_ACTION = -1;

  public boolean isDefaultAction() {
    return rule == DEFAULT_ACTION;
  }
}
