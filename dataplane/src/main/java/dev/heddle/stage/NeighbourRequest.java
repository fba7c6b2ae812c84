package dev.heddle.stage;

import dev.heddle.table.Uplink;
import dev.heddle.wire.Arp;
import dev.heddle.wire.Ethernet;
import dev.heddle.wire.Icmpv6;
import dev.heddle.wire.IpProtocol;
import dev.heddle.wire.Ipv6;
import dev.heddle.wire.NeighbourDiscovery;

/** What an uplink asks to find a neighbour's MAC address, or whether it is still right. */
public final class NeighbourRequest {
  /** Bytes that {@link #write4} and {@link #write6} need at most. */
  public static final int MAX_BYTES =
      Ethernet.HEADER_BYTES + Ipv6.HEADER_BYTES + NeighbourDiscovery.SOLICITATION_BYTES;

  private NeighbourRequest() {}

  /**
   * Writes an ARP request (RFC 826).
   *
   * @param target address in host byte order
   * @param mac whom to ask, first byte on the wire lowest; 0 for everybody on the link
   * @return the frame's bytes
   */
  public static int write4(long frame, Uplink from, int target, long mac) {
    long to = mac == 0 ? Ethernet.BROADCAST : mac;
    Ethernet.write(frame, to, from.mac(), Ethernet.TYPE_ARP);
    Arp.writeRequest(frame + Ethernet.HEADER_BYTES, from.mac(), from.address4(), target);
    return Ethernet.HEADER_BYTES + Arp.PACKET_BYTES;
  }

  /**
   * Writes a neighbour solicitation (RFC 4861 7.2.2), with what {@link #write4} says of parameters.
   */
  public static int write6(long frame, Uplink from, long high, long low, long mac) {
    long ip = frame + Ethernet.HEADER_BYTES;
    long message = ip + Ipv6.HEADER_BYTES;
    int bytes = NeighbourDiscovery.SOLICITATION_BYTES;
    boolean toGroup = mac == 0;
    Ethernet.write(
        frame,
        toGroup ? NeighbourDiscovery.solicitedNodeMac(low) : mac,
        from.mac(),
        Ethernet.TYPE_IPV6);
    Ipv6.write(ip, 0, bytes, IpProtocol.ICMPV6, NeighbourDiscovery.HOP_LIMIT);
    Ipv6.putSource(ip, from.address6High(), from.address6Low());
    Ipv6.putDestination(
        ip,
        toGroup ? NeighbourDiscovery.SOLICITED_NODE_HIGH : high,
        toGroup ? NeighbourDiscovery.solicitedNodeLow(low) : low);
    NeighbourDiscovery.writeSolicitation(message, high, low, from.mac());
    Icmpv6.putChecksum(ip, message, bytes);
    return Ethernet.HEADER_BYTES + Ipv6.HEADER_BYTES + bytes;
  }
}
