package dev.heddle.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.packet.Offload;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A TCP packet of pod 0 on node 1 as a kernel leaves it, and what is to be said of its segments;
 * written without the code under test.
 */
record TcpPacket(boolean six, byte[] payload, byte[] frame) {
  private static final int ETHERNET_BYTES = 14;
  private static final int TCP = 6;
  private static final int TCP_BYTES = 20;
  private static final int SEQUENCE = 1_000_000;
  private static final int PSH_AND_ACK = 0x18;
  private static final int ACK = 0x10;
  private static final int PORT = 5201;

  /** A packet to a pod's address. */
  static TcpPacket to(int node, int pod, boolean six, int payloadBytes, SplittableRandom random) {
    byte[] payload = new byte[payloadBytes];
    random.nextBytes(payload);
    return new TcpPacket(six, payload, six ? made6(node, pod, payload) : made4(node, pod, payload));
  }

  private static byte[] made4(int node, int pod, byte[] payload) {
    ByteBuffer frame = frame(20, payload);
    TunnelFrames.ethernet(frame, TunnelNode.ROUTER_MAC, TunnelNode.podMac(1, 0), 0x0800);
    frame.putInt(0x4500_0000 | frame.capacity() - ETHERNET_BYTES).putInt(0x1234_4000);
    frame.put((byte) 64).put((byte) TCP).putShort((short) 0);
    frame.putInt(TunnelNode.address4(1, 0)).putInt(TunnelNode.address4(node, pod));
    TunnelFrames.repaired(frame.array());
    return withTcp(frame, payload, 26, 8);
  }

  private static byte[] made6(int node, int pod, byte[] payload) {
    ByteBuffer frame = frame(40, payload);
    TunnelFrames.ethernet(frame, TunnelNode.ROUTER_MAC, TunnelNode.podMac(1, 0), 0x86dd);
    frame.putInt(0x6000_0000).putShort((short) (TCP_BYTES + payload.length));
    frame.put((byte) TCP).put((byte) 64);
    frame.putLong(TunnelNode.address6High(1)).putLong(TunnelNode.address6Low(0));
    frame.putLong(TunnelNode.address6High(node)).putLong(TunnelNode.address6Low(pod));
    return withTcp(frame, payload, 22, 32);
  }

  private static ByteBuffer frame(int ipBytes, byte[] payload) {
    return ByteBuffer.wrap(new byte[ETHERNET_BYTES + ipBytes + TCP_BYTES + payload.length]);
  }

  private static byte[] withTcp(ByteBuffer frame, byte[] payload, int addresses, int bytes) {
    int pseudo = TCP + TCP_BYTES + payload.length;
    int partial = sum(frame.array(), addresses, addresses + bytes, pseudo);
    frame.putShort((short) 40_000).putShort((short) PORT).putInt(SEQUENCE).putInt(77);
    frame.put((byte) 0x50).put((byte) PSH_AND_ACK).putShort((short) 500);
    frame.putShort((short) partial).putShort((short) 0);
    return frame.put(payload).array();
  }

  /** What the kernel leaves to do if segments are to have so many bytes. */
  long large(int segmentBytes) {
    return Offload.of(
        segmentBytes,
        six ? Offload.GSO_TCP6 : Offload.GSO_TCP4,
        Offload.NEEDS_CHECKSUM,
        tcpAt(),
        16);
  }

  /** What the kernel leaves to do of a packet that is not large. */
  long partial() {
    return Offload.of(0, Offload.GSO_NONE, Offload.NEEDS_CHECKSUM, tcpAt(), 16);
  }

  int tcpAt() {
    return ETHERNET_BYTES + (six ? 40 : 20);
  }

  int headerBytes() {
    return tcpAt() + TCP_BYTES;
  }

  /** With leave to be fragmented. */
  TcpPacket mayBeFragmented() {
    frame[20] = 0;
    TunnelFrames.repaired(frame);
    return this;
  }

  /** With another time to live or hop limit. */
  TcpPacket withTimeToLive(int hops) {
    frame[six ? 21 : 22] = (byte) hops;
    return six ? this : new TcpPacket(false, payload, TunnelFrames.repaired(frame));
  }

  /** Segments one after the other, complete and of a size, make up this packet. */
  void assertMadeOf(List<byte[]> segments, int segmentBytes, int hops) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] segment : segments) {
      boolean last = segment == segments.getLast();
      ByteBuffer bytes = ByteBuffer.wrap(segment);
      assertThat(bytes.getInt(tcpAt() + 4)).isEqualTo(SEQUENCE + all.size());
      assertThat(segment[tcpAt() + 13]).isEqualTo((byte) (last ? PSH_AND_ACK : ACK));
      assertThat(segment[six ? 21 : 22]).isEqualTo((byte) (64 - hops));
      assertComplete(segment);
      int payloadBytes = segment.length - headerBytes();
      assertThat(payloadBytes).isEqualTo(Math.min(segmentBytes, payload.length - all.size()));
      all.write(segment, headerBytes(), payloadBytes);
    }
    assertThat(all.toByteArray()).isEqualTo(payload);
  }

  /** Lengths and checksums are right. */
  void assertComplete(byte[] segment) {
    ByteBuffer bytes = ByteBuffer.wrap(segment);
    int ipBytes = segment.length - ETHERNET_BYTES;
    if (six) {
      assertThat(bytes.getShort(18)).isEqualTo((short) (ipBytes - 40));
    } else {
      assertThat(bytes.getShort(16)).isEqualTo((short) ipBytes);
      assertThat(sum(segment, ETHERNET_BYTES, tcpAt(), 0)).isEqualTo(0xffff);
    }
    int pseudo = TCP + segment.length - tcpAt();
    int sum = sum(segment, six ? 22 : 26, tcpAt(), pseudo);
    assertThat(sum(segment, tcpAt(), segment.length, sum)).isEqualTo(0xffff);
  }

  /** What is left when it was forwarded so many times, towards a pod. */
  byte[] forwarded(long podMac, int hops) {
    byte[] expected = Arrays.copyOf(frame, frame.length);
    ByteBuffer buffer = ByteBuffer.wrap(expected);
    TunnelFrames.ethernet(buffer, podMac, TunnelNode.ROUTER_MAC, six ? 0x86dd : 0x0800);
    expected[six ? 21 : 22] -= (byte) hops;
    return six ? expected : TunnelFrames.repaired(expected);
  }

  private static int sum(byte[] bytes, int from, int to, int start) {
    int sum = (start & 0xffff) + (start >>> 16);
    for (int i = from; i < to; i++) {
      sum += (bytes[i] & 0xff) << ((i - from) % 2 == 0 ? 8 : 0);
      sum = (sum & 0xffff) + (sum >>> 16);
    }
    return sum;
  }
}
