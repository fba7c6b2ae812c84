package dev.heddle.packet;

import java.util.Arrays;

/**
 * Brings packets of one egress interface and IP version together, where a batch has them in turn:
 * so that each port is asked for buffers once, and each version's loop runs once, and not once a
 * packet. Packets of one kind keep their order. Belongs to one worker.
 */
public final class RunGroups {
  /** Runs of as many packets on average, or a single one, are left: grouping would take longer. */
  private static final int LEAST_RUN_PACKETS = 4;

  private static final int NONE = -1;

  /** By interface and version, those without first: first and last packet in the present batch. */
  private final int[] first;

  private final int[] last;

  /** Which interfaces and versions the batch has packets for. */
  private final int[] seen = new int[Batch.CAPACITY];

  /** By packet: what it is grouped by. */
  private final int[] kind = new int[Batch.CAPACITY];

  /** By packet: the next one of the same kind. */
  private final int[] link = new int[Batch.CAPACITY];

  private final int[] order = new int[Batch.CAPACITY];
  private final int[] ints = new int[Batch.CAPACITY];
  private final long[] longs = new long[Batch.CAPACITY];

  /**
   * @param interfaces how many interfaces there may be
   */
  public RunGroups(int interfaces) {
    first = new int[2 * (interfaces + 2)];
    last = new int[2 * (interfaces + 2)];
    Arrays.fill(first, NONE);
  }

  /** Orders all columns of a batch whose egress interfaces are known, unless it has long runs. */
  public void group(Batch batch) {
    int count = batch.count;
    if (findRuns(batch, count) <= 1 + count / LEAST_RUN_PACKETS) {
      return;
    }
    findOrder(count);
    if (batch.header != batch.frame) {
      permute(batch.header, count);
    }
    permute(batch.frame, count);
    permute(batch.destinationBytes4, count);
    permute(batch.destination6High, count);
    permute(batch.destination6Low, count);
    permute(batch.lengthBytes, count);
    permute(batch.route, count);
    permute(batch.hop, count);
    permute(batch.egress, count);
    if (batch.hasOffloads) {
      permute(batch.offload, count);
    }
    if (batch.sourcesChecked) {
      permute(batch.sourceHigh, count);
      permute(batch.sourceLow, count);
    }
  }

  private int findRuns(Batch batch, int count) {
    int[] egress = batch.egress;
    long[] destinations6 = batch.destination6High;
    int runs = 0;
    int before = NONE;
    for (int i = 0; i < count; i++) {
      int at = 2 * (egress[i] - Batch.DROPPED) + (destinations6[i] == 0 ? 0 : 1);
      kind[i] = at;
      runs += at != before ? 1 : 0;
      before = at;
    }
    return runs;
  }

  private void findOrder(int count) {
    int kinds = 0;
    for (int i = 0; i < count; i++) {
      int at = kind[i];
      if (first[at] == NONE) {
        first[at] = i;
        seen[kinds++] = at;
      } else {
        link[last[at]] = i;
      }
      last[at] = i;
      link[i] = NONE;
    }
    int next = 0;
    for (int k = 0; k < kinds; k++) {
      for (int i = first[seen[k]]; i != NONE; i = link[i]) {
        order[next++] = i;
      }
      first[seen[k]] = NONE;
    }
  }

  private void permute(int[] column, int count) {
    for (int k = 0; k < count; k++) {
      ints[k] = column[order[k]];
    }
    System.arraycopy(ints, 0, column, 0, count);
  }

  private void permute(long[] column, int count) {
    for (int k = 0; k < count; k++) {
      longs[k] = column[order[k]];
    }
    System.arraycopy(longs, 0, column, 0, count);
  }
}
