package dev.heddle.compile;

import java.util.Arrays;

/**
 * Spreads flows over next hops in proportion to their weights, in the form that {@link
 * dev.heddle.table.NextHops#ecmpMember} reads: a power of two, then that many next hop indexes.
 */
final class EqualCostGroup {
  /** Slots for each unit of weight where shares do not divide evenly: at most 6 % off. */
  private static final int SLOTS_PER_WEIGHT = 16;

  static final int MAX_SLOTS = 4096;

  private EqualCostGroup() {}

  /**
   * Lays out a group.
   *
   * @param hops next hop index of each member; an index may occur again
   * @param weights positive weight of each member; their sum fits an int
   */
  static int[] layOut(int[] hops, int[] weights) {
    int sum = Arrays.stream(weights).sum();
    int slots = slots(sum);
    int[] group = new int[1 + slots];
    group[0] = slots;
    long weightSoFar = 0;
    int slot = 0;
    for (int i = 0; i < hops.length; i++) {
      weightSoFar += weights[i];
      // Rounding the running sum leaves no slot over; each member has at least one.
      int end = (int) Math.round((double) weightSoFar * slots / sum);
      end = Math.clamp(end, slot + 1, slots - (hops.length - 1 - i));
      Arrays.fill(group, 1 + slot, 1 + end, hops[i]);
      slot = end;
    }
    return group;
  }

  private static int slots(int weightSum) {
    if (Integer.bitCount(weightSum) == 1 && weightSum <= MAX_SLOTS) {
      return weightSum;
    }
    long wanted = (long) weightSum * SLOTS_PER_WEIGHT;
    return wanted >= MAX_SLOTS ? MAX_SLOTS : Integer.highestOneBit((int) wanted - 1) << 1;
  }
}
