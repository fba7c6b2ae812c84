package dev.heddle.control;

import dev.heddle.model.IpAddress;
import dev.heddle.model.Network;
import dev.heddle.model.Node;
import dev.heddle.model.Uplink;
import dev.heddle.wire.IpProtocol;
import dev.heddle.wire.Vxlan;
import java.nio.ByteBuffer;

/**
 * The tunnel that a {@link TrialPacket} of another node comes through.
 *
 * @param uplink that it comes in on
 * @param remote where it begins: an address of the node
 */
record TrialTunnel(Uplink uplink, IpAddress remote) {
  private static final int UDP_AND_VXLAN_BYTES = 16;
  private static final int SOURCE_PORT = 49_152;
  private static final int HAS_VNI = 0x0800_0000;

  /** The one that carries a network's packets from a node; null and noted where there is none. */
  static TrialTunnel find(Node node, Network network, DesiredState state, Field at) {
    Uplink uplink = state.uplinks().get(network.physicalNetwork());
    if (uplink == null || uplink.leadsOutside()) {
      at.failedPrecondition(
          "network", network.name(), "no uplink carries it to other nodes; add one first");
      return null;
    }
    IpAddress remote = node.tunnelEnd(uplink);
    if (remote == null) {
      at.failedPrecondition(
          "from_node",
          node.name(),
          "no tunnel leads there through " + uplink.interfaceName() + "; see heddle show tunnel");
      return null;
    }
    return new TrialTunnel(uplink, remote);
  }

  /** The largest IP packet that comes through. */
  int mtuBytes() {
    return uplink.pathMtuBytes(remote.ipv6());
  }

  /**
   * The frame that comes in on the uplink.
   *
   * @param inner with its Ethernet header
   * @param mac the uplink's, in the low 48 bits, the first byte on the wire lowest
   * @param vni of the network
   */
  byte[] wrap(byte[] inner, long mac, int vni) {
    int overheadBytes = remote.ipv6() ? Uplink.OVERHEAD6_BYTES : Uplink.OVERHEAD4_BYTES;
    ByteBuffer frame = ByteBuffer.allocate(overheadBytes + inner.length);
    int udpBytes = UDP_AND_VXLAN_BYTES + inner.length;
    IpAddress own = uplink.address(remote.ipv6()).address();
    TrialPacket.putHeaders(
        frame,
        mac,
        uplink.derivedMac(),
        IpProtocol.UDP,
        frame.capacity() - TrialPacket.ETHERNET_BYTES,
        remote,
        own);
    frame.putShort((short) SOURCE_PORT).putShort((short) Vxlan.PORT);
    frame.putShort((short) udpBytes).putShort((short) 0);
    return frame.putInt(HAS_VNI).putInt(vni << 8).put(inner).array();
  }
}
