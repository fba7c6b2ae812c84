package dev.heddle.stage;

import dev.heddle.flow.FlowCursor;
import dev.heddle.memory.Memory;
import dev.heddle.wire.Ethernet;
import dev.heddle.wire.Icmp;
import dev.heddle.wire.Icmpv6;
import dev.heddle.wire.IpProtocol;
import dev.heddle.wire.Ipv4;
import dev.heddle.wire.Ipv6;
import dev.heddle.wire.Tcp;

/**
 * What policy and flow table see of one packet of any kind in private memory: options, extension
 * headers, fragments, and the packet that an ICMP error is about. Belongs to one worker.
 */
final class SlowHeaders {
  /** What stands in the way of a decision, instead of one of {@link FlowHeaders}' kinds. */
  static final byte UNREADABLE = 4;

  /** A fragment that hides the ports of its packet, or may overwrite them. */
  static final byte HIDES = 5;

  static final byte LATER_FRAGMENT = 6;
  static final byte ERROR = 7;

  private static final int FRAGMENT_IDENTIFICATION = 4;

  /** The packet's own, as far as its kind says. */
  final FlowHeaders own = new FlowHeaders(1);

  /** Of an {@link #ERROR}: those of the packet that it is about. */
  private final FlowHeaders inner = new FlowHeaders(1);

  private boolean fragment;
  private int identification;

  /**
   * Reads a packet that passed {@link Responder#inspect}.
   *
   * @param frame address of the Ethernet header's place, private memory
   */
  byte read(long frame) {
    long ip = frame + Ethernet.HEADER_BYTES;
    fragment = false;
    byte kind = Ipv6.version(ip) == Ipv6.VERSION ? read6(ip) : read4(ip);
    own.kind[0] = kind;
    return kind;
  }

  /** Whether the packet is the first of several fragments. */
  boolean isFirstFragment() {
    return fragment;
  }

  /** Aims at the fragments of the same packet. */
  void aimAtFragments(FlowCursor cursor, int vrf) {
    own.aimAtFragments(cursor, 0, identification, vrf);
  }

  /** Aims at the flow that an {@link #ERROR} is about. */
  void aimAtCause(FlowCursor cursor, int vrf) {
    inner.hashAll(cursor, 1, vrf);
    inner.aim(cursor, 0, vrf);
  }

  private byte read4(long ip) {
    own.setAddresses4(ip, 0);
    int headerBytes = Ipv4.headerBytes(ip);
    int upperBytes = Ipv4.totalBytes(ip) - headerBytes;
    int protocol = Ipv4.protocol(ip);
    fragment = Ipv4.isFragment(ip);
    identification = Ipv4.identification(ip);
    if (Ipv4.isLaterFragment(ip)) {
      return laterFragment(protocol, Ipv4.fragmentUnits(ip));
    }
    return readUpper(ip + headerBytes, upperBytes, protocol);
  }

  private byte read6(long ip) {
    own.setAddresses6(ip, 0);
    int bytes = Ipv6.HEADER_BYTES + Ipv6.payloadBytes(ip);
    long found = Ip6Extensions.walk(ip, bytes);
    if (Ip6Extensions.isBroken(found)) {
      return UNREADABLE;
    }
    fragment = Ip6Extensions.isFragment(found);
    int protocol = Ip6Extensions.protocol(found);
    if (fragment) {
      int at = Ip6Extensions.fragmentOffset(ip);
      identification = Memory.getInt(ip + at + FRAGMENT_IDENTIFICATION);
      if (Ip6Extensions.isLaterFragment(found)) {
        return laterFragment(protocol, Memory.getShortBe(ip + at + 2) >>> 3);
      }
    }
    int offset = Ip6Extensions.upperOffset(found);
    return readUpper(ip + offset, bytes - offset, protocol);
  }

  /**
   * Fragments of one packet are told by addresses, protocol and identification; IPv6 names another
   * protocol where extension headers follow, but the first fragment has to have these.
   */
  private byte laterFragment(int protocol, int offsetUnits) {
    own.keys.protocol[0] = protocol;
    boolean overwrites = offsetUnits * 8 < FlowHeaders.leastBytes(protocol);
    return overwrites ? HIDES : LATER_FRAGMENT;
  }

  private byte readUpper(long upper, int bytes, int protocol) {
    if (bytes < FlowHeaders.leastBytes(protocol)) {
      return fragment ? HIDES : UNREADABLE;
    }
    byte kind = own.readUpper(upper, protocol, 0);
    boolean error =
        protocol == IpProtocol.ICMP && isError4(Icmp.type(upper))
            || protocol == IpProtocol.ICMPV6 && isError6(Icmpv6.type(upper));
    if (error && !fragment && readInner(upper + Icmp.HEADER_BYTES, bytes - Icmp.HEADER_BYTES)) {
      return ERROR;
    }
    return kind;
  }

  private static boolean isError4(int type) {
    return type == Icmp.DESTINATION_UNREACHABLE
        || type == Icmp.TIME_EXCEEDED
        || type == Icmp.PARAMETER_PROBLEM;
  }

  private static boolean isError6(int type) {
    return type >= Icmpv6.DESTINATION_UNREACHABLE && type <= Icmpv6.PARAMETER_PROBLEM;
  }

  /**
   * Reads the packet that an error is about; whether enough of it is there to tell its flow, and it
   * came from whom the error is for.
   */
  private boolean readInner(long ip, int bytes) {
    if (bytes >= Ipv4.HEADER_BYTES && Ipv4.version(ip) == Ipv4.VERSION && !own.keys.ipv6[0]) {
      inner.setAddresses4(ip, 0);
      int headerBytes = Ipv4.headerBytes(ip);
      boolean whole = headerBytes >= Ipv4.HEADER_BYTES && !Ipv4.isLaterFragment(ip);
      return whole && readInnerUpper(ip + headerBytes, bytes - headerBytes, Ipv4.protocol(ip));
    }
    if (bytes >= Ipv6.HEADER_BYTES && Ipv6.version(ip) == Ipv6.VERSION && own.keys.ipv6[0]) {
      inner.setAddresses6(ip, 0);
      int upperBytes = bytes - Ipv6.HEADER_BYTES;
      return readInnerUpper(ip + Ipv6.HEADER_BYTES, upperBytes, Ipv6.nextHeader(ip));
    }
    return false;
  }

  private boolean readInnerUpper(long upper, int bytes, int protocol) {
    if (bytes < Math.min(FlowHeaders.leastBytes(protocol), Icmp.HEADER_BYTES)) {
      return false;
    }
    // Of TCP only the first eight bytes need to be there, which have no flags.
    if (protocol == IpProtocol.TCP && bytes < Tcp.HEADER_BYTES) {
      inner.readPorts(upper, protocol, 0);
    } else {
      inner.kind[0] = inner.readUpper(upper, protocol, 0);
    }
    return inner.kind[0] != FlowHeaders.ALONE
        && inner.keys.sourceHigh[0] == own.keys.destinationHigh[0]
        && inner.keys.sourceLow[0] == own.keys.destinationLow[0];
  }
}
