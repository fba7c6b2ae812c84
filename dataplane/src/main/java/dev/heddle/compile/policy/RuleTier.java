package dev.heddle.compile.policy;

import java.util.List;

/**
 * Rules in order, and what becomes of a packet that none of them decides about.
 *
 * @param defaultAction not {@code LOG}
 */
public record RuleTier(List<Rule> rules, Action defaultAction) {
  public RuleTier {
    rules = List.copyOf(rules);
    if (defaultAction == Action.LOG) {
      throw new IllegalArgumentException("default action LOG");
    }
  }

  /** Whether it leaves any packet to a next tier. */
  boolean passes() {
    return defaultAction == Action.PASS
        || rules.stream().anyMatch(rule -> rule.action() == Action.PASS);
  }

  /** What a rule does with a packet, in the order in which programs number it. */
  public enum Action {
    DENY,
    ALLOW,
    /** The next tier decides. */
    PASS,
    /** It is noted, and the next rules decide. */
    LOG
  }

  /**
   * One rule.
   *
   * @param conditions one of which a packet must satisfy
   */
  public record Rule(Action action, List<Condition> conditions) {
    public Rule {
      conditions = List.copyOf(conditions);
    }
  }
}
