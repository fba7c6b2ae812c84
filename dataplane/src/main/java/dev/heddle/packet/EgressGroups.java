package dev.heddle.packet;

import java.util.Arrays;

/**
 * Brings packets of one egress interface together, where a batch goes to many in turn: so that each
 * port is asked for buffers once and not once a packet. Packets of one interface keep their order.
 * Belongs to one worker.
 */
public final class EgressGroups {
  /** Runs of as many packets on average are left as they are: grouping would take longer. */
  private static final int LEAST_RUN_PACKETS = 4;

  private static final int NONE = -1;

  /** By interface, the one without egress first: first and last packet in the present batch. */
  private final int[] first;

  private final int[] last;

  /** Which interfaces the batch has packets for. */
  private final int[] seen = new int[Batch.CAPACITY];

  /** By packet: the next one of the same interface. */
  private final int[] link = new int[Batch.CAPACITY];

  private final int[] order = new int[Batch.CAPACITY];
  private final int[] ints = new int[Batch.CAPACITY];
  private final long[] longs = new long[Batch.CAPACITY];

  /**
   * @param interfaces how many interfaces there may be
   */
  public EgressGroups(int interfaces) {
    first = new int[interfaces + 1];
    last = new int[interfaces + 1];
    Arrays.fill(first, NONE);
  }

  /** Orders all columns of a batch whose egress interfaces are known, unless it has long runs. */
  public void group(Batch batch) {
    int count = batch.count;
    if (runs(batch.egress, count) * LEAST_RUN_PACKETS <= count) {
      return;
    }
    findOrder(batch.egress, count);
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
  }

  private static int runs(int[] egress, int count) {
    int runs = 1;
    for (int i = 1; i < count; i++) {
      runs += egress[i] != egress[i - 1] ? 1 : 0;
    }
    return runs;
  }

  private void findOrder(int[] egress, int count) {
    int interfaces = 0;
    for (int i = 0; i < count; i++) {
      int at = egress[i] - Batch.NO_EGRESS;
      if (first[at] == NONE) {
        first[at] = i;
        seen[interfaces++] = at;
      } else {
        link[last[at]] = i;
      }
      last[at] = i;
      link[i] = NONE;
    }
    int next = 0;
    for (int k = 0; k < interfaces; k++) {
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
