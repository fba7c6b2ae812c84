package dev.heddle.model;

import java.util.List;
import java.util.Optional;

/**
 * Rules for the endpoints that a selector chooses.
 *
 * @param name unique among policies
 * @param tier name of its tier
 * @param order its place in the tier, the lowest first; equal ones by name
 * @param namespace whose endpoints it chooses from; empty: all
 * @param selector Calico's selector language, an expression that can be read
 * @param ingress about what the endpoints receive; empty if it says nothing about that
 * @param egress about what they send, likewise
 */
public record Policy(
    String name,
    String tier,
    int order,
    String namespace,
    String selector,
    Optional<List<PolicyRule>> ingress,
    Optional<List<PolicyRule>> egress) {
  /** There may be so many. */
  public static final int MAX_POLICIES = 16_384;

  /** Of one policy or profile and direction. */
  public static final int MAX_RULES = 10_000;

  public Policy {
    ingress = ingress.map(List::copyOf);
    egress = egress.map(List::copyOf);
  }

  /** What it says about one direction. */
  public Optional<List<PolicyRule>> rules(boolean ofIngress) {
    return ofIngress ? ingress : egress;
  }
}
