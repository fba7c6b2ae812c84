package dev.heddle.model;

/**
 * A group of policies that decides before others.
 *
 * @param name unique among tiers
 * @param order its place, the lowest first; equal ones by name
 * @param passes whether the next tier decides about what no rule decides about; else it is denied
 */
public record Tier(String name, int order, boolean passes) {
  /** There may be so many. */
  public static final int MAX_TIERS = 256;
}
