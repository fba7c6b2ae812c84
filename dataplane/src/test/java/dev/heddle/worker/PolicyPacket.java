package dev.heddle.worker;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Packets between the pods of {@link PolicedPods}; written without the code under test. */
record PolicyPacket(boolean six, int from, int to) {
  static final int ETHERNET_BYTES = 14;
  static final int RANGE4 = 0xac13_0000;
  static final long HIGH6 = 0xfd00_0000_0000_0013L;
  static final int TCP = 6;
  static final int UDP = 17;
  static final int ICMP = 1;
  static final int ICMPV6 = 58;
  static final int SYN = 2;
  static final int ACK = 16;
  static final int RST = 4;
  static final int FIN = 1;

  static int address4(int pod) {
    return RANGE4 + 10 + pod;
  }

  static long low6(int pod) {
    return 10 + pod;
  }

  PolicyPacket back() {
    return new PolicyPacket(six, to, from);
  }

  byte[] tcp(int source, int destination, int flags) {
    return tcp(source, destination, flags, 0);
  }

  byte[] tcp(int source, int destination, int flags, int payloadBytes) {
    ByteBuffer tcp = ByteBuffer.allocate(20 + payloadBytes);
    tcp.putShort((short) source).putShort((short) destination).putInt(1).putInt(2);
    tcp.put((byte) 0x50).put((byte) flags).putShort((short) 1000).putInt(0);
    return packet(TCP, tcp.array());
  }

  byte[] udp(int source, int destination, int payloadBytes) {
    ByteBuffer udp = ByteBuffer.allocate(8 + payloadBytes);
    udp.putShort((short) source).putShort((short) destination);
    udp.putShort((short) udp.capacity()).putShort((short) 0);
    for (int i = 0; i < payloadBytes; i++) {
      udp.put((byte) i);
    }
    return packet(UDP, udp.array());
  }

  byte[] echo(boolean request, int identifier) {
    int type = six ? request ? 128 : 129 : request ? 8 : 0;
    return icmp(type, 0, identifier << 16, new byte[32]);
  }

  /** An error about a packet, of which it shows the beginning. */
  byte[] error(byte[] about, int shownBytes) {
    byte[] shown = Arrays.copyOfRange(about, ETHERNET_BYTES, ETHERNET_BYTES + shownBytes);
    return icmp(six ? 1 : 3, six ? 4 : 3, 0, shown);
  }

  byte[] icmp(int type, int code, int rest, byte[] body) {
    ByteBuffer icmp = ByteBuffer.allocate(8 + body.length);
    icmp.put((byte) type).put((byte) code).putShort((short) 0).putInt(rest).put(body);
    return packet(six ? ICMPV6 : ICMP, icmp.array());
  }

  byte[] packet(int protocol, byte[] upper) {
    return six ? packet6(protocol, upper) : packet4(protocol, 0, 0x4000, new byte[0], upper);
  }

  /** Options are some of "no operation". */
  byte[] withOptions(int protocol, byte[] upper) {
    byte[] options = new byte[8];
    Arrays.fill(options, (byte) 1);
    return packet4(protocol, 0, 0, options, upper);
  }

  /** A destination options header before the upper layer. */
  byte[] withExtension(int protocol, byte[] upper) {
    ByteBuffer extended = ByteBuffer.allocate(8 + upper.length);
    extended.put((byte) protocol).put((byte) 0).put(new byte[] {1, 4, 0, 0, 0, 0}).put(upper);
    return packet6(60, extended.array());
  }

  /** The upper layer of a packet made here. */
  byte[] upper(byte[] frame) {
    return Arrays.copyOfRange(frame, ETHERNET_BYTES + (six ? 40 : 20), frame.length);
  }

  /** A fragment with some bytes of the upper layer. */
  byte[] fragment(int protocol, byte[] upper, int identification, int first, int end) {
    boolean more = end < upper.length;
    byte[] part = Arrays.copyOfRange(upper, first, end);
    if (!six) {
      int flags = (more ? 0x2000 : 0) | first / 8;
      return packet4(protocol, identification, flags, new byte[0], part);
    }
    ByteBuffer fragment = ByteBuffer.allocate(8 + part.length);
    fragment.put((byte) protocol).put((byte) 0).putShort((short) (first | (more ? 1 : 0)));
    fragment.putInt(identification).put(part);
    return packet6(44, fragment.array());
  }

  private byte[] packet4(int protocol, int id, int flags, byte[] options, byte[] upper) {
    int headerBytes = 20 + options.length;
    ByteBuffer frame = frame(headerBytes + upper.length, 0x0800);
    frame.put((byte) (0x40 | headerBytes / 4)).put((byte) 0);
    frame.putShort((short) (headerBytes + upper.length));
    frame.putShort((short) id).putShort((short) flags);
    frame.put((byte) 64).put((byte) protocol).putShort((short) 0);
    frame.putInt(address4(from)).putInt(address4(to)).put(options).put(upper);
    return TunnelFrames.repaired(frame.array());
  }

  private byte[] packet6(int protocol, byte[] upper) {
    ByteBuffer frame = frame(40 + upper.length, 0x86dd);
    frame.putInt(0x6000_0000).putShort((short) upper.length);
    frame.put((byte) protocol).put((byte) 64);
    frame.putLong(HIGH6).putLong(low6(from)).putLong(HIGH6).putLong(low6(to)).put(upper);
    return frame.array();
  }

  private ByteBuffer frame(int packetBytes, int type) {
    ByteBuffer frame = ByteBuffer.allocate(ETHERNET_BYTES + packetBytes);
    TunnelFrames.ethernet(frame, TunnelNode.ROUTER_MAC, PolicedPods.mac(from), type);
    return frame;
  }
}
