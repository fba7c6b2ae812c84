package dev.heddle.stage;

import dev.heddle.flow.FlowCursor;
import dev.heddle.memory.Memory;
import dev.heddle.packet.Batch;
import dev.heddle.table.Attachment;
import dev.heddle.table.policy.FlowKeys;
import dev.heddle.wire.Ethernet;
import dev.heddle.wire.Icmp;
import dev.heddle.wire.Icmpv6;
import dev.heddle.wire.IpProtocol;
import dev.heddle.wire.Ipv4;
import dev.heddle.wire.Ipv6;
import dev.heddle.wire.Tcp;
import dev.heddle.wire.Udp;

/**
 * What policy and flow table see of packets, one position for each: columns that are filled in from
 * headers. Belongs to one worker; allocates nothing.
 */
public final class FlowHeaders {
  /** What a packet is to the flow table. Not read: it is not plain. */
  static final byte NOT_PLAIN = 0;

  /** It belongs to no flow. */
  static final byte ALONE = 1;

  /** It may belong to a flow and makes none: a reset, an answer to an echo request. */
  static final byte KNOWN = 2;

  /** It may belong to a flow, and makes one if it does not. */
  static final byte NEW = 3;

  private static final int UDP_LITE = 136;
  private static final int SCTP = 132;
  private static final int DCCP = 33;
  private static final int MOBILITY = 135;
  private static final int HOST_IDENTITY = 139;
  private static final int SHIM6 = 140;

  /** By protocol. Tables, so that no protocol is a branch that no packet has taken yet. */
  private static final byte[] LEAST_BYTES = new byte[256];

  /** What the upper layer begins with, by protocol. */
  private static final byte[] UPPER = new byte[256];

  private static final byte UPPER_TCP = 1;
  private static final byte UPPER_PORTS = 2;
  private static final byte UPPER_ICMP = 3;
  private static final byte UPPER_ICMPV6 = 4;

  /** By next header. */
  private static final boolean[] EXTENSIONS = new boolean[256];

  static {
    LEAST_BYTES[IpProtocol.TCP] = Tcp.HEADER_BYTES;
    for (int withPorts : new int[] {IpProtocol.UDP, UDP_LITE, SCTP, DCCP}) {
      LEAST_BYTES[withPorts] = Udp.HEADER_BYTES;
      UPPER[withPorts] = UPPER_PORTS;
    }
    LEAST_BYTES[IpProtocol.ICMP] = Icmp.HEADER_BYTES;
    LEAST_BYTES[IpProtocol.ICMPV6] = Icmp.HEADER_BYTES;
    UPPER[IpProtocol.TCP] = UPPER_TCP;
    UPPER[IpProtocol.ICMP] = UPPER_ICMP;
    UPPER[IpProtocol.ICMPV6] = UPPER_ICMPV6;
    int[] extensions = {
      IpProtocol.HOP_BY_HOP,
      IpProtocol.ROUTING,
      IpProtocol.FRAGMENT,
      IpProtocol.AUTHENTICATION,
      IpProtocol.DESTINATION_OPTIONS,
      MOBILITY,
      HOST_IDENTITY,
      SHIM6
    };
    for (int extension : extensions) {
      EXTENSIONS[extension] = true;
    }
  }

  private static final int PLAIN_VERSION_4 = 0x45;
  private static final int FRAGMENT_BITS = 0xff3f;
  private static final int TCP_FLAGS = 13;
  private static final int ECHO_IDENTIFIER = 4;

  final FlowKeys keys;
  final byte[] kind;

  /** Source and destination port; of an echo its identifier twice. */
  final int[] portPair;

  /** 0 where it is no TCP. */
  final int[] tcpFlags;

  /** Of the flow that a packet may belong to. */
  final long[] hash;

  /**
   * @param capacity most packets at a time
   */
  public FlowHeaders(int capacity) {
    keys = new FlowKeys(capacity);
    kind = new byte[capacity];
    portPair = new int[capacity];
    tcpFlags = new int[capacity];
    hash = new long[capacity];
  }

  /**
   * Reads the headers of a batch's packets, as far as they are plain: what {@link Transit}
   * forwards, from the sender's own address above all, without options, extension headers,
   * fragments and ICMP errors. The others are left to the slow path, which looks at them before
   * policy does.
   *
   * @param batch whose headers are private copies, and whose destinations were looked up
   * @param in where it came from
   */
  public void readPlain(Batch batch, Attachment in) {
    for (int i = 0; i < batch.count; i++) {
      long header = batch.header[i];
      int first = Byte.toUnsignedInt(Memory.getByte(header + Ethernet.HEADER_BYTES));
      if (first == PLAIN_VERSION_4) {
        kind[i] =
            isPlain4(batch, in, i) ? readPlain4(header + Ethernet.HEADER_BYTES, i) : NOT_PLAIN;
      } else if (first >>> 4 == Ipv6.VERSION) {
        long shared = batch.frame[i] + Ethernet.HEADER_BYTES;
        kind[i] =
            isPlain6(batch, in, i)
                ? readPlain6(header + Ethernet.HEADER_BYTES, shared, i)
                : NOT_PLAIN;
      } else {
        kind[i] = NOT_PLAIN;
      }
    }
  }

