package dev.heddle.model;

/**
 * The Ethernet address of the gateway: the same in every network and on every node, so that a pod
 * keeps its neighbour entry wherever it moves. 02:48:45:44:44:4c, locally administered.
 */
public final class RouterMac {
  /** In the low 48 bits, the first byte on the wire lowest. */
  public static final long ADDRESS = 0x4c44_4445_4802L;

  private RouterMac() {}
}
