package dev.heddle.port;

import java.util.Arrays;

/** The transmit ports that a worker has written to in its current batch. */
public final class OpenPorts {
  private final TxPort[] ports;
  private int count;

  /**
   * @param interfaces how many interfaces there may be
   */
  public OpenPorts(int interfaces) {
    ports = new TxPort[interfaces];
  }

  /** Called by a port when it opens. */
  public void add(TxPort port) {
    ports[count++] = port;
  }

  /** Forgets all of them, since they were closed otherwise. */
  public void clear() {
    Arrays.fill(ports, null);
    count = 0;
  }

  /** Flushes and closes all of them. */
  public void flushAll() {
    for (int i = 0; i < count; i++) {
      ports[i].flush();
      ports[i] = null;
    }
    count = 0;
  }
}
