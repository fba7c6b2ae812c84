package dev.heddle.control;

import dev.heddle.api.Addresses;
import dev.heddle.api.v1.ExplainRequest;
import dev.heddle.model.Endpoint;
import dev.heddle.model.IpAddress;
import dev.heddle.model.Node;
import dev.heddle.model.RouterMac;
import dev.heddle.wire.IpProtocol;
import dev.heddle.wire.Tcp;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** The packet that an explanation is asked about, as bytes. */
final class TrialPacket {
  static final int ETHERNET_BYTES = 14;
  private static final int IP4_BYTES = 20;
  private static final int IP6_BYTES = 40;
  private static final int IP6_ADDRESS_BYTES = 16;
  private static final int TIME_TO_LIVE = 64;
  private static final int DONT_FRAGMENT = 0x4000;
  private static final int MAX_BYTES = 65_535;
  private static final int MAX_BYTE = 255;

  private final ExplainRequest request;
  private final IpAddress source;
  private final IpAddress destination;
  private final long mac;
  private final int upperBytes;
  private final int packetBytes;

  private TrialPacket(ExplainRequest request, IpAddress source, IpAddress destination, long mac) {
    this.request = request;
    this.source = source;
    this.destination = destination;
    this.mac = mac;
    upperBytes = upperBytes(request.getProtocol());
    int least = (source.ipv6() ? IP6_BYTES : IP4_BYTES) + upperBytes;
    packetBytes = Math.max(least, request.getBytes());
  }

  /** Reads what is asked about, of an endpoint; notes what is wrong. */
  static TrialPacket ofEndpoint(ExplainRequest request, Endpoint from, Field at) {
    return read(
        request,
        from.addresses(),
        from.mac(),
        "endpoint " + from.name() + " has no address of this family; give a source too",
        at);
  }

  /** The same of another node, which only sends what has a source behind it. */
  static TrialPacket ofNode(ExplainRequest request, Node from, Field at) {
    return read(
        request,
        List.of(),
        from.routerMac(),
        "nobody in particular sends it; give the source that it has behind the node, too",
        at);
  }

  private static TrialPacket read(
      ExplainRequest request, List<IpAddress> own, long mac, String unsent, Field at) {
    IpAddress destination = AddressReader.address(request.getDestination(), at, "destination");
    checkRange("protocol", request.getProtocol(), MAX_BYTE, at);
    checkRange("source_port", request.getSourcePort(), MAX_BYTES, at);
    checkRange("destination_port", request.getDestinationPort(), MAX_BYTES, at);
    checkRange("icmp_type", request.getIcmpType(), MAX_BYTE, at);
    checkRange("icmp_code", request.getIcmpCode(), MAX_BYTE, at);
    checkRange("icmp_identifier", request.getIcmpIdentifier(), MAX_BYTES, at);
    checkRange("bytes", request.getBytes(), MAX_BYTES, at);
    if (destination == null) {
      return null;
    }
    IpAddress source = source(request, destination, own, unsent, at);
    return source == null ? null : new TrialPacket(request, source, destination, mac);
  }

  private static IpAddress source(
      ExplainRequest request,
      IpAddress destination,
      List<IpAddress> addresses,
      String unsent,
      Field at) {
    if (request.getSource().isEmpty()) {
      IpAddress own =
          addresses.stream()
              .filter(address -> address.ipv6() == destination.ipv6())
              .findFirst()
              .orElse(null);
      if (own == null) {
        at.invalid("destination", AddressReader.text(destination), unsent);
      }
      return own;
    }
    IpAddress source = AddressReader.address(request.getSource(), at, "source");
    if (source != null && source.ipv6() != destination.ipv6()) {
      at.invalid(
          "source",
          Addresses.format(request.getSource()),
          "not of the destination's family; give one that is, or leave it out");
      return null;
    }
    return source;
  }

  private static void checkRange(String field, int value, int most, Field at) {
    if (Integer.compareUnsigned(value, most) > 0) {
      at.invalid(field, Integer.toUnsignedString(value), "out of range; give 0 to " + most);
    }
  }

  private static int upperBytes(int protocol) {
    return switch (protocol) {
      case IpProtocol.TCP -> Tcp.HEADER_BYTES;
      case IpProtocol.UDP, IpProtocol.ICMP, IpProtocol.ICMPV6, 33, 132, 136 -> 8;
      default -> 0;
    };
  }

