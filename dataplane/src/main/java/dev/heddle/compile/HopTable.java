package dev.heddle.compile;

import dev.heddle.model.NextHopSet;
import dev.heddle.table.NextHops;
import java.util.Arrays;
import java.util.List;

/**
 * The arrays of next hops and equal-cost groups, and who has which index.
 *
 * <p>Workers may be reading the arrays. What no published route refers to yet is written in place;
 * a change to anything else goes to a copy, made once an update.
 */
final class HopTable {
  /** The hop of the router's own addresses, in all networks. */
  static final int ROUTER = 2;

  private static final int FIRST_FREE = 3;
  private static final int MIN_GROUP_SLOTS = 1024;

  private final IndexPool indexes = new IndexPool(FIRST_FREE);
  private final Pages<Hop[]> hops = new Pages<>(() -> new Hop[Pages.SIZE], Hop[]::clone);
  private long[] words = Arrays.copyOf(NextHops.dropOnly(), 64 * NextHops.LONGS_PER_HOP);
  private int[] groups = new int[0];
  private int groupsEnd;
  private int groupsLive;
  private long update;
  private boolean wordsCopied;

  HopTable() {
    for (int fixed = 0; fixed < FIRST_FREE; fixed++) {
      set(fixed, new Hop(fixed, null, List.of(), 0));
    }
    words[ROUTER * NextHops.LONGS_PER_HOP + 2] = NextHops.meta(NextHops.KIND_ROUTER);
  }

  /** From here on, what was published before is left as it is. */
  void beginUpdate() {
    update++;
    wordsCopied = false;
  }

  Hop get(int index) {
    return hops.page(index)[index % Pages.SIZE];
  }

  private void set(int index, Hop hop) {
    hops.change(index)[index % Pages.SIZE] = hop;
  }

  /** All hops by index, as they are now. */
  Pages.Version<Hop[]> share() {
    return hops.share();
  }

  Hop add(NextHopSet set, List<Hop> members) {
    int index = indexes.take();
    Hop hop = new Hop(index, set, members, update);
    set(index, hop);
    return hop;
  }

  /** Takes back a hop of this update. */
  void undoAdd(Hop hop) {
    dropGroup(hop);
    set(hop.index, null);
    indexes.undoTake(hop.index);
  }

  /** Removes a hop; workers may use it until the next {@link #settle}. */
  void remove(Hop hop) {
    dropGroup(hop);
    set(hop.index, null);
    indexes.giveBack(hop.index);
  }

  /** Every worker runs what was published last. */
  void settle() {
    indexes.settle();
  }

  /** Lets a hop lead to nothing or to one place; see {@link NextHops} for the words. */
  void point(Hop hop, long word0, long word1, long meta, long argument) {
    dropGroup(hop);
    write(hop, word0, word1, meta, argument);
  }

  /** Lets a hop spread flows over a group. */
  void spread(Hop hop, int[] group) {
    if (!Arrays.equals(group, hop.group)) {
      dropGroup(hop);
      hop.group = group;
      groupsLive += group.length;
      place(hop);
    }
    write(hop, 0, 0, NextHops.meta(NextHops.KIND_ECMP), hop.groupOffset);
  }

  private void dropGroup(Hop hop) {
    if (hop.group != null) {
      groupsLive -= hop.group.length;
      hop.group = null;
    }
  }

  private void place(Hop hop) {
    int end = groupsEnd + hop.group.length;
    if (end > groups.length) {
      groups = Arrays.copyOf(groups, Math.max(MIN_GROUP_SLOTS, 2 * end));
    }
    System.arraycopy(hop.group, 0, groups, groupsEnd, hop.group.length);
    hop.groupOffset = groupsEnd;
    groupsEnd = end;
  }

  private void write(Hop hop, long word0, long word1, long meta, long word3) {
    int at = hop.index * NextHops.LONGS_PER_HOP;
    if (at >= words.length) {
      words = Arrays.copyOf(words, 2 * Math.max(at, words.length));
      wordsCopied = true;
    }
    if (words[at] == word0
        && words[at + 1] == word1
        && words[at + 2] == meta
        && words[at + 3] == word3) {
      return;
    }
    if (!wordsCopied && hop.bornInUpdate != update) {
      words = words.clone();
      wordsCopied = true;
    }
    words[at] = word0;
    words[at + 1] = word1;
    words[at + 2] = meta;
    words[at + 3] = word3;
  }

  /** The next hops for the next revision, after all changes of the update. */
  long[] words() {
    if (groupsEnd > MIN_GROUP_SLOTS && groupsEnd > 2 * groupsLive) {
      compactGroups();
    }
    return words;
  }

  /** The groups for the next revision; ask for {@link #words} first. */
  int[] groups() {
    return groups;
  }

  private void compactGroups() {
    groups = new int[Math.max(MIN_GROUP_SLOTS, 2 * groupsLive)];
    groupsEnd = 0;
    for (int index = 0; index < indexes.end(); index++) {
      Hop hop = get(index);
      if (hop != null && hop.group != null) {
        place(hop);
        write(hop, 0, 0, NextHops.meta(NextHops.KIND_ECMP), hop.groupOffset);
      }
    }
  }
}
