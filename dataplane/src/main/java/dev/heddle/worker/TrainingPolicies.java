package dev.heddle.worker;

import dev.heddle.table.RouteStore;
import dev.heddle.table.RouteTable;
import dev.heddle.table.policy.PolicyProgram;
import dev.heddle.table.policy.PolicyTables;
import dev.heddle.table.policy.PolicyUses;
import dev.heddle.table.policy.ProgramLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import org.agrona.collections.IntArrayList;

/**
 * The policies that workers are trained with: programs that look at everything a program can look
 * at, in both forms of a table, with every action, laid out by hand as {@link ProgramLayout} has
 * it.
 *
 * <p>Each dimension has two classes, 0 and 1; a group's conditions stand for their combinations.
 */
final class TrainingPolicies {
  /** Two tiers that look at nets, sets, protocol and ports, by pages. */
  static final int BY_PAGES = 1;

  /** The same by lists, and with other actions. */
  static final int BY_LISTS = 2;

  /** Looks at nothing, and lets everything through or nothing, in turn. */
  static final int CHANGES_ITS_MIND = 3;

  private static final int PROGRAMS = 4;
  private static final int[] ALL = {
    ProgramLayout.SOURCE_NET,
    ProgramLayout.DESTINATION_NET,
    ProgramLayout.SOURCE_SET,
    ProgramLayout.DESTINATION_SET,
    ProgramLayout.PROTOCOL,
    ProgramLayout.SOURCE_PORT,
    ProgramLayout.DESTINATION_PORT,
    ProgramLayout.DESTINATION_SERVICE
  };

  private final RouteTable nets4;
  private final RouteTable nets6;
  private int generation;

  /**
   * @param store whose transaction is open; sealed before {@link #tables} is asked for
   */
  TrainingPolicies(RouteStore store) {
    nets4 = store.create4();
    nets6 = store.create6();
    for (int i = 0; i < 128; i++) {
      nets4.put(RouteTable.high4(TrainingTables.RANGE4 | 2 * i + 1), 0, 32, 1);
      nets6.put(TrainingTables.RANGE6, 2 * i + 1, 128, 1);
    }
  }

  /**
   * New tables, so that flows are decided about anew.
   *
   * @param policed by network
   */
  PolicyTables tables(boolean[] policed) {
    PolicyProgram[] programs = new PolicyProgram[PROGRAMS];
    programs[BY_PAGES] = program(new Assembler(true, ProgramLayout.LOG, ProgramLayout.PASS).code());
    programs[BY_LISTS] =
        program(new Assembler(false, ProgramLayout.DENY, ProgramLayout.ALLOW).code());
    boolean allows = generation / (PROGRAMS - 1) % 2 == 0;
    programs[CHANGES_ITS_MIND] = program(always(allows ? ProgramLayout.ALLOW : ProgramLayout.DENY));
    long[] roots4 = new long[TrainingTables.NETWORKS - 1];
    long[] roots6 = new long[TrainingTables.NETWORKS - 1];
    Arrays.fill(roots4, nets4.root());
    Arrays.fill(roots6, nets6.root());
    AtomicLongArray[] hits = new AtomicLongArray[TrainingTables.INTERFACES];
    Arrays.setAll(hits, i -> new AtomicLongArray(64));
    return new PolicyTables(programs, roots4, roots6, new PolicyUses(policed, hits, hits));
  }

  private PolicyProgram program(int[] code) {
    long root4 = nets4.root();
    long root6 = nets6.root();
    return new PolicyProgram(code, 0, root4, root6, root4, root6, ++generation);
  }

  /** One tier without groups. */
  private static int[] always(int action) {
    int[] code = new int[ProgramLayout.HEADER_INTS + ProgramLayout.TIER_INTS + 1];
    code[ProgramLayout.FIRST_TIER] = ProgramLayout.HEADER_INTS;
    code[ProgramLayout.ACTIONS] = ProgramLayout.HEADER_INTS + ProgramLayout.TIER_INTS;
    code[code[ProgramLayout.ACTIONS]] = action;
    return code;
  }

