package dev.heddle.benchmarks.traffic;

import java.nio.ByteBuffer;

/** Ethernet frames with IPv4 and UDP, as the generator sends and the sink expects them. */
public final class Frames {
  public static final int ETHERNET_BYTES = 14;
  public static final int PAYLOAD_OFFSET = 42;
  static final int IPV4_BYTES = 20;
  private static final int TTL_OFFSET = 22;
  private static final int CHECKSUM_OFFSET = 24;
  private static final int UDP = 17;
  private static final int TTL = 64;

  private Frames() {}

  /**
   * Addresses of a frame.
   *
   * @param destinationMac in the low 48 bits, first byte on the wire highest
   * @param sourceMac likewise
   * @param source IPv4 address, host byte order
   * @param destination IPv4 address, host byte order
   */
  public record Addresses(long destinationMac, long sourceMac, int source, int destination) {}

  /** A frame of {@code bytes} bytes in all, without frame check sequence. */
  public static byte[] udp(Addresses addresses, int bytes) {
    ByteBuffer frame = ByteBuffer.allocate(bytes);
    putMac(frame, addresses.destinationMac());
    putMac(frame, addresses.sourceMac());
    frame.putShort((short) 0x0800);
    frame.put((byte) 0x45).put((byte) 0).putShort((short) (bytes - ETHERNET_BYTES));
    frame.putInt(0).put((byte) TTL).put((byte) UDP).putShort((short) 0);
    frame.putInt(addresses.source()).putInt(addresses.destination());
    frame.putShort((short) 4000).putShort((short) 4001);
    frame.putShort((short) (bytes - ETHERNET_BYTES - IPV4_BYTES)).putShort((short) 0);
    for (int i = PAYLOAD_OFFSET; i < bytes; i++) {
      frame.put(i, (byte) (i * 31));
    }
    frame.putShort(CHECKSUM_OFFSET, (short) checksum(frame));
    return frame.array();
  }

  /** What a router must make of a frame: new MAC addresses, one hop less, the checksum right. */
  public static byte[] routed(byte[] frame, long destinationMac, long sourceMac) {
    ByteBuffer routed = ByteBuffer.wrap(frame.clone());
    putMac(routed, destinationMac);
    putMac(routed, sourceMac);
    routed.put(TTL_OFFSET, (byte) (frame[TTL_OFFSET] - 1));
    routed.putShort(CHECKSUM_OFFSET, (short) 0);
    routed.putShort(CHECKSUM_OFFSET, (short) checksum(routed));
    return routed.array();
  }

  /** RFC 1071 sum over the IPv4 header, complemented; 0 if the header carries the right one. */
  static int checksum(ByteBuffer frame) {
    int sum = 0;
    for (int i = ETHERNET_BYTES; i < ETHERNET_BYTES + IPV4_BYTES; i += 2) {
      sum += Short.toUnsignedInt(frame.getShort(i));
    }
    sum = (sum >>> 16) + (sum & 0xffff);
    return ~((sum >>> 16) + sum) & 0xffff;
  }

  static void putMac(ByteBuffer frame, long mac) {
    frame.putShort((short) (mac >>> 32)).putInt((int) mac);
  }
}
