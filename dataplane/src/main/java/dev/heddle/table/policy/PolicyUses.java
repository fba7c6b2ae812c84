package dev.heddle.table.policy;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Who uses the programs of a revision: which networks have endpoints with policy, and how often
 * each rule decided about each endpoint's packets. The arrays are not changed after publication,
 * but for the counts: any worker adds to them.
 *
 * @param policed by VRF index, whether any endpoint there has a program
 * @param egressHits by interface index, the counts by rule of the program for what it sends; null
 *     where it has none
 * @param ingressHits the same for what it receives
 */
public record PolicyUses(
    boolean[] policed, AtomicLongArray[] egressHits, AtomicLongArray[] ingressHits) {
  /** Nobody has a policy. */
  public static final PolicyUses NONE =
      new PolicyUses(new boolean[0], new AtomicLongArray[0], new AtomicLongArray[0]);
}
