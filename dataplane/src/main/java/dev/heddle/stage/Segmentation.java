package dev.heddle.stage;

import dev.heddle.memory.Memory;
import dev.heddle.packet.Offload;
import dev.heddle.wire.Checksum;
import dev.heddle.wire.Ethernet;
import dev.heddle.wire.IpProtocol;
import dev.heddle.wire.Ipv4;
import dev.heddle.wire.Ipv6;
import dev.heddle.wire.Tcp;
import dev.heddle.wire.Udp;

/**
 * Cuts large TCP segments and runs of UDP datagrams as the sending kernel would have done had it
 * not been left to us, one segment at a time, from private memory to private memory.
 *
 * <p>Each segment has the packet's headers: in IPv4 with the next identification, in TCP with the
 * sequence number of its payload; FIN and PSH only in the last one, CWR only in the first one. All
 * checksums are complete.
 */
public final class Segmentation {
  private Segmentation() {}

  /**
   * Bytes of each segment's IP packet but the last one's, which is shorter.
   *
   * @param frame of the packet's Ethernet header
   * @param offload what {@link OffloadChecks} made of it; large
   */
  public static int packetBytes(long frame, long offload) {
    return headerBytes(frame, offload) - Ethernet.HEADER_BYTES + Offload.segmentBytes(offload);
  }

  /** Bytes of the payload, up to which the packet is to be cut; see {@link #packetBytes}. */
  public static int payloadBytes(long frame, long offload) {
    return Ethernet.HEADER_BYTES + SlowTransit.totalBytes(frame) - headerBytes(frame, offload);
  }

  /**
   * Makes the segment that begins at some place in the packet's payload.
   *
   * @param frame the packet, with its Ethernet header
   * @param offload what {@link OffloadChecks} made of it; large
   * @param from where in the payload the segment begins: 0, or what was returned before
   * @param segment gets it, with the packet's Ethernet header
   * @return where the next segment begins; the payload's length after the last one
   */
  public static int cut(long frame, long offload, int from, long segment) {
    int headerBytes = headerBytes(frame, offload);
    int payloadBytes = payloadBytes(frame, offload);
    int bytes = Math.min(Offload.segmentBytes(offload), payloadBytes - from);
    Memory.copy(frame, segment, headerBytes);
    Memory.copy(frame + headerBytes + from, segment + headerBytes, bytes);
    int start = Offload.checksumStart(offload);
    long transport = segment + start;
    int transportBytes = headerBytes + bytes - start;
    if (isUdp(offload)) {
      Udp.putLengthBytes(transport, transportBytes);
    } else {
      continueTcp(transport, from, from + bytes == payloadBytes);
    }
    int index = from / Offload.segmentBytes(offload);
    long pseudo = finishIp(segment, start, transportBytes, index, protocol(offload));
    int offset = Offload.checksumOffset(offload);
    Memory.putShortBe(transport + offset, 0);
    int checksum = Checksum.finish(Checksum.sum(transport, transportBytes, pseudo));
    ChecksumCompletion.put(transport, offset, checksum);
    return from + bytes;
  }

  private static void continueTcp(long transport, int from, boolean last) {
    Tcp.putSequence(transport, Tcp.sequence(transport) + from);
    int flags = Tcp.flags(transport);
    if (from > 0) {
      flags &= ~Tcp.CWR;
    }
    if (!last) {
      flags &= ~(Tcp.FIN | Tcp.PSH);
    }
    Tcp.putFlags(transport, flags);
  }

  /** Returns the pseudo-header's part of the transport's checksum. */
  private static long finishIp(
      long segment, int start, int transportBytes, int index, int protocol) {
    long ip = segment + Ethernet.HEADER_BYTES;
    int headerBytes = start - Ethernet.HEADER_BYTES;
    if (Ipv4.version(ip) == Ipv4.VERSION) {
      Ipv4.putLengths(ip, headerBytes, headerBytes + transportBytes);
      Ipv4.putIdentification(ip, Ipv4.identification(ip) + index);
      Ipv4.sumUp(ip, headerBytes);
      return Ipv4.pseudoHeaderSum(ip, transportBytes, protocol);
    }
    Ipv6.putPayloadBytes(ip, headerBytes - Ipv6.HEADER_BYTES + transportBytes);
    return Ipv6.pseudoHeaderSum(ip, transportBytes, protocol);
  }

  /** Bytes of all headers, Ethernet's included. */
  private static int headerBytes(long frame, long offload) {
    int start = Offload.checksumStart(offload);
    return start + (isUdp(offload) ? Udp.HEADER_BYTES : Tcp.headerBytes(frame + start));
  }

  private static boolean isUdp(long offload) {
    return Offload.gsoType(offload) == Offload.GSO_UDP;
  }

  private static int protocol(long offload) {
    return isUdp(offload) ? IpProtocol.UDP : IpProtocol.TCP;
  }
}