  private static boolean isPlain4(Batch batch, Attachment in, int i) {
    long header = batch.header[i];
    long w2 = Memory.getLong(header + 16);
    long source = batch.sourcesChecked ? batch.sourceLow[i] : Integer.toUnsignedLong(in.address4());
    return Ip4Fast.frameBytes(w2) <= batch.lengthBytes[i]
        && (batch.sourcesChecked || source != 0)
        && Ip4Fast.isPlain(
            in.ipMode() ? in.routerMac() : Memory.getLong(header),
            in.ipMode() ? Transit.ipModeW1(header) : Memory.getLong(header + 8),
            w2,
            Memory.getLong(header + 24),
            Memory.getLong(header + 32),
            in.routerMac(),
            source,
            batch.destinationBytes4[i]);
  }

  private static boolean isPlain6(Batch batch, Attachment in, int i) {
    long header = batch.header[i];
    long w2 = Memory.getLong(header + 16);
    long w4 = Memory.getLong(header + 32);
    long w5 = Memory.getLong(header + 40);
    long w6 = Memory.getLong(header + 48);
    long high = batch.sourcesChecked ? batch.sourceHigh[i] : in.address6High();
    long low = batch.sourcesChecked ? batch.sourceLow[i] : in.address6Low();
    long other =
        Ip6Fast.destinationHigh(w4, w5) ^ batch.destination6High[i]
            | Ip6Fast.destinationLow(w5, w6) ^ batch.destination6Low[i];
    return Ip6Fast.frameBytes(w2) <= batch.lengthBytes[i]
        && (high | low) != 0
        && Ip6Fast.isPlain(
            in.ipMode() ? in.routerMac() : Memory.getLong(header),
            in.ipMode() ? Transit.ipModeW1(header) : Memory.getLong(header + 8),
            w2,
            Memory.getLong(header + 24),
            w4,
            in.routerMac(),
            high,
            low,
            other);
  }

  private byte readPlain4(long ip, int i) {
    if ((Memory.getShort(ip + 6) & FRAGMENT_BITS) != 0) {
      return NOT_PLAIN;
    }
    setAddresses4(ip, i);
    int protocol = Ipv4.protocol(ip);
    int bytes = Ipv4.totalBytes(ip) - Ipv4.HEADER_BYTES;
    long upper = ip + Ipv4.HEADER_BYTES;
    if (bytes < leastBytes(protocol)
        || protocol == IpProtocol.ICMP && !Icmp.isQuery(Icmp.type(upper))) {
      return NOT_PLAIN;
    }
    return readUpper(upper, protocol, i);
  }

  private byte readPlain6(long ip, long shared, int i) {
    int protocol = Ipv6.nextHeader(ip);
    if (Ipv6.payloadBytes(ip) < leastBytes(protocol) || EXTENSIONS[protocol]) {
      return NOT_PLAIN;
    }
    setAddresses6(ip, i);
    long upper = ip + Ipv6.HEADER_BYTES;
    if (protocol == IpProtocol.ICMPV6 && Icmpv6.isErrorOrRedirect(Icmpv6.type(upper))) {
      return NOT_PLAIN;
    }
    if (protocol == IpProtocol.TCP) {
      // They lie behind the copy. A sender that changes them meanwhile only confuses its own
      // connection's time of rest.
      int flags = Byte.toUnsignedInt(Memory.getByte(shared + Ipv6.HEADER_BYTES + TCP_FLAGS));
      return setPorts(upper, protocol, flags, i);
    }
    return readUpper(upper, protocol, i);
  }

  void setAddresses4(long ip, int i) {
    keys.sourceHigh[i] = 0;
    keys.sourceLow[i] = Integer.toUnsignedLong(Ipv4.source(ip));
    keys.destinationHigh[i] = 0;
    keys.destinationLow[i] = Integer.toUnsignedLong(Ipv4.destination(ip));
    keys.ipv6[i] = false;
  }

  void setAddresses6(long ip, int i) {
    keys.sourceHigh[i] = Ipv6.sourceHigh(ip);
    keys.sourceLow[i] = Ipv6.sourceLow(ip);
    keys.destinationHigh[i] = Ipv6.destinationHigh(ip);
    keys.destinationLow[i] = Ipv6.destinationLow(ip);
    keys.ipv6[i] = true;
  }

  /** Bytes of the upper layer that must be there to tell the flow. */
  static int leastBytes(int protocol) {
    return LEAST_BYTES[protocol];
  }

