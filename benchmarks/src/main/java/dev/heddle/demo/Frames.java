package dev.heddle.demo;

import dev.heddle.api.Addresses;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Builds Ethernet frames with UDP in IPv4 or IPv6, as a pod sends them and as they must arrive.
 *
 * <p>On purpose it shares nothing with the daemon's own header code, so that a mistake there is not
 * repeated here.
 */
final class Frames {
  static final int ETHERNET_BYTES = 14;

  private static final int IPV4_BYTES = 20;
  private static final int IPV6_BYTES = 40;
  private static final int UDP_BYTES = 8;
  private static final int UDP_PROTOCOL = 17;
  private static final int ETHERTYPE_IPV4 = 0x0800;
  private static final int ETHERTYPE_IPV6 = 0x86dd;
  private static final int SOURCE_PORT = 5600;
  private static final int DESTINATION_PORT = 5700;
  private static final int MIN_PAYLOAD_BYTES = 32;
  private static final int MAX_PAYLOAD_BYTES = 1400;

  private Frames() {}

  /**
   * The packet of that number of a flow.
   *
   * @param ttl time to live or hop limit
   */
  static byte[] udp(String sourceMac, String destinationMac, Flow flow, int number, int ttl) {
    byte[] source = Addresses.parse(flow.source()).toByteArray();
    byte[] destination = Addresses.parse(flow.destination()).toByteArray();
    byte[] payload = payload(flow, number);
    boolean ipv4 = source.length == Integer.BYTES;
    int udpBytes = UDP_BYTES + payload.length;
    int ipBytes = ipv4 ? IPV4_BYTES : IPV6_BYTES;
    ByteBuffer frame = ByteBuffer.allocate(ETHERNET_BYTES + ipBytes + udpBytes);
    frame.put(Addresses.parseMac(destinationMac).toByteArray());
    frame.put(Addresses.parseMac(sourceMac).toByteArray());
    frame.putShort((short) (ipv4 ? ETHERTYPE_IPV4 : ETHERTYPE_IPV6));
    if (ipv4) {
      frame.putShort((short) 0x4500).putShort((short) (IPV4_BYTES + udpBytes));
      frame.putShort((short) number).putShort((short) 0);
      frame.put((byte) ttl).put((byte) UDP_PROTOCOL).putShort((short) 0);
    } else {
      frame.putInt(0x6000_0000).putShort((short) udpBytes);
      frame.put((byte) UDP_PROTOCOL).put((byte) ttl);
    }
    frame.put(source).put(destination);
    if (ipv4) {
      int checksum = ~sum(frame.array(), ETHERNET_BYTES, IPV4_BYTES, 0);
      frame.putShort(ETHERNET_BYTES + 10, (short) checksum);
    }
    int udp = frame.position();
    frame.putShort((short) SOURCE_PORT).putShort((short) DESTINATION_PORT);
    frame.putShort((short) udpBytes).putShort((short) 0).put(payload);
    int pseudo = sum(source, 0, source.length, UDP_PROTOCOL + udpBytes);
    pseudo = sum(destination, 0, destination.length, pseudo);
    int checksum = ~sum(frame.array(), udp, udpBytes, pseudo) & 0xffff;
    frame.putShort(udp + 6, (short) (checksum == 0 ? 0xffff : checksum));
    return frame.array();
  }

  /** What the payload of each of a flow's packets begins with; its number follows. */
  static String label(Flow flow) {
    return "%s %s > %s #".formatted(flow.from(), flow.source(), flow.destination());
  }

  /** Who sends what, so that no packet can be taken for another; of many different lengths. */
  private static byte[] payload(Flow flow, int number) {
    byte[] label = (label(flow) + number).getBytes(StandardCharsets.US_ASCII);
    int spread = MAX_PAYLOAD_BYTES - MIN_PAYLOAD_BYTES;
    int bytes = Math.max(label.length, MIN_PAYLOAD_BYTES + number * 37 % spread);
    return Arrays.copyOf(label, bytes);
  }

  /** The ones' complement sum of RFC 1071 over big-endian words, folded to 16 bits. */
  static int sum(byte[] bytes, int offset, int length, int initial) {
    int sum = initial;
    for (int i = 0; i < length; i++) {
      int octet = bytes[offset + i] & 0xff;
      sum += (i & 1) == 0 ? octet << 8 : octet;
    }
    while (sum >>> 16 != 0) {
      sum = (sum & 0xffff) + (sum >>> 16);
    }
    return sum;
  }

  /** Whether the frame is an ICMP or ICMPv6 message that claims to come from this address. */
  static boolean isIcmpFrom(byte[] frame, String address) {
    byte[] source = Addresses.parse(address).toByteArray();
    boolean ipv4 = source.length == Integer.BYTES;
    int protocolOffset = ETHERNET_BYTES + (ipv4 ? 9 : 6);
    int sourceOffset = ETHERNET_BYTES + (ipv4 ? 12 : 8);
    return frame.length >= sourceOffset + source.length
        && (frame[12] << 8 & 0xff00 | frame[13] & 0xff) == (ipv4 ? ETHERTYPE_IPV4 : ETHERTYPE_IPV6)
        && frame[protocolOffset] == (ipv4 ? 1 : 58)
        && Arrays.equals(
            frame, sourceOffset, sourceOffset + source.length, source, 0, source.length);
  }
}