  /** Lays one program out. */
  private static final class Assembler {
    private final IntArrayList code = new IntArrayList();
    private final List<Integer> actions = new ArrayList<>();
    private final boolean pages;

    /**
     * @param pages whether numbers are looked up in pages; else in lists
     * @param early the action of the first tier's first rule
     * @param late the action of that tier's others
     */
    Assembler(boolean pages, int early, int late) {
      this.pages = pages;
      add(new int[ProgramLayout.HEADER_INTS]);
      int used = 0;
      for (int dimension : ALL) {
        used |= 1 << dimension;
        if (dimension >= ProgramLayout.SOURCE_SET) {
          table(dimension);
        }
      }
      code.setInt(ProgramLayout.USED, used);
      int tiers = add(new int[2 * ProgramLayout.TIER_INTS]);
      code.setInt(ProgramLayout.FIRST_TIER, tiers);
      // The last rule of each tier is what it does at its end.
      tier(tiers, new int[] {early, late, late, ProgramLayout.PASS});
      tier(
          tiers + ProgramLayout.TIER_INTS,
          new int[] {
            ProgramLayout.LOG, ProgramLayout.DENY, ProgramLayout.LOG, ProgramLayout.ALLOW
          });
      code.setInt(
          ProgramLayout.ACTIONS, add(actions.stream().mapToInt(Integer::intValue).toArray()));
    }

    int[] code() {
      return code.toIntArray();
    }

    private int add(int[] ints) {
      int at = code.size();
      for (int each : ints) {
        code.addInt(each);
      }
      return at;
    }

    /** Odd numbers are of class 1, by pages; those from 6 on, by a list. */
    private void table(int dimension) {
      if (!pages && dimension >= ProgramLayout.PROTOCOL) {
        code.setInt(ProgramLayout.TABLES + dimension, ~add(new int[] {1, 6}));
        return;
      }
      int[] page = new int[ProgramLayout.PAGE];
      Arrays.setAll(page, i -> i & 1);
      int index = add(new int[ProgramLayout.PAGE]);
      int uneven = add(page);
      for (int upper = 0; upper < ProgramLayout.PAGE; upper++) {
        code.setInt(index + upper, upper % 2 == 1 ? ~(upper >> 1 & 1) : uneven);
      }
      code.setInt(ProgramLayout.TABLES + dimension, index);
    }

    /** A group for each dimension alone, and one for all of them together. */
    private void tier(int tier, int[] ruleActions) {
      int first = actions.size();
      for (int action : ruleActions) {
        actions.add(action);
      }
      code.setInt(tier + ProgramLayout.TIER_DEFAULT, actions.size() - 1);
      code.setInt(tier + ProgramLayout.TIER_GROUPS, ALL.length + 1);
      code.setInt(tier + ProgramLayout.TIER_FIRST_GROUP, code.size());
      for (int dimension : ALL) {
        group(new int[] {dimension}, first + dimension % 2);
      }
      group(ALL, first);
    }

    /** Three conditions: rows of both classes have bits, of which only some are in both. */
    private void group(int[] dimensions, int rule) {
      int header = ProgramLayout.GROUP_HEADER_INTS + 2 * dimensions.length;
      int group = add(new int[header]);
      code.setInt(group + ProgramLayout.GROUP_DIMENSIONS, dimensions.length);
      code.setInt(group + ProgramLayout.GROUP_SUMMARY_WORDS, 1);
      code.setInt(group + ProgramLayout.GROUP_RULES, add(new int[] {rule, rule + 1, rule + 2}));
      for (int d = 0; d < dimensions.length; d++) {
        int at = group + ProgramLayout.GROUP_HEADER_INTS + 2 * d;
        code.setInt(at, dimensions[d]);
        int none = dimensions.length == 1 && dimensions[0] % 3 == 0 ? 0 : row(0b100);
        code.setInt(at + 1, add(new int[] {none, row(0b110)}));
      }
      code.setInt(group + ProgramLayout.GROUP_NEXT, code.size());
    }

    private int row(int bits) {
      int words = add(new int[] {bits});
      return add(new int[] {1, words});
    }
  }
}
