package dev.heddle.packet;

/**
 * The packets of a batch that the fast path did not forward, by their place in the sender's memory.
 */
public final class Exceptions {
  private final long[] frame = new long[Batch.CAPACITY];
  private final int[] lengthBytes = new int[Batch.CAPACITY];
  private final long[] offload = new long[Batch.CAPACITY];
  private int count;

  public void clear() {
    count = 0;
  }

  /** Adds a packet of a batch, with the outer headers if it came out of a tunnel. */
  public void add(Batch batch, int i) {
    frame[count] = batch.frame[i] - batch.outerBytes;
    offload[count] = batch.hasOffloads ? batch.offload[i] : Offload.NONE;
    lengthBytes[count++] = batch.lengthBytes[i] + batch.outerBytes;
    batch.egress[i] = Batch.NO_EGRESS;
  }

  public int count() {
    return count;
  }

  public long frame(int index) {
    return frame[index];
  }

  /** What is left to do, as {@link Offload} describes it. */
  public long offload(int index) {
    return offload[index];
  }

  /** Adds all packets of a batch. */
  public void addAll(Batch batch) {
    for (int i = 0; i < batch.count; i++) {
      add(batch, i);
    }
  }

  public int lengthBytes(int index) {
    return lengthBytes[index];
  }
}
