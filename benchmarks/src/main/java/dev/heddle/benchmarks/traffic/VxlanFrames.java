package dev.heddle.benchmarks.traffic;

import java.nio.ByteBuffer;

/** VXLAN frames (RFC 7348) over IPv4, and the ARP replies (RFC 826) of the host beneath them. */
public final class VxlanFrames {
  /** Outer Ethernet, IPv4, UDP and VXLAN header. */
  public static final int OVERHEAD_BYTES = 50;

  private static final int UDP_PORT_OFFSET = 34;
  private static final int IPV4_CHECKSUM_OFFSET = 24;
  private static final int VXLAN_PORT = 4789;
  private static final int DONT_FRAGMENT = 0x4000;
  private static final int TTL = 64;
  private static final int UDP = 17;
  private static final int VNI_FLAG = 0x08;

  /** First of the dynamic ports of most systems; RFC 7348 itself proposes 49152 and up. */
  private static final int LOWEST_SOURCE_PORT = 32_768;

  private static final int ETHERTYPE_OFFSET = 12;
  private static final int ARP = 0x0806;
  private static final int ARP_FRAME_BYTES = 60;

  private VxlanFrames() {}

  /**
   * A frame in a tunnel. The outer UDP checksum is zero, which says that there is none.
   *
   * @param outer addresses of the two ends
   * @param vni VXLAN network identifier
   * @param sourcePort UDP source port
   * @param inner Ethernet frame without frame check sequence
   */
  public static byte[] wrap(Frames.Addresses outer, int vni, int sourcePort, byte[] inner) {
    ByteBuffer frame = ByteBuffer.allocate(OVERHEAD_BYTES + inner.length);
    Frames.putMac(frame, outer.destinationMac());
    Frames.putMac(frame, outer.sourceMac());
    frame.putShort((short) 0x0800);
    int ipBytes = frame.capacity() - Frames.ETHERNET_BYTES;
    frame.put((byte) 0x45).put((byte) 0).putShort((short) ipBytes);
    frame.putShort((short) 0).putShort((short) DONT_FRAGMENT);
    frame.put((byte) TTL).put((byte) UDP).putShort((short) 0);
    frame.putInt(outer.source()).putInt(outer.destination());
    frame.putShort((short) sourcePort).putShort((short) VXLAN_PORT);
    frame.putShort((short) (ipBytes - Frames.IPV4_BYTES)).putShort((short) 0);
    frame.putInt(VNI_FLAG << 24).putInt(vni << 8);
    frame.put(inner);
    frame.putShort(IPV4_CHECKSUM_OFFSET, (short) Frames.checksum(frame));
    return frame.array();
  }

  /** The frame in a tunnel's frame. */
  public static byte[] unwrap(byte[] frame) {
    byte[] inner = new byte[frame.length - OVERHEAD_BYTES];
    System.arraycopy(frame, OVERHEAD_BYTES, inner, 0, inner.length);
    return inner;
  }

  /**
   * The same frame with source port 0, since each system has its own hash of the flow; frames whose
   * source port is none of the dynamic ports stay as they are.
   */
  public static byte[] withoutSourcePort(byte[] frame) {
    byte[] same = frame.clone();
    ByteBuffer buffer = ByteBuffer.wrap(same);
    if (frame.length > OVERHEAD_BYTES
        && Short.toUnsignedInt(buffer.getShort(UDP_PORT_OFFSET)) >= LOWEST_SOURCE_PORT) {
      buffer.putShort(UDP_PORT_OFFSET, (short) 0);
    }
    return same;
  }

  /** The reply that tells a host our MAC address. */
  public static byte[] arpReply(Frames.Addresses addresses) {
    ByteBuffer frame = ByteBuffer.allocate(ARP_FRAME_BYTES);
    Frames.putMac(frame, addresses.destinationMac());
    Frames.putMac(frame, addresses.sourceMac());
    frame.putShort((short) ARP);
    frame.putShort((short) 1).putShort((short) 0x0800).put((byte) 6).put((byte) 4);
    frame.putShort((short) 2);
    Frames.putMac(frame, addresses.sourceMac());
    frame.putInt(addresses.source());
    Frames.putMac(frame, addresses.destinationMac());
    frame.putInt(addresses.destination());
    return frame.array();
  }

  /** Whether a frame is ARP. */
  public static boolean isArp(byte[] frame) {
    return frame.length > ETHERTYPE_OFFSET + 1
        && ByteBuffer.wrap(frame).getShort(ETHERTYPE_OFFSET) == ARP;
  }
}
