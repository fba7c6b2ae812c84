package dev.heddle.demo;

import com.google.protobuf.ByteString;
import dev.heddle.api.Addresses;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * A VXLAN packet as a capture of the underlay shows it (RFC 7348). On purpose it shares nothing
 * with the daemon's own header code.
 *
 * @param source outer source address as text
 * @param destination outer destination address
 * @param ttl outer time to live or hop limit
 * @param dontFragment the flag of the outer IPv4 header; always so in IPv6
 * @param udpChecksum the field in the UDP header; 0 says that there is none
 * @param checksumsRight whether the outer IPv4 checksum, and the UDP checksum if there is one, hold
 * @param flags first byte of the VXLAN header
 * @param inner the frame inside
 */
record TunnelPacket(
    String source,
    String destination,
    int ttl,
    boolean dontFragment,
    int sourcePort,
    int udpChecksum,
    boolean checksumsRight,
    int flags,
    int vni,
    byte[] inner) {
  private static final int VXLAN_PORT = 4789;
  private static final int VXLAN_BYTES = 8;
  private static final int UDP_BYTES = 8;
  private static final int UDP_PROTOCOL = 17;
  private static final int IPV4_BYTES = 20;
  private static final int IPV6_BYTES = 40;
  private static final int ETHERTYPE_IPV4 = 0x0800;
  private static final int ETHERTYPE_IPV6 = 0x86dd;

  /** Reads a frame; empty if it is no VXLAN packet, as one without IP options or extensions. */
  static Optional<TunnelPacket> of(byte[] frame) {
    ByteBuffer bytes = ByteBuffer.wrap(frame);
    int type = frame.length < Frames.ETHERNET_BYTES ? 0 : bytes.getShort(12) & 0xffff;
    int ip = Frames.ETHERNET_BYTES;
    int udp = ip + (type == ETHERTYPE_IPV4 ? IPV4_BYTES : IPV6_BYTES);
    boolean ipv4 = type == ETHERTYPE_IPV4;
    if (!ipv4 && type != ETHERTYPE_IPV6 || frame.length < udp + UDP_BYTES + VXLAN_BYTES) {
      return Optional.empty();
    }
    int protocol = bytes.get(ip + (ipv4 ? 9 : 6));
    if (protocol != UDP_PROTOCOL || (bytes.getShort(udp + 2) & 0xffff) != VXLAN_PORT) {
      return Optional.empty();
    }
    int addresses = ip + (ipv4 ? 12 : 8);
    int addressBytes = ipv4 ? Integer.BYTES : 16;
    int udpBytes = bytes.getShort(udp + 4) & 0xffff;
    if (udp + udpBytes > frame.length) {
      return Optional.empty();
    }
    int checksum = bytes.getShort(udp + 6) & 0xffff;
    int pseudo = Frames.sum(frame, addresses, 2 * addressBytes, UDP_PROTOCOL + udpBytes);
    boolean right = checksum == 0 || Frames.sum(frame, udp, udpBytes, pseudo) == 0xffff;
    if (ipv4) {
      right &= Frames.sum(frame, ip, IPV4_BYTES, 0) == 0xffff;
    }
    int vxlan = udp + UDP_BYTES;
    return Optional.of(
        new TunnelPacket(
            address(frame, addresses, addressBytes),
            address(frame, addresses + addressBytes, addressBytes),
            bytes.get(ip + (ipv4 ? 8 : 7)) & 0xff,
            !ipv4 || (bytes.getShort(ip + 6) & 0xffff) == 0x4000,
            bytes.getShort(udp) & 0xffff,
            checksum,
            right,
            bytes.get(vxlan) & 0xff,
            bytes.getInt(vxlan + 4) >>> 8,
            Arrays.copyOfRange(frame, vxlan + VXLAN_BYTES, udp + udpBytes)));
  }

  private static String address(byte[] frame, int offset, int length) {
    return Addresses.format(ByteString.copyFrom(frame, offset, length));
  }
}
