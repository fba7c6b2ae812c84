package dev.heddle.worker;

import dev.heddle.memory.Memory;
import dev.heddle.wire.Arp;
import dev.heddle.wire.Checksum;
import dev.heddle.wire.Ethernet;
import dev.heddle.wire.Icmp;
import dev.heddle.wire.Icmpv6;
import dev.heddle.wire.IpProtocol;
import dev.heddle.wire.Ipv4;
import dev.heddle.wire.Ipv6;
import dev.heddle.wire.NeighbourDiscovery;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The frames that one interface's peer sends in training: plain ones, and one of each rare kind.
 */
final class TrainingFrames {
  /** A frame with its Ethernet header, as a peer would send it. */
  record Frame(long address, int bytes) {}

  private static final int TCP = 6;
  private static final int SCTP = 132;
  private static final int[] PROTOCOLS = {
    IpProtocol.UDP, IpProtocol.UDP, TCP, IpProtocol.ICMP, SCTP
  };
  private static final int[] PLAIN_BYTES = {40, 46, 46, 50, 50, 50, 186, 1486};
  private static final int PLAIN = 256;
  private static final int[] PLAIN_KINDS = {
    TrainingTables.TO_ENDPOINT,
    TrainingTables.TO_GROUP,
    TrainingTables.TO_REMOTE,
    TrainingTables.TO_REMOTE6,
    TrainingTables.TO_REMOTE6_PLAIN,
    TrainingTables.TO_REMOTE_GROUP,
    TrainingTables.TO_REMOTE_SMALL_BUFFERS,
    TrainingTables.TO_OUTSIDE,
  };
  private static final int RANDOM_DESTINATIONS = 64;
  private static final int ICMP_TYPES = 64;
  private static final int ROOM_BYTES = 128;
  private static final int OPTION_BYTES = 8;

  private final Arena arena;
  private final TrainingTables tables;
  private final SplittableRandom random;
  private final int sender;
  private final int source4;
  private final long source6Low;
  private final Frame toJumping;
  private final List<Frame> plain = new ArrayList<>();
  private final List<Frame> rare = new ArrayList<>();
  private int nextRare;

  TrainingFrames(Arena arena, TrainingTables tables, SplittableRandom random, int sender) {
    this.arena = arena;
    this.tables = tables;
    this.random = random;
    this.sender = sender;
    this.source4 = TrainingTables.address4(sender);
    this.source6Low = TrainingTables.address6Low(sender);
    for (int i = 0; i < PLAIN; i++) {
      int ipBytes = PLAIN_BYTES[random.nextInt(PLAIN_BYTES.length)];
      plain.add(
          random.nextInt(3) == 0
              ? ip6(destination6High(), destination6Low(), 64, IpProtocol.UDP, ipBytes + 4)
              : ip4(destination4(), 64, PROTOCOLS[random.nextInt(PROTOCOLS.length)], ipBytes));
    }
    toJumping = ip4(TrainingTables.address4(TrainingTables.JUMPING), 64, IpProtocol.UDP, 50);
    addRare4();
    addRare6();
    addNeighbours();
    addForRouter();
    addSlowTransit();
    addUnanswerable();
    TrainingFaults.addTo(this);
    if (sender < TrainingTables.SENDERS && TrainingTables.network(sender) == 0) {
      TrainingConversations.addTo(this, sender);
    }
  }

  List<Frame> plain() {
    return plain;
  }

  /** A frame for the peer that breaks the protocol. */
  Frame toJumping() {
    return toJumping;
  }

  List<Frame> rare() {
    return rare;
  }

  /** The rare frames one after the other, so that none is left out, whoever asks. */
  Frame nextRare() {
    nextRare = (nextRare + 1) % rare.size();
    return rare.get(nextRare);
  }

  private int destination4() {
    if (TrainingTables.network(sender) != 0) {
      return tables.randomAddress4();
    }
    int kind = destinationKind();
    kind += random.nextInt(4) == 0 ? TrainingTables.TO_COUNTED : 0;
    return TrainingTables.RANGE4 | kind << 8 | receiver();
  }

  private long destination6High() {
    return TrainingTables.network(sender) != 0 ? tables.randomAddress6() : TrainingTables.RANGE6;
  }

  private long destination6Low() {
    int kind = destinationKind();
    kind += random.nextInt(4) == 0 ? TrainingTables.TO_COUNTED : 0;
    return (long) kind << 16 | receiver();
  }

