package dev.heddle.table.policy;

import static dev.heddle.table.policy.ProgramLayout.ACTIONS;
import static dev.heddle.table.policy.ProgramLayout.FIRST_TIER;
import static dev.heddle.table.policy.ProgramLayout.GROUP_DIMENSIONS;
import static dev.heddle.table.policy.ProgramLayout.GROUP_HEADER_INTS;
import static dev.heddle.table.policy.ProgramLayout.GROUP_NEXT;
import static dev.heddle.table.policy.ProgramLayout.GROUP_RULES;
import static dev.heddle.table.policy.ProgramLayout.GROUP_SUMMARY_WORDS;
import static dev.heddle.table.policy.ProgramLayout.LOG;
import static dev.heddle.table.policy.ProgramLayout.PASS;
import static dev.heddle.table.policy.ProgramLayout.TIER_DEFAULT;
import static dev.heddle.table.policy.ProgramLayout.TIER_FIRST_GROUP;
import static dev.heddle.table.policy.ProgramLayout.TIER_GROUPS;
import static dev.heddle.table.policy.ProgramLayout.TIER_INTS;

/** Finds the rule that decides about a packet whose classes are known. */
final class RuleSearch {
  private static final int WORD_BITS = 32;

  private RuleSearch() {}

  /** The rule and, in the lowest bit, its action, which is to allow or to deny. */
  static int verdict(int[] code, PolicyHits hits) {
    hits.begin();
    int tier = code[FIRST_TIER];
    int rule = firstMatch(code, tier, -1, hits);
    int action = code[code[ACTIONS] + rule];
    while (action >= PASS) {
      if (action == LOG) {
        hits.log(rule);
        rule = firstMatch(code, tier, rule, hits);
      } else {
        tier += TIER_INTS;
        rule = firstMatch(code, tier, -1, hits);
      }
      action = code[code[ACTIONS] + rule];
    }
    return rule << 1 | action;
  }

  /** The tier's first rule behind another that matches; its default action if there is none. */
  private static int firstMatch(int[] code, int tier, int after, PolicyHits hits) {
    int best = code[tier + TIER_DEFAULT];
    int group = code[tier + TIER_FIRST_GROUP];
    for (int left = code[tier + TIER_GROUPS]; left > 0; left--) {
      // A group whose first rule comes later cannot do better.
      if (code[code[group + GROUP_RULES]] < best && findRows(code, group, hits)) {
        best = Math.min(best, firstInGroup(code, group, after, hits.rows));
      }
      group = code[group + GROUP_NEXT];
    }
    return best;
  }

  /** Whether there is a row for the packet in each dimension of the group. */
  private static boolean findRows(int[] code, int group, PolicyHits hits) {
    int dimensions = code[group + GROUP_DIMENSIONS];
    int at = group + GROUP_HEADER_INTS;
    for (int d = 0; d < dimensions; d++) {
      int row = code[code[at + 1] + hits.classes[code[at]]];
      if (row == 0) {
        return false;
      }
      hits.rows[d] = row;
      at += 2;
    }
    return true;
  }

  private static int firstInGroup(int[] code, int group, int after, int[] rows) {
    int dimensions = code[group + GROUP_DIMENSIONS];
    int summaryWords = code[group + GROUP_SUMMARY_WORDS];
    int rules = code[group + GROUP_RULES];
    for (int s = 0; s < summaryWords; s++) {
      int candidates = code[rows[0] + 2 * s];
      for (int d = 1; d < dimensions; d++) {
        candidates &= code[rows[d] + 2 * s];
      }
      while (candidates != 0) {
        int word = s * WORD_BITS + Integer.numberOfTrailingZeros(candidates);
        int bits = commonBits(code, rows, dimensions, s, candidates & -candidates);
        while (bits != 0) {
          int rule = code[rules + word * WORD_BITS + Integer.numberOfTrailingZeros(bits)];
          if (rule > after) {
            return rule;
          }
          bits &= bits - 1;
        }
        candidates &= candidates - 1;
      }
    }
    return Integer.MAX_VALUE;
  }

  private static int commonBits(int[] code, int[] rows, int dimensions, int s, int word) {
    int bits = -1;
    for (int d = 0; d < dimensions; d++) {
      int at = rows[d] + 2 * s;
      bits &= code[code[at + 1] + Integer.bitCount(code[at] & word - 1)];
    }
    return bits;
  }
}