  /** Reads the upper layer, whose {@link #leastBytes} are there; returns the packet's kind. */
  byte readUpper(long upper, int protocol, int i) {
    return switch (UPPER[protocol]) {
      case UPPER_TCP ->
          setPorts(upper, protocol, Byte.toUnsignedInt(Memory.getByte(upper + TCP_FLAGS)), i);
      case UPPER_PORTS -> setPorts(upper, protocol, 0, i);
      case UPPER_ICMP -> setIcmp(upper, protocol, Icmp.ECHO_REQUEST, Icmp.ECHO_REPLY, i);
      case UPPER_ICMPV6 -> setIcmp(upper, protocol, Icmpv6.ECHO_REQUEST, Icmpv6.ECHO_REPLY, i);
      default -> set(protocol, 0, 0, 0, 0, NEW, i);
    };
  }

  /** Reads the ports alone, of a header whose end is not there. */
  void readPorts(long upper, int protocol, int i) {
    kind[i] = setPorts(upper, protocol, 0, i);
  }

  private byte setPorts(long upper, int protocol, int flags, int i) {
    int source = Memory.getShortBe(upper);
    int destination = Memory.getShortBe(upper + 2);
    byte found = (flags & Tcp.RST) != 0 ? KNOWN : NEW;
    return set(protocol, source, destination, source << 16 | destination, flags, found, i);
  }

  private byte setIcmp(long upper, int protocol, int request, int reply, int i) {
    int type = Byte.toUnsignedInt(Memory.getByte(upper));
    int code = Byte.toUnsignedInt(Memory.getByte(upper + 1));
    if (type != request && type != reply) {
      return set(protocol, type, code, 0, 0, ALONE, i);
    }
    int identifier = Memory.getShortBe(upper + ECHO_IDENTIFIER);
    byte found = type == request ? NEW : KNOWN;
    return set(protocol, type, code, identifier << 16 | identifier, 0, found, i);
  }

  private byte set(
      int protocol, int source, int destination, int pair, int flags, byte found, int i) {
    keys.protocol[i] = protocol;
    keys.sourcePort[i] = source;
    keys.destinationPort[i] = destination;
    portPair[i] = pair;
    tcpFlags[i] = flags;
    return found;
  }

  /** Fills in the hashes of the flows that packets may belong to. */
  void hashAll(FlowCursor cursor, int count, int vrf) {
    for (int i = 0; i < count; i++) {
      hash[i] = kind[i] > ALONE ? hash(cursor, i, portPair[i], version(i), vrf) : 0;
    }
  }

  private int version(int i) {
    return keys.ipv6[i] ? FlowCursor.KIND_IP6 : FlowCursor.KIND_IP4;
  }

  private long hash(FlowCursor cursor, int i, int pair, int flowKind, int vrf) {
    return cursor.hash(
        keys.sourceHigh[i],
        keys.sourceLow[i],
        keys.destinationHigh[i],
        keys.destinationLow[i],
        pair,
        keys.protocol[i],
        flowKind,
        vrf);
  }

  /** Aims at the flow of a packet whose hash was filled in. */
  void aim(FlowCursor cursor, int i, int vrf) {
    aim(cursor, i, portPair[i], version(i), vrf, hash[i]);
  }

  void aimAtFragments(FlowCursor cursor, int i, int identification, int vrf) {
    int fragments = keys.ipv6[i] ? FlowCursor.KIND_FRAGMENTS6 : FlowCursor.KIND_FRAGMENTS4;
    long flowHash = hash(cursor, i, identification, fragments, vrf);
    aim(cursor, i, identification, fragments, vrf, flowHash);
  }

  private void aim(FlowCursor cursor, int i, int pair, int flowKind, int vrf, long flowHash) {
    cursor.aim(
        keys.sourceHigh[i],
        keys.sourceLow[i],
        keys.destinationHigh[i],
        keys.destinationLow[i],
        pair,
        keys.protocol[i],
        flowKind,
        vrf,
        flowHash);
  }

  /** Writes to the first position what a packet in the flow's other direction would say. */
  void turn(FlowHeaders from, int i) {
    FlowKeys other = from.keys;
    keys.sourceHigh[0] = other.destinationHigh[i];
    keys.sourceLow[0] = other.destinationLow[i];
    keys.destinationHigh[0] = other.sourceHigh[i];
    keys.destinationLow[0] = other.sourceLow[i];
    keys.ipv6[0] = other.ipv6[i];
    int protocol = other.protocol[i];
    keys.protocol[0] = protocol;
    if (protocol == IpProtocol.ICMP || protocol == IpProtocol.ICMPV6) {
      // Only an echo makes a flow, and the request comes first.
      keys.sourcePort[0] = other.ipv6[i] ? Icmpv6.ECHO_REQUEST : Icmp.ECHO_REQUEST;
      keys.destinationPort[0] = 0;
    } else {
      keys.sourcePort[0] = other.destinationPort[i];
      keys.destinationPort[0] = other.sourcePort[i];
    }
  }
}