  /**
   * The first endpoint does not send to other nodes; what comes from one does not go back there,
   * nor what comes from outside.
   */
  private int destinationKind() {
    if (sender == TrainingTables.REMOTE && random.nextInt(4) == 0) {
      return TrainingTables.TO_OUTSIDE;
    }
    int most = sender == 0 || sender == TrainingTables.REMOTE ? 2 : PLAIN_KINDS.length;
    most -= sender == TrainingTables.OUTSIDE ? 1 : 0;
    return PLAIN_KINDS[random.nextInt(2) == 0 ? 0 : random.nextInt(most)];
  }

  /**
   * Frames to the first endpoint, and some that expire: from behind several nodes, behind another
   * one, from where no large answer can go, from the gateway, which other nodes have, too, and from
   * nobody that a node may speak for.
   */
  List<Frame> fromElsewhere() {
    List<Frame> frames = new ArrayList<>();
    for (int timeToLive = 1; timeToLive < 3; timeToLive++) {
      for (int kind :
          new int[] {
            TrainingTables.TO_REMOTE_GROUP,
            TrainingTables.TO_REMOTE6,
            TrainingTables.TO_REMOTE_SMALL_MTU,
            TrainingTables.TO_COUNTED + TrainingTables.TO_REMOTE
          }) {
        frames.add(from4(TrainingTables.RANGE4 | kind << 8 | 10, timeToLive));
        frames.add(from6(TrainingTables.RANGE6, (long) kind << 16 | 10, timeToLive));
      }
      frames.add(from4(TrainingTables.GATEWAY4, timeToLive));
      frames.add(from6(TrainingTables.RANGE6, 1, timeToLive));
      frames.add(from6(TrainingTables.RANGE6 | 1, 1, timeToLive));
    }
    return frames;
  }

  private Frame from4(int source, int timeToLive) {
    Frame frame = ip4(TrainingTables.address4(0), timeToLive, IpProtocol.ICMP, 600);
    Memory.putIntBe(ip(frame) + 12, source);
    Icmp.write(ip(frame) + Ipv4.HEADER_BYTES, Icmp.ECHO_REQUEST, 0, 1, 580);
    return repaired4(frame);
  }

  private Frame from6(long high, long low, int hopLimit) {
    long to = TrainingTables.address6Low(0);
    Frame frame = ip6(TrainingTables.RANGE6, to, hopLimit, IpProtocol.ICMPV6, 600);
    Ipv6.putSource(ip(frame), high, low);
    Icmpv6.write(ip(frame) + Ipv6.HEADER_BYTES, Icmpv6.ECHO_REQUEST, 0, 1);
    return frame;
  }

  /** The last byte of an endpoint's address, of all that have a ring. */
  private int receiver() {
    return 10 + random.nextInt(TrainingTables.STUCK + 1);
  }

