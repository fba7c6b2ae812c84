package dev.heddle.packet;

/**
 * The packets of a batch that the fast path did not forward, by their place in the sender's memory.
 */
public final class Exceptions {
  private final long[] frame = new long[Batch.CAPACITY];
  private final int[] lengthBytes = new int[Batch.CAPACITY];
  private int count;

  public void clear() {
    count = 0;
  }

  public void add(long frameAddress, int frameBytes) {
    frame[count] = frameAddress;
    lengthBytes[count++] = frameBytes;
  }

  public int count() {
    return count;
  }

  public long frame(int index) {
    return frame[index];
  }

  public int lengthBytes(int index) {
    return lengthBytes[index];
  }
}
