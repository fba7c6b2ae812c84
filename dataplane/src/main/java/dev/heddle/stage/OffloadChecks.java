package dev.heddle.stage;

import dev.heddle.packet.Offload;
import dev.heddle.wire.Ethernet;
import dev.heddle.wire.IpProtocol;
import dev.heddle.wire.Ipv4;
import dev.heddle.wire.Ipv6;
import dev.heddle.wire.Tcp;
import dev.heddle.wire.Udp;

/**
 * Compares what a pod left to do with the packet's own headers. Root in a pod can write anything
 * there, so nothing of it is believed: it must say what the headers say.
 */
public final class OffloadChecks {
  /** The packet's headers say otherwise. */
  public static final long REFUSED = -1;

  /** As Linux has it: what is left of the least segment that TCP may be told, without options. */
  private static final int LEAST_SEGMENT_BYTES = 8;

  /** A packet is cut into as many at most, so that a single one does not hold up all others. */
  static final int MAX_SEGMENTS = 1024;

  private OffloadChecks() {}

  /**
   * Checks a packet that passed {@link Responder#inspect}.
   *
   * @param frame of its Ethernet header, private memory
   * @param offload as it was received
   * @return the same, made from the packet's headers; {@link Offload#NONE} if nothing need be done;
   *     or {@link #REFUSED}
   */
  public static long check(long frame, long offload) {
    if (!Offload.needsChecksum(offload)) {
      // Who says that a checksum is right is not believed either: the receiver may look itself.
      return Offload.isLarge(offload) ? REFUSED : Offload.NONE;
    }
    long ip = frame + Ethernet.HEADER_BYTES;
    return Ipv4.version(ip) == Ipv4.VERSION ? check4(ip, offload) : check6(ip, offload);
  }

  private static long check4(long ip, long offload) {
    if (Ipv4.isFragment(ip)) {
      return REFUSED;
    }
    int headerBytes = Ipv4.headerBytes(ip);
    int bytes = Ipv4.totalBytes(ip) - headerBytes;
    return checkUpper(ip, headerBytes, bytes, Ipv4.protocol(ip), Offload.GSO_TCP4, offload);
  }

  private static long check6(long ip, long offload) {
    int packetBytes = Ipv6.HEADER_BYTES + Ipv6.payloadBytes(ip);
    long found = Ip6Extensions.walk(ip, packetBytes);
    if (Ip6Extensions.isBroken(found) || Ip6Extensions.isFragment(found)) {
      return REFUSED;
    }
    if (Ip6Extensions.routingOffset(found) != 0 && Offload.isLarge(offload)) {
      // The destination that the checksum is over is not the header's.
      return REFUSED;
    }
    int headerBytes = Ip6Extensions.upperOffset(found);
    int protocol = Ip6Extensions.protocol(found);
    int bytes = packetBytes - headerBytes;
    return checkUpper(ip, headerBytes, bytes, protocol, Offload.GSO_TCP6, offload);
  }

  /**
   * @param ipHeaderBytes of all headers before the transport's
   * @param bytes from there on
   * @param tcpType what segments of TCP are called in this IP version
   */
  private static long checkUpper(
      long ip, int ipHeaderBytes, int bytes, int protocol, int tcpType, long offload) {
    int start = Ethernet.HEADER_BYTES + ipHeaderBytes;
    long transport = ip + ipHeaderBytes;
    int headerBytes;
    int checksum;
    int type;
    if (protocol == IpProtocol.TCP && Tcp.isComplete(bytes)) {
      headerBytes = Tcp.headerBytes(transport);
      checksum = Tcp.CHECKSUM;
      type = tcpType;
    } else if (protocol == IpProtocol.UDP && Udp.isComplete(bytes)) {
      headerBytes = Udp.HEADER_BYTES;
      checksum = Udp.CHECKSUM;
      type = Offload.GSO_UDP;
    } else {
      return REFUSED;
    }
    if (headerBytes < Udp.HEADER_BYTES
        || headerBytes > bytes
        || Offload.checksumStart(offload) != start
        || Offload.checksumOffset(offload) != checksum) {
      return REFUSED;
    }
    if (!Offload.isLarge(offload)) {
      return Offload.of(0, Offload.GSO_NONE, Offload.NEEDS_CHECKSUM, start, checksum);
    }
    if ((Offload.gsoType(offload) & ~Offload.GSO_ECN) != type) {
      return REFUSED;
    }
    return checkLarge(transport, bytes, headerBytes, type, offload);
  }

  private static long checkLarge(
      long transport, int bytes, int headerBytes, int type, long offload) {
    int segmentBytes = Offload.segmentBytes(offload);
    int payloadBytes = bytes - headerBytes;
    if (segmentBytes < LEAST_SEGMENT_BYTES
        || payloadBytes > segmentBytes * MAX_SEGMENTS
        || !isWhole(transport, bytes, headerBytes, type)) {
      return REFUSED;
    }
    int start = Offload.checksumStart(offload);
    int checksum = Offload.checksumOffset(offload);
    if (payloadBytes <= segmentBytes) {
      return Offload.of(0, Offload.GSO_NONE, Offload.NEEDS_CHECKSUM, start, checksum);
    }
    boolean reduced = type != Offload.GSO_UDP && (Tcp.flags(transport) & Tcp.CWR) != 0;
    int gsoType = reduced ? type | Offload.GSO_ECN : type;
    return Offload.of(segmentBytes, gsoType, Offload.NEEDS_CHECKSUM, start, checksum);
  }

  /** Whether the transport's header fits in its own terms. */
  private static boolean isWhole(long transport, int bytes, int headerBytes, int type) {
    return type == Offload.GSO_UDP
        ? Udp.lengthBytes(transport) == bytes
        : headerBytes >= Tcp.HEADER_BYTES;
  }
}