  private void addRare4() {
    int to = TrainingTables.address4(0);
    for (int kind = 0; kind < 2 * TrainingTables.TO_COUNTED; kind++) {
      rare.add(ip4(TrainingTables.RANGE4 | kind << 8 | 10, 64, IpProtocol.UDP, 50));
      rare.add(ip4(TrainingTables.RANGE4 | kind << 8 | 10, 64, TCP, 600));
      addToBeFragmented(TrainingTables.RANGE4 | kind << 8 | 10);
    }
    for (int totalBytes = 20; totalBytes < 32; totalBytes++) {
      rare.add(ip4(to, 64, SCTP, totalBytes));
      rare.add(ip4(to + totalBytes % 8, 64, IpProtocol.UDP, 50 + totalBytes));
    }
    int[] destinations = {
      0,
      -1,
      0x7f00_0001,
      0xe000_0001,
      0x0808_0808,
      TrainingTables.RANGE4 | 0xffff,
      TrainingTables.OUTSIDE4 | 7
    };
    for (int destination : destinations) {
      rare.add(ip4(destination, 64, IpProtocol.UDP, 50));
      rare.add(ip4(destination, 1, IpProtocol.ICMP, 50));
    }
    for (int receiver = TrainingTables.STUCK; receiver < TrainingTables.INTERFACES; receiver++) {
      rare.add(ip4(TrainingTables.address4(receiver), 64, IpProtocol.UDP, 50));
      rare.add(optioned(TrainingTables.address4(receiver), 1));
    }
    rare.add(ip4(to, 1, IpProtocol.UDP, 50));
    rare.add(ip4(to, 0, TCP, 1486));
    for (int option : new int[] {0, 1, 7, 131, 137, 0x94}) {
      rare.add(optioned(to, option));
      rare.add(optioned(TrainingTables.GATEWAY4, option));
    }
    for (int source :
        new int[] {
          0,
          0x7f00_0001,
          source4 + 1,
          TrainingTables.RANGE4 | 0x6401,
          TrainingTables.RANGE4 | 0xffff,
          0x0a63_0007,
          TrainingUnderlay.ADDRESS4,
          TrainingUnderlay.ADDRESS4 + 7
        }) {
      Frame frame = ip4(to, 64, IpProtocol.UDP, 50);
      Memory.putIntBe(ip(frame) + 12, source);
      rare.add(repaired4(frame));
    }
    for (int flagsAndOffset : new int[] {0x2000, 0x2010, 0x0010}) {
      Frame frame = ip4(to, flagsAndOffset == 0x2010 ? 1 : 64, IpProtocol.UDP, 50);
      Memory.putShortBe(ip(frame) + 6, flagsAndOffset);
      rare.add(repaired4(frame));
    }
    rare.add(ip4(to, 64, IpProtocol.UDP, 4000));
    for (int ipBytes = 1000; ipBytes < 9000; ipBytes += 1000) {
      // These two have small buffers.
      rare.add(ip4(TrainingTables.address4(4), 64, IpProtocol.UDP, ipBytes));
      rare.add(ip4(TrainingTables.address4(5), 64, IpProtocol.UDP, ipBytes));
    }
  }

  private void addRare6() {
    long low = TrainingTables.address6Low(0);
    for (int kind = 0; kind < 2 * TrainingTables.TO_COUNTED; kind++) {
      rare.add(ip6(TrainingTables.RANGE6, (long) kind << 16 | 10, 64, IpProtocol.UDP, 70));
      rare.add(ip6(TrainingTables.RANGE6, (long) kind << 16 | 10, 64, TCP, 1400));
    }
    long[] destinations = {0, 0xff02L << 48, 0xfe80L << 48, 0x2620L << 48, TrainingTables.OUTSIDE6};
    for (long destination : destinations) {
      rare.add(ip6(destination, 1, 64, IpProtocol.UDP, 70));
    }
    for (int protocol :
        new int[] {IpProtocol.ICMPV6, TCP, IpProtocol.FRAGMENT, IpProtocol.ROUTING}) {
      rare.add(ip6(TrainingTables.RANGE6, low, 64, protocol, 80));
      rare.add(ip6(TrainingTables.RANGE6, low, 1, protocol, 80));
    }
    for (long source :
        new long[] {
          0, 0xfe80L << 48, 0xff02L << 48, 0xfd00_0099_0000_0000L, TrainingUnderlay.ADDRESS6_HIGH
        }) {
      Frame frame = ip6(TrainingTables.RANGE6, low, 64, IpProtocol.UDP, 70);
      Ipv6.putSource(ip(frame), source, source == 0 ? 0 : 5);
      rare.add(frame);
    }
    rare.add(ip6(TrainingTables.RANGE6, low, 64, IpProtocol.UDP, 40));
    rare.add(ip6(TrainingTables.RANGE6, low, 64, IpProtocol.UDP, 5000));
  }

  /** ARP and neighbour discovery: for the gateway, a neighbour, oneself and nobody. */
  private void addNeighbours() {
    int[] targets4 = {TrainingTables.GATEWAY4, source4 + 1, source4, 0x0101_0101, 0};
    for (int target : targets4) {
      rare.add(arp(Arp.OPERATION_REQUEST, source4, target));
      rare.add(arp(Arp.OPERATION_REQUEST, 0, target));
      rare.add(arp(Arp.OPERATION_REPLY, source4, target));
    }
    rare.add(arp(3, source4, TrainingTables.GATEWAY4));
    rare.add(arp(Arp.OPERATION_REQUEST, source4 + 1, TrainingTables.GATEWAY4));
    for (long target : new long[] {1, source6Low + 1, source6Low}) {
      for (int type = NeighbourDiscovery.ROUTER_SOLICITATION; type <= Icmpv6.REDIRECT; type++) {
        rare.add(discovery(type, TrainingTables.RANGE6, source6Low, target));
        rare.add(discovery(type, 0xfe80L << 48, 7, target));
        rare.add(discovery(type, 0, 0, target));
      }
    }
  }

