package dev.heddle.model;

import java.util.List;

/**
 * Rules that endpoints name, which decide after the last tier.
 *
 * @param name unique among profiles
 * @param ingress about what the endpoints receive
 * @param egress about what they send
 */
public record Profile(String name, List<PolicyRule> ingress, List<PolicyRule> egress) {
  /** There may be so many. */
  public static final int MAX_PROFILES = 4096;

  public Profile {
    ingress = List.copyOf(ingress);
    egress = List.copyOf(egress);
  }

  /** What it says about one direction. */
  public List<PolicyRule> rules(boolean ofIngress) {
    return ofIngress ? ingress : egress;
  }
}
