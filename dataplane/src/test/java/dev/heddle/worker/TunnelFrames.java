package dev.heddle.worker;

import dev.heddle.wire.IpProtocol;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/** Frames of pods, and tunnel packets, as bytes; written without the code under test. */
final class TunnelFrames {
  static final int ETHERNET_BYTES = 14;
  private static final int IP4_BYTES = 20;
  private static final int IP6_BYTES = 40;
  private static final int UDP_AND_VXLAN_BYTES = 16;

  private TunnelFrames() {}

  /** A UDP packet to the router's MAC address, not to be fragmented. */
  static byte[] udp4(int from, int to, int timeToLive, int packetBytes, SplittableRandom random) {
    ByteBuffer frame = ByteBuffer.wrap(new byte[ETHERNET_BYTES + packetBytes]);
    ethernet(frame, TunnelNode.ROUTER_MAC, 0x0202, 0x0800);
    ip4(frame, packetBytes, timeToLive, IpProtocol.UDP, from, to);
    payload(frame, random);
    return frame.array();
  }

  static byte[] udp6(
      long fromHigh,
      long fromLow,
      long toHigh,
      long toLow,
      int packetBytes,
      SplittableRandom random) {
    ByteBuffer frame = ByteBuffer.wrap(new byte[ETHERNET_BYTES + packetBytes]);
    ethernet(frame, TunnelNode.ROUTER_MAC, 0x0202, 0x86dd);
    ip6(frame, packetBytes - IP6_BYTES, IpProtocol.UDP, fromHigh, fromLow, toHigh, toLow);
    payload(frame, random);
    return frame.array();
  }

  private static void payload(ByteBuffer frame, SplittableRandom random) {
    while (frame.hasRemaining()) {
      frame.put((byte) random.nextInt());
    }
  }

  /** A tunnel packet over IPv4 from node 2 to node 1. */
  static byte[] wrap4(byte[] inner, int vni) {
    int packetBytes = IP4_BYTES + UDP_AND_VXLAN_BYTES + inner.length;
    ByteBuffer frame = ByteBuffer.wrap(new byte[ETHERNET_BYTES + packetBytes]);
    ethernet(frame, TunnelNode.uplinkMac(1), TunnelNode.uplinkMac(2), 0x0800);
    int from = TunnelNode.underlay4(2);
    ip4(frame, packetBytes, 64, IpProtocol.UDP, from, TunnelNode.underlay4(1));
    return vxlan(frame, inner, vni);
  }

  /** The same over IPv6. */
  static byte[] wrap6(byte[] inner, int vni) {
    int udpBytes = UDP_AND_VXLAN_BYTES + inner.length;
    ByteBuffer frame = ByteBuffer.wrap(new byte[ETHERNET_BYTES + IP6_BYTES + udpBytes]);
    ethernet(frame, TunnelNode.uplinkMac(1), TunnelNode.uplinkMac(2), 0x86dd);
    long high = TunnelNode.UNDERLAY6_HIGH;
    ip6(frame, udpBytes, IpProtocol.UDP, high, 2, high, 1);
    return vxlan(frame, inner, vni);
  }

  private static byte[] vxlan(ByteBuffer frame, byte[] inner, int vni) {
    frame.putShort((short) 50_000).putShort((short) 4789);
    frame.putShort((short) (UDP_AND_VXLAN_BYTES + inner.length)).putShort((short) 0);
    frame.putInt(0x0800_0000).putInt(vni << 8).put(inner);
    return frame.array();
  }

  static void ethernet(ByteBuffer frame, long toMac, long fromMac, int type) {
    frame.putInt((int) (Long.reverseBytes(toMac) >>> 32));
    frame.putShort((short) (Long.reverseBytes(toMac) >>> 16));
    frame.putInt((int) (Long.reverseBytes(fromMac) >>> 32));
    frame.putShort((short) (Long.reverseBytes(fromMac) >>> 16));
    frame.putShort((short) type);
  }

  private static void ip4(
      ByteBuffer frame, int packetBytes, int timeToLive, int protocol, int from, int to) {
    int start = frame.position();
    frame.put((byte) 0x45).put((byte) 0).putShort((short) packetBytes);
    frame.putInt(0x1234_4000).put((byte) timeToLive).put((byte) protocol).putShort((short) 0);
    frame.putInt(from).putInt(to);
    frame.putShort(start + 10, checksum(frame.array(), start, IP4_BYTES));
  }

  private static void ip6(
      ByteBuffer frame,
      int payloadBytes,
      int protocol,
      long fromHigh,
      long fromLow,
      long toHigh,
      long toLow) {
    frame.putInt(0x6000_0000).putShort((short) payloadBytes);
    frame.put((byte) protocol).put((byte) 64);
    frame.putLong(fromHigh).putLong(fromLow).putLong(toHigh).putLong(toLow);
  }

  /** Makes the IPv4 checksum of a frame right after a change. */
  static byte[] repaired(byte[] frame) {
    return repaired(frame, ETHERNET_BYTES);
  }

  /** The same of a header anywhere. */
  static byte[] repaired(byte[] frame, int start) {
    ByteBuffer buffer = ByteBuffer.wrap(frame);
    buffer.putShort(start + 10, (short) 0);
    buffer.putShort(start + 10, checksum(frame, start, (frame[start] & 0xf) * 4));
    return frame;
  }

  static short checksum(byte[] bytes, int start, int length) {
    int sum = 0;
    for (int i = 0; i < length; i += 2) {
      int low = i + 1 < length ? bytes[start + i + 1] & 0xff : 0;
      sum += (bytes[start + i] & 0xff) << 8 | low;
    }
    sum = (sum & 0xffff) + (sum >>> 16);
    return (short) ~((sum & 0xffff) + (sum >>> 16));
  }
}