  private void addForRouter() {
    for (int type : new int[] {Icmp.ECHO_REQUEST, Icmp.ECHO_REPLY, Icmp.TIME_EXCEEDED}) {
      Frame echo = ip4(TrainingTables.GATEWAY4, 64, IpProtocol.ICMP, 84);
      Icmp.write(ip(echo) + Ipv4.HEADER_BYTES, type, 0, 1, 64);
      rare.add(echo);
    }
    for (int protocol : new int[] {IpProtocol.UDP, TCP}) {
      rare.add(ip4(TrainingTables.GATEWAY4, 64, protocol, 50));
      rare.add(ip6(TrainingTables.RANGE6, 1, 64, protocol, 70));
    }
    for (int type : new int[] {Icmpv6.ECHO_REQUEST, Icmpv6.ECHO_REPLY}) {
      Frame echo = ip6(TrainingTables.RANGE6, 1, 64, IpProtocol.ICMPV6, 104);
      Icmpv6.write(ip(echo) + Ipv6.HEADER_BYTES, type, 0, 1);
      Icmpv6.putChecksum(ip(echo), ip(echo) + Ipv6.HEADER_BYTES, 64);
      rare.add(echo);
    }
    int[] extensions = {
      IpProtocol.HOP_BY_HOP,
      IpProtocol.ROUTING,
      IpProtocol.FRAGMENT,
      IpProtocol.AUTHENTICATION,
      IpProtocol.NO_NEXT_HEADER,
      IpProtocol.DESTINATION_OPTIONS
    };
    for (int extension : extensions) {
      Frame frame = ip6(TrainingTables.RANGE6, 1, 64, extension, 80);
      Memory.putLong(ip(frame) + Ipv6.HEADER_BYTES, IpProtocol.UDP);
      rare.add(frame);
      addOptions(extension);
      Frame broken = ip6(TrainingTables.RANGE6, 1, 64, extension, 80);
      Memory.putLong(ip(broken) + Ipv6.HEADER_BYTES, -1L << 8 | extension);
      rare.add(broken);
    }
  }

  /** One more option in each: padding of both kinds, known, unknown, too long. */
  private void addOptions(int extension) {
    for (int option :
        new int[] {0, 0x01_02, 0x05_02, 0x3e_02, 0x7e_02, 0xbe_02, 0xfe_02, 0x05_ff}) {
      Frame frame = ip6(TrainingTables.RANGE6, 1, 64, extension, 80);
      Memory.putLongBe(ip(frame) + Ipv6.HEADER_BYTES, (long) IpProtocol.UDP << 56);
      Memory.putShortBe(ip(frame) + Ipv6.HEADER_BYTES + 2, option);
      rare.add(frame);
    }
    rare.add(ip6(TrainingTables.RANGE6, 1, 64, extension, 40));
  }

  /** What is forwarded the slow way: to every kind of next hop, and deep into large tables. */
  private void addSlowTransit() {
    for (int kind = 0; kind < 2 * TrainingTables.TO_COUNTED; kind++) {
      rare.add(optioned(TrainingTables.RANGE4 | kind << 8 | 10, 1));
      long low = (long) kind << 16 | 10;
      rare.add(ip6(TrainingTables.RANGE6, low, 64, IpProtocol.NO_NEXT_HEADER, 40));
    }
    for (int i = 0; i < RANDOM_DESTINATIONS; i++) {
      rare.add(optioned(tables.randomAddress4(), 1));
      rare.add(ip6(tables.randomAddress6(), 1, 64, IpProtocol.NO_NEXT_HEADER, 40));
    }
  }

  /** ICMP of all types, which may be errors, about which no error is sent. */
  private void addUnanswerable() {
    for (int type = 0; type < ICMP_TYPES; type++) {
      Frame frame = ip4(TrainingTables.address4(0), 1, IpProtocol.ICMP, 50);
      Memory.putByte(ip(frame) + Ipv4.HEADER_BYTES, (byte) type);
      rare.add(frame);
      long low = TrainingTables.address6Low(0);
      Frame frame6 = ip6(TrainingTables.RANGE6, low, 1, IpProtocol.ICMPV6, 80);
      Memory.putByte(ip(frame6) + Ipv6.HEADER_BYTES, (byte) (4 * type));
      rare.add(frame6);
    }
  }

