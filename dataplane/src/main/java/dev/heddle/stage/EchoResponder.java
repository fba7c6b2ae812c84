package dev.heddle.stage;

import dev.heddle.observe.DropReason;
import dev.heddle.wire.Ethernet;
import dev.heddle.wire.Icmp;
import dev.heddle.wire.Icmpv6;
import dev.heddle.wire.IpProtocol;
import dev.heddle.wire.Ipv4;
import dev.heddle.wire.Ipv6;

/** ICMP to an address of our own: echo requests are answered, everything else is taken. */
final class EchoResponder {
  private static final int TIME_TO_LIVE = 64;

  private EchoResponder() {}

  /**
   * Answers from the address that was asked, or not.
   *
   * @param ip a packet whose header was checked, no fragment, protocol ICMP
   * @param mtuBytes longest IP packet towards the asker
   * @param toMac where the reply goes, first byte on the wire lowest
   * @param fromMac our own
   */
  static long answer4(long ip, int mtuBytes, long toMac, long fromMac) {
    int headerBytes = Ipv4.headerBytes(ip);
    int messageBytes = Ipv4.totalBytes(ip) - headerBytes;
    long message = ip + headerBytes;
    if (!Icmp.isComplete(messageBytes) || !Icmp.isChecksumRight(message, messageBytes)) {
      return Response.dropped(DropReason.ICMP_MALFORMED);
    }
    if (Icmp.type(message) != Icmp.ECHO_REQUEST) {
      return Response.CONSUMED;
    }
    int bytes = Ipv4.HEADER_BYTES + messageBytes;
    if (bytes > mtuBytes) {
      return Response.dropped(DropReason.TOO_BIG);
    }
    // Options are not echoed, so the new header may start behind the old one.
    long reply = message - Ipv4.HEADER_BYTES;
    int asker = Ipv4.source(ip);
    int asked = Ipv4.destination(ip);
    Ipv4.write(reply, Ipv4.typeOfService(ip), bytes, TIME_TO_LIVE, IpProtocol.ICMP, asked, asker);
    Icmp.answerEcho(message, messageBytes);
    return ReplyFrame.finish(
        Response.CONSUMED, ip, reply, bytes, Ethernet.TYPE_IPV4, toMac, fromMac);
  }

  /**
   * As {@link #answer4}.
   *
   * @param offset of the ICMPv6 message from the IPv6 header
   * @param packetBytes from the IPv6 header to the message's end
   */
  static long answer6(
      long ip, int offset, int packetBytes, int mtuBytes, long toMac, long fromMac) {
    long message = ip + offset;
    int messageBytes = packetBytes - offset;
    if (!Icmpv6.isComplete(messageBytes) || !Icmpv6.isChecksumRight(ip, message, messageBytes)) {
      return Response.dropped(DropReason.ICMP_MALFORMED);
    }
    if (Icmpv6.type(message) != Icmpv6.ECHO_REQUEST) {
      return Response.CONSUMED;
    }
    int bytes = Ipv6.HEADER_BYTES + messageBytes;
    if (bytes > mtuBytes) {
      return Response.dropped(DropReason.TOO_BIG);
    }
    write6(ip, message, messageBytes);
    long reply = message - Ipv6.HEADER_BYTES;
    return ReplyFrame.finish(
        Response.CONSUMED, ip, reply, bytes, Ethernet.TYPE_IPV6, toMac, fromMac);
  }

  /** Extension headers are not echoed, so the new header may start behind the old one. */
  private static void write6(long ip, long message, int messageBytes) {
    long askerHigh = Ipv6.sourceHigh(ip);
    long askerLow = Ipv6.sourceLow(ip);
    long askedHigh = Ipv6.destinationHigh(ip);
    long askedLow = Ipv6.destinationLow(ip);
    int trafficClass = Ipv6.trafficClass(ip);
    long reply = message - Ipv6.HEADER_BYTES;
    Ipv6.write(reply, trafficClass, messageBytes, IpProtocol.ICMPV6, TIME_TO_LIVE);
    Ipv6.putSource(reply, askedHigh, askedLow);
    Ipv6.putDestination(reply, askerHigh, askerLow);
    Icmpv6.putType(message, Icmpv6.ECHO_REPLY);
    Icmpv6.putChecksum(reply, message, messageBytes);
  }
}
