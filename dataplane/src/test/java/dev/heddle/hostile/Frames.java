package dev.heddle.hostile;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Ethernet frames with an IPv4 packet and UDP (RFC 791, RFC 768), each unlike every other, and what
 * a router must make of them.
 */
final class Frames {
  static final int ETHERNET_BYTES = 14;
  static final int MIN_BYTES = 60;
  private static final int IP_BYTES = 20;
  private static final int UDP_BYTES = 8;
  private static final int TTL = 64;
  private static final int TTL_OFFSET = ETHERNET_BYTES + 8;
  private static final int CHECKSUM_OFFSET = ETHERNET_BYTES + 10;

  private Frames() {}

  /**
   * A frame that a pod sends.
   *
   * @param number stands in the payload and makes all of it differ
   */
  static byte[] udp(byte[] routerMac, Address from, Address to, int number, int bytes) {
    ByteBuffer frame = ByteBuffer.allocate(bytes);
    frame.put(routerMac).put(from.mac()).putShort((short) 0x0800);
    frame.put((byte) 0x45).put((byte) 0).putShort((short) (bytes - ETHERNET_BYTES));
    frame.putShort((short) number).putShort((short) 0).put((byte) TTL).put((byte) 17);
    frame.putShort((short) 0).putInt(from.ip()).putInt(to.ip());
    int udpBytes = bytes - ETHERNET_BYTES - IP_BYTES;
    frame.putShort((short) 4242).putShort((short) 4243).putShort((short) udpBytes);
    frame.putShort((short) 0).putInt(number);
    for (int i = frame.position(); i < bytes; i++) {
      frame.put((byte) (number * 31 + i));
    }
    setChecksum(frame.array());
    return frame.array();
  }

  /** A packet of {@link #udp} with its ports exchanged, as if it answered one of the receiver's. */
  static byte[] answer(byte[] udp) {
    byte[] answer = udp.clone();
    int ports = ETHERNET_BYTES + IP_BYTES;
    System.arraycopy(udp, ports + 2, answer, ports, 2);
    System.arraycopy(udp, ports, answer, ports + 2, 2);
    return answer;
  }

  /** An echo request that a pod sends. */
  static byte[] echo(byte[] routerMac, Address from, Address to, int identifier) {
    byte[] frame = udp(routerMac, from, to, identifier, MIN_BYTES);
    frame[ETHERNET_BYTES + 9] = 1;
    ByteBuffer icmp = ByteBuffer.wrap(frame).position(ETHERNET_BYTES + IP_BYTES);
    icmp.put((byte) 8).put((byte) 0).putShort((short) 0).putShort((short) identifier);
    setChecksum(frame);
    return frame;
  }

  /** What arrives of a frame that the router passed on. */
  static byte[] routed(byte[] frame, byte[] routerMac, Address to) {
    byte[] routed = frame.clone();
    System.arraycopy(to.mac(), 0, routed, 0, 6);
    System.arraycopy(routerMac, 0, routed, 6, 6);
    routed[TTL_OFFSET]--;
    setChecksum(routed);
    return routed;
  }

  /** The number that a frame was made with. */
  static int number(byte[] frame) {
    return ByteBuffer.wrap(frame).getInt(ETHERNET_BYTES + IP_BYTES + UDP_BYTES);
  }

  /** Writes the right checksum into the IPv4 header. */
  static void setChecksum(byte[] frame) {
    Arrays.fill(frame, CHECKSUM_OFFSET, CHECKSUM_OFFSET + 2, (byte) 0);
    ByteBuffer header = ByteBuffer.wrap(frame, ETHERNET_BYTES, IP_BYTES);
    int sum = 0;
    while (header.hasRemaining()) {
      sum += Short.toUnsignedInt(header.getShort());
    }
    sum = (sum & 0xffff) + (sum >>> 16);
    sum = (sum & 0xffff) + (sum >>> 16);
    ByteBuffer.wrap(frame).putShort(CHECKSUM_OFFSET, (short) ~sum);
  }

  /**
   * Where a pod is reached.
   *
   * @param ip IPv4 address, first byte highest
   * @param mac six bytes in the order of the wire
   */
  record Address(int ip, byte[] mac) {
    /** The pod with this number in 172.19.0.0/16. */
    static Address ofPod(int number) {
      return new Address(0xac13_0000 | number, new byte[] {2, 0, 0, 0, 0, (byte) number});
    }

    @Override
    public String toString() {
      return "%d.%d.%d.%d".formatted(ip >>> 24, ip >> 16 & 0xff, ip >> 8 & 0xff, ip & 0xff);
    }
  }
}
