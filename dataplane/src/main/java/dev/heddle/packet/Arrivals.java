package dev.heddle.packet;

import java.util.Arrays;

/**
 * The packets of one poll of an uplink. Those that came out of tunnels: by outer packet, in
 * parallel columns, and then as batches of one network each. Belongs to one worker.
 */
public final class Arrivals {
  /** No network, as all packets have been taken; or no node that all of them came from. */
  public static final int NONE = -1;

  /** In {@link #vrf}: the packet is not plain or not allowed, and goes the slow way. */
  public static final int REFUSED = -1;

  /** Address of the inner Ethernet frame. */
  public final long[] frame = new long[Batch.CAPACITY];

  /** Its bytes. */
  public final int[] lengthBytes = new int[Batch.CAPACITY];

  /** Bytes of the headers before it. */
  public final int[] outerBytes = new int[Batch.CAPACITY];

  /** VXLAN network identifier. */
  public final int[] vni = new int[Batch.CAPACITY];

  /** First 64 bits of the outer source address, host byte order; of IPv6 only. */
  public final long[] peerHigh = new long[Batch.CAPACITY];

  /** Last 64 bits of it, or the IPv4 address. */
  public final long[] peerLow = new long[Batch.CAPACITY];

  /** Index of the network, or {@link #REFUSED}. */
  public final int[] vrf = new int[Batch.CAPACITY];

  /** Index of the node that the packet came from. */
  public final int[] node = new int[Batch.CAPACITY];

  /** The packets of the network that was taken last; addressed as they were before the tunnel. */
  public final Batch inner = new Batch();

  /** Index of the node that each of them came from. */
  public final int[] innerNode = new int[Batch.CAPACITY];

  private int next;
  private int count;

  /** The network of all packets, where they have one and came from one node. */
  private int onlyNetwork;

  private int onlyNode;

  public Arrivals() {
    inner.sourcesChecked = true;
  }

  /**
   * Moves all packets of a poll that came from the outside of a network into {@link #inner}.
   *
   * @param peer stands for the outside among the nodes
   */
  public void takeOutside(Batch batch, int peer) {
    int packets = batch.count;
    System.arraycopy(batch.frame, 0, inner.frame, 0, packets);
    System.arraycopy(batch.lengthBytes, 0, inner.lengthBytes, 0, packets);
    Arrays.fill(innerNode, 0, packets, peer);
    inner.count = packets;
    inner.outerBytes = 0;
    onlyNode = peer;
  }

  /** Starts a new poll of so many outer packets. */
  public void begin(int packets) {
    next = 0;
    count = packets;
    onlyNetwork = REFUSED;
  }

  /** Says that all packets came from one node, in one network; spares saying so of each. */
  public void allAlike(int network, int nodeIndex, int outer) {
    onlyNetwork = network;
    node[0] = nodeIndex;
    outerBytes[0] = outer;
  }

  /** Index of the node that all packets taken last came from; {@link #NONE} if of several. */
  public int onlyNode() {
    return onlyNode;
  }

  /**
   * Moves all packets of the next network, and of one outer IP version, into {@link #inner}.
   *
   * @return index of that network; {@link #NONE} if no packets are left
   */
  public int takeNetwork() {
    if (onlyNetwork != REFUSED) {
      return takeAll();
    }
    while (next < count && vrf[next] == REFUSED) {
      next++;
    }
    if (next == count) {
      return NONE;
    }
    int taken = vrf[next];
    int outer = outerBytes[next];
    int packets = 0;
    for (int i = next; i < count; i++) {
      if (vrf[i] == taken && outerBytes[i] == outer) {
        inner.frame[packets] = frame[i];
        inner.lengthBytes[packets] = lengthBytes[i];
        innerNode[packets++] = node[i];
        vrf[i] = REFUSED;
      }
    }
    inner.count = packets;
    inner.outerBytes = outer;
    onlyNode = NONE;
    return taken;
  }

  private int takeAll() {
    int taken = onlyNetwork;
    System.arraycopy(frame, 0, inner.frame, 0, count);
    System.arraycopy(lengthBytes, 0, inner.lengthBytes, 0, count);
    Arrays.fill(innerNode, 0, count, node[0]);
    inner.count = count;
    inner.outerBytes = outerBytes[0];
    onlyNode = node[0];
    onlyNetwork = REFUSED;
    next = count;
    return taken;
  }
}