  IpAddress destination() {
    return destination;
  }

  int packetBytes() {
    return packetBytes;
  }

  /** With an Ethernet header to the router. */
  byte[] frame() {
    ByteBuffer frame = ByteBuffer.allocate(ETHERNET_BYTES + packetBytes);
    putHeaders(
        frame, RouterMac.ADDRESS, mac, request.getProtocol(), packetBytes, source, destination);
    putUpper(frame);
    return frame.array();
  }

  /**
   * Puts an Ethernet and an IP header at the buffer's position.
   *
   * @param toMac in the low 48 bits, the first byte on the wire lowest, like {@code fromMac}
   * @param packetBytes of the IP packet
   */
  static void putHeaders(
      ByteBuffer frame,
      long toMac,
      long fromMac,
      int protocol,
      int packetBytes,
      IpAddress source,
      IpAddress destination) {
    putMac(frame, toMac);
    putMac(frame, fromMac);
    frame.putShort((short) (source.ipv6() ? 0x86dd : 0x0800));
    if (source.ipv6()) {
      frame.putInt(0x6000_0000).putShort((short) (packetBytes - IP6_BYTES));
      frame.put((byte) protocol).put((byte) TIME_TO_LIVE);
      frame.putLong(source.high()).putLong(source.low());
      frame.putLong(destination.high()).putLong(destination.low());
    } else {
      putIp4(frame, protocol, packetBytes, source, destination);
    }
  }

  private static void putMac(ByteBuffer frame, long address) {
    frame.order(ByteOrder.LITTLE_ENDIAN).putInt((int) address);
    frame.putShort((short) (address >>> 32)).order(ByteOrder.BIG_ENDIAN);
  }

  private static void putIp4(
      ByteBuffer frame, int protocol, int packetBytes, IpAddress source, IpAddress destination) {
    int start = frame.position();
    frame.putShort((short) 0x4500).putShort((short) packetBytes);
    frame.putShort((short) 0).putShort((short) DONT_FRAGMENT);
    frame.put((byte) TIME_TO_LIVE).put((byte) protocol).putShort((short) 0);
    frame.putInt(source.asInt()).putInt(destination.asInt());
    frame.putShort(start + 10, checksum(frame, start, frame.position(), 0));
  }

  /** The Internet checksum (RFC 1071) of an even number of bytes and what is summed up already. */
  private static short checksum(ByteBuffer frame, int start, int end, int before) {
    int sum = before;
    for (int at = start; at < end; at += 2) {
      sum += Short.toUnsignedInt(frame.getShort(at));
    }
    sum = (sum & 0xffff) + (sum >>> 16);
    return (short) ~((sum & 0xffff) + (sum >>> 16));
  }

  private void putUpper(ByteBuffer frame) {
    switch (request.getProtocol()) {
      case IpProtocol.TCP -> {
        putPorts(frame).putInt(0).putInt(0).put((byte) 0x50).put((byte) Tcp.SYN);
      }
      case IpProtocol.UDP, 33, 132, 136 -> putPorts(frame);
      case IpProtocol.ICMP, IpProtocol.ICMPV6 -> putIcmp(frame);
      default -> {}
    }
  }

  /** With its checksum, so that the router answers what is for it. */
  private void putIcmp(ByteBuffer frame) {
    int start = frame.position();
    frame.put((byte) request.getIcmpType()).put((byte) request.getIcmpCode());
    frame.putShort((short) 0).putShort((short) request.getIcmpIdentifier()).putShort((short) 0);
    boolean six = request.getProtocol() == IpProtocol.ICMPV6;
    // Of the pseudo-header (RFC 8200 8.1) the addresses stand right before.
    int first = six ? start - 2 * IP6_ADDRESS_BYTES : start;
    int before = six ? packetBytes - IP6_BYTES + IpProtocol.ICMPV6 : 0;
    frame.putShort(start + 2, checksum(frame, first, frame.position(), before));
  }

  private ByteBuffer putPorts(ByteBuffer frame) {
    return frame
        .putShort((short) request.getSourcePort())
        .putShort((short) request.getDestinationPort());
  }
}
