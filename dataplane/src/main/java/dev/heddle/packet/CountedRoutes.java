package dev.heddle.packet;

/** Which counted routes the packets of a batch took, and how many bytes each. */
public final class CountedRoutes {
  private final int[] route = new int[Batch.CAPACITY];
  private final int[] bytes = new int[Batch.CAPACITY];
  private int count;

  public void clear() {
    count = 0;
  }

  public void add(int routeId, int packetBytes) {
    route[count] = routeId;
    bytes[count++] = packetBytes;
  }

  public int count() {
    return count;
  }

  public int route(int index) {
    return route[index];
  }

  public int bytes(int index) {
    return bytes[index];
  }
}
