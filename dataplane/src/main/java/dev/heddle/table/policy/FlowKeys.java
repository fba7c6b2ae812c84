package dev.heddle.table.policy;

/**
 * What policy sees of packets: parallel columns, preallocated, one position for each packet that is
 * asked about. One thread.
 *
 * <p>Addresses are in host byte order; an IPv4 address is in the low 32 bits of the low half and
 * the high half is 0.
 */
public final class FlowKeys {
  public final long[] sourceHigh;
  public final long[] sourceLow;
  public final long[] destinationHigh;
  public final long[] destinationLow;

  /** IP protocol number, 0 to 255; of IPv6 the one after the extension headers. */
  public final int[] protocol;

  /** Source port, host byte order; of ICMP and ICMPv6 the type; else 0. */
  public final int[] sourcePort;

  /** Destination port, host byte order; of ICMP and ICMPv6 the code; else 0. */
  public final int[] destinationPort;

  public final boolean[] ipv6;

  /** Which packet of its batch this is. */
  public final int[] packet;

  /** Positions in use. */
  public int count;

  /**
   * @param capacity most packets at a time
   */
  public FlowKeys(int capacity) {
    sourceHigh = new long[capacity];
    sourceLow = new long[capacity];
    destinationHigh = new long[capacity];
    destinationLow = new long[capacity];
    protocol = new int[capacity];
    sourcePort = new int[capacity];
    destinationPort = new int[capacity];
    ipv6 = new boolean[capacity];
    packet = new int[capacity];
  }
}
