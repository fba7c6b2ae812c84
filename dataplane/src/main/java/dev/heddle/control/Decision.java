package dev.heddle.control;

import dev.heddle.compile.policy.RuleTier;
import java.util.List;

/**
 * What decides about the packets of an endpoint in one direction.
 *
 * @param tiers in order; none if nothing is said about the direction
 * @param sources of all their rules and ends, in the order in which programs number them
 */
record Decision(List<RuleTier> tiers, List<RuleSource> sources) {
  /** Everything passes. */
  static final Decision NONE = new Decision(List.of(), List.of());

  /** Both directions of an endpoint. */
  record Pair(Decision egress, Decision ingress) {
    static final Pair NONE = new Pair(Decision.NONE, Decision.NONE);

    Decision of(boolean ofIngress) {
      return ofIngress ? ingress : egress;
    }
  }
}