  Frame ip4(int destination, int timeToLive, int protocol, int totalBytes) {
    Frame frame = frame(Ethernet.TYPE_IPV4, totalBytes);
    Ipv4.write(ip(frame), 0, totalBytes, timeToLive, protocol, source4, destination);
    return frame;
  }

  /** Packets that may be cut, or are a part already; one with options of both kinds. */
  private void addToBeFragmented(int destination) {
    for (int flagsAndOffset : new int[] {0, 0x2000, 0x2010, 0x0010}) {
      Frame frame = ip4(destination, 64, IpProtocol.UDP, 1000);
      Memory.putShortBe(ip(frame) + 6, flagsAndOffset);
      if (flagsAndOffset == 0x2000) {
        Memory.putByte(ip(frame), (byte) (0x45 + OPTION_BYTES / 4));
        Memory.putLongBe(ip(frame) + Ipv4.HEADER_BYTES, 0x0194_0400_0007_0300L);
      }
      rare.add(repaired4(frame));
    }
  }

  private Frame optioned(int destination, int option) {
    Frame frame = ip4(destination, option == 7 ? 1 : 64, IpProtocol.UDP, 60);
    Memory.putByte(ip(frame), (byte) (0x45 + OPTION_BYTES / 4));
    Memory.putByte(ip(frame) + Ipv4.HEADER_BYTES, (byte) option);
    Memory.putByte(ip(frame) + Ipv4.HEADER_BYTES + 1, (byte) (option == 0x94 ? 77 : 4));
    return repaired4(frame);
  }

  Frame ip6(long high, long low, int hopLimit, int protocol, int totalBytes) {
    Frame frame = frame(Ethernet.TYPE_IPV6, totalBytes);
    Ipv6.write(ip(frame), 0, totalBytes - Ipv6.HEADER_BYTES, protocol, hopLimit);
    Ipv6.putSource(ip(frame), TrainingTables.address6High(sender), source6Low);
    Ipv6.putDestination(ip(frame), high, low);
    return frame;
  }

  private Frame arp(int operation, int from, int target) {
    Frame frame = frame(Ethernet.TYPE_ARP, Arp.PACKET_BYTES);
    Memory.putLongBe(ip(frame), 0x0001_0800_0604L << 16 | operation);
    Memory.putIntBe(ip(frame) + 14, from);
    Memory.putIntBe(ip(frame) + 24, target);
    return frame;
  }

  private Frame discovery(int type, long sourceHigh, long sourceLow, long target) {
    boolean option = sourceHigh != 0 && random.nextBoolean();
    int messageBytes = NeighbourDiscovery.fixedBytes(type) + (option ? 8 : 0);
    Frame frame =
        ip6(0xff02L << 48, 0x1_ff00_0000L | target, 255, IpProtocol.ICMPV6, 40 + messageBytes);
    Ipv6.putSource(ip(frame), sourceHigh, sourceLow);
    long message = ip(frame) + Ipv6.HEADER_BYTES;
    Icmpv6.write(message, type, 0, 0);
    Memory.putLongBe(message + 8, TrainingTables.RANGE6);
    Memory.putLongBe(message + 16, target);
    if (option) {
      Memory.putShortBe(message + NeighbourDiscovery.fixedBytes(type), 0x0101);
    }
    Icmpv6.putChecksum(ip(frame), message, messageBytes);
    return frame;
  }

  private Frame frame(int type, int ipBytes) {
    long address = arena.allocate(ROOM_BYTES + ipBytes, 64).address();
    long to =
        sender == TrainingTables.OUTSIDE
            ? TrainingUnderlay.mac(TrainingUnderlay.UPLINK)
            : TrainingTables.ROUTER_MAC;
    Ethernet.write(address, to, TrainingTables.podMac(sender), type);
    return new Frame(address, Ethernet.HEADER_BYTES + ipBytes);
  }

  static long ip(Frame frame) {
    return frame.address() + Ethernet.HEADER_BYTES;
  }

  /** Makes the header's checksum right again. */
  static Frame repaired4(Frame frame) {
    long ip = ip(frame);
    Memory.putShortBe(ip + 10, 0);
    Memory.putShortBe(ip + 10, Checksum.finish(Checksum.sum(ip, Ipv4.headerBytes(ip))));
    return frame;
  }
}
