package dev.heddle.worker;

import dev.heddle.memory.Memory;
import dev.heddle.stage.Encapsulation;
import dev.heddle.table.Tunnels;
import dev.heddle.table.Underlay;
import dev.heddle.wire.Arp;
import dev.heddle.wire.Ethernet;
import dev.heddle.wire.Icmp;
import dev.heddle.wire.Icmpv6;
import dev.heddle.wire.IpProtocol;
import dev.heddle.wire.Ipv4;
import dev.heddle.wire.Ipv6;
import dev.heddle.wire.NeighbourDiscovery;
import dev.heddle.worker.TrainingFrames.Frame;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The frames that an uplink's peer sends in training: everything that a pod may send, in tunnel
 * packets of a node; tunnel packets that are wrong outside; and what is said on the underlay.
 */
final class TrainingArrivals {
  private static final int ROOM_BYTES = 128;
  private static final int UDP_4 = 34;
  private static final int UDP_6 = 54;
  private static final int VXLAN_BYTES = 16;
  private static final int UNDERLAY_BYTES = 84;

  private final Arena arena;
  private final TrainingTables tables;
  private final SplittableRandom random;
  private final List<Frame> plain = new ArrayList<>();
  private final List<Frame> rare = new ArrayList<>();
  private int nextRare;

  /**
   * @param inner frames from addresses behind the node
   */
  TrainingArrivals(
      Arena arena, TrainingTables tables, SplittableRandom random, TrainingFrames inner) {
    this.arena = arena;
    this.tables = tables;
    this.random = random;
    for (Frame frame : inner.plain()) {
      plain.add(wrap(frame, tunnel(), random.nextInt(8) == 0 ? 1 + random.nextInt(2) : 0));
    }
    for (Frame frame : inner.rare()) {
      rare.add(wrap(frame, tunnel(), 0));
    }
    for (Frame frame : inner.fromElsewhere()) {
      rare.add(wrap(frame, TrainingUnderlay.TUNNEL4, 0));
      rare.add(wrap(frame, TrainingUnderlay.TUNNEL6, 0));
    }
    for (Frame frame : inner.plain().subList(0, 16)) {
      addCongestion(frame);
    }
    addOuterFaults(inner.plain());
    addUnderlay();
    addDiscovery();
  }

  List<Frame> plain() {
    return plain;
  }

  /** The rare frames one after the other, so that none is left out, whoever asks. */
  Frame nextRare() {
    nextRare = (nextRare + 1) % rare.size();
    return rare.get(nextRare);
  }

  private int tunnel() {
    return random.nextBoolean() ? TrainingUnderlay.TUNNEL4 : TrainingUnderlay.TUNNEL6_PLAIN;
  }

  private static boolean isOver6(int tunnel) {
    return tunnel != TrainingUnderlay.TUNNEL4;
  }

  /** The frame as the node at the other end of a tunnel would send it. */
  private Frame wrap(Frame inner, int tunnel, int network) {
    Underlay underlay = tables.underlay();
    int overhead = isOver6(tunnel) ? Tunnels.OVERHEAD6_BYTES : Tunnels.OVERHEAD4_BYTES;
    int bytes = overhead + inner.bytes();
    long outer = arena.allocate(ROOM_BYTES + (long) bytes, 64).address();
    Memory.copy(inner.address(), outer + overhead, inner.bytes());
    long argument = Tunnels.hopArgument(underlay.tunnels(), tunnel + 1, 0);
    long mac = TrainingUnderlay.mac(TrainingUnderlay.UPLINK);
    Encapsulation.wrapOne(
        outer + overhead, inner.bytes(), argument, mac, underlay, tables.vrf(network));
    return new Frame(outer, bytes);
  }

  /** All that RFC 6040 tells apart. */
  private void addCongestion(Frame inner) {
    for (int tunnel : new int[] {TrainingUnderlay.TUNNEL4, TrainingUnderlay.TUNNEL6}) {
      for (int ecn = 0; ecn < 16; ecn++) {
        Frame frame = wrap(inner, tunnel, 0);
        putEcn(frame, ecn & 3);
        int overhead = frame.bytes() - inner.bytes();
        putEcn(new Frame(frame.address() + overhead, inner.bytes()), ecn >>> 2);
        rare.add(frame);
      }
    }
  }

  private static void putEcn(Frame frame, int ecn) {
    long at = TrainingFrames.ip(frame);
    if (Ethernet.type(frame.address()) == Ethernet.TYPE_IPV4) {
      Memory.putByte(at + 1, (byte) ecn);
      TrainingFrames.repaired4(frame);
    } else {
      Memory.putByte(at + 1, (byte) (ecn << 4));
    }
  }

  private void addOuterFaults(List<Frame> inner) {
    for (int tunnel : new int[] {TrainingUnderlay.TUNNEL4, TrainingUnderlay.TUNNEL6_PLAIN}) {
      int udp = isOver6(tunnel) ? UDP_6 : UDP_4;
      for (int at = 0; at < udp + VXLAN_BYTES; at++) {
        for (int value : new int[] {0, 1, 8, 0x2c, 0x3a, 0xff}) {
          Frame frame = wrap(inner.get(at), tunnel, 0);
          Memory.putByte(frame.address() + at, (byte) value);
          boolean repaired = !isOver6(tunnel) && at > 14 && at != 24 && at != 25;
          rare.add(repaired ? TrainingFrames.repaired4(frame) : frame);
        }
      }
      for (int bytes = 1; bytes < udp + VXLAN_BYTES + 56; bytes++) {
        rare.add(new Frame(wrap(inner.get(bytes), tunnel, 0).address(), bytes));
      }
      for (int udpBytes = 0; udpBytes < 90; udpBytes++) {
        Frame frame = wrap(inner.get(udpBytes), tunnel, 0);
        Memory.putShortBe(frame.address() + udp + 4, udpBytes);
        rare.add(frame);
        rare.add(withUdpBytes(inner.get(udpBytes), tunnel, udpBytes));
      }
    }
  }

  /** A tunnel packet that is cut, but whose lengths say so. */
  private Frame withUdpBytes(Frame inner, int tunnel, int udpBytes) {
    Frame frame = wrap(inner, tunnel, 0);
    long ip = TrainingFrames.ip(frame);
    boolean over6 = isOver6(tunnel);
    Memory.putShortBe(ip + (over6 ? 4 : 2), over6 ? udpBytes : Ipv4.HEADER_BYTES + udpBytes);
    Memory.putShortBe(frame.address() + (over6 ? UDP_6 : UDP_4) + 4, udpBytes);
    int bytes = (over6 ? UDP_6 : UDP_4) + udpBytes;
    return over6 ? new Frame(frame.address(), bytes) : shortened4(frame, bytes);
  }

  private static Frame shortened4(Frame frame, int bytes) {
    TrainingFrames.repaired4(frame);
    return new Frame(frame.address(), bytes);
  }

  /** ARP and echo requests to our tunnel address and to others. */
  private void addUnderlay() {
    int node = TrainingUnderlay.node4(TrainingUnderlay.NODE);
    for (int target : new int[] {TrainingUnderlay.ADDRESS4, node, 0}) {
      for (int operation = 0; operation < 4; operation++) {
        for (int sender : new int[] {TrainingUnderlay.ADDRESS4, node, 0x0101_0101}) {
          Frame arp = underlay(Ethernet.TYPE_ARP, Arp.PACKET_BYTES);
          long at = TrainingFrames.ip(arp);
          Memory.putLongBe(at, 0x0001_0800_0604L << 16 | operation);
          Memory.putLong(at + 8, TrainingUnderlay.mac(0x78));
          Memory.putIntBe(at + 14, sender);
          Memory.putIntBe(at + 24, target);
          rare.add(arp);
        }
      }
      Frame echo = underlay(Ethernet.TYPE_IPV4, UNDERLAY_BYTES);
      long ip = TrainingFrames.ip(echo);
      Ipv4.write(ip, 0, UNDERLAY_BYTES, 64, IpProtocol.ICMP, node, target);
      int messageBytes = UNDERLAY_BYTES - Ipv4.HEADER_BYTES;
      Icmp.write(ip + Ipv4.HEADER_BYTES, Icmp.ECHO_REQUEST, 0, 1, messageBytes);
      rare.add(echo);
      rare.add(toStations(echo));
    }
  }

  /** Neighbour discovery about us and others, from all sorts of sources. */
  private void addDiscovery() {
    long high = TrainingUnderlay.ADDRESS6_HIGH;
    long own = TrainingUnderlay.ADDRESS6_LOW;
    long node = own + TrainingUnderlay.NODE;
    for (int type = NeighbourDiscovery.ROUTER_SOLICITATION; type <= Icmpv6.REDIRECT; type++) {
      for (long target : new long[] {own, node, 0x99}) {
        for (long source : new long[] {own, node, 0}) {
          for (int flags : new int[] {0, NeighbourDiscovery.FLAG_OVERRIDE, -1}) {
            rare.add(discovery(type, high, source, target, flags, target));
            rare.add(discovery(type, high, source, target, flags, own));
          }
        }
      }
    }
    rare.add(discovery(Icmpv6.ECHO_REQUEST, high, node, 0, 0, own));
    rare.add(discovery(Icmpv6.ECHO_REPLY, high, node, 0, 0, own));
    rare.add(discovery(Icmpv6.ECHO_REQUEST, high, node, 0, 0, node));
    for (long source : new long[] {own, node, 0}) {
      for (long to : new long[] {own, node, 0}) {
        rare.add(emptied6(discovery(Icmpv6.ECHO_REQUEST, high, source, 0, 0, to)));
        rare.add(toStations(discovery(Icmpv6.ECHO_REQUEST, high, source, 0, 0, to)));
        rare.add(toStations(discovery(Icmpv6.ECHO_REPLY, high, source, 0, 0, to)));
      }
    }
  }

  /** Says that nothing is behind its header. */
  private static Frame emptied6(Frame frame) {
    Memory.putShortBe(TrainingFrames.ip(frame) + 4, 0);
    return frame;
  }

  /** The same to a group of stations, whoever the host is. */
  private Frame toStations(Frame frame) {
    long address = arena.allocate(ROOM_BYTES + (long) frame.bytes(), 64).address();
    Memory.copy(frame.address(), address, frame.bytes());
    Memory.putByte(address, (byte) (Memory.getByte(address) | 1));
    return new Frame(address, frame.bytes());
  }

  private Frame discovery(int type, long high, long source, long target, int flags, long to) {
    int bytes = NeighbourDiscovery.SOLICITATION_BYTES;
    Frame frame = underlay(Ethernet.TYPE_IPV6, Ipv6.HEADER_BYTES + bytes);
    long ip = TrainingFrames.ip(frame);
    long message = ip + Ipv6.HEADER_BYTES;
    Ipv6.write(ip, 0, bytes, IpProtocol.ICMPV6, NeighbourDiscovery.HOP_LIMIT);
    Ipv6.putSource(ip, source == 0 ? 0 : high, source);
    boolean toGroup = to == target;
    Ipv6.putDestination(
        ip,
        toGroup ? NeighbourDiscovery.SOLICITED_NODE_HIGH : high,
        toGroup ? NeighbourDiscovery.solicitedNodeLow(to) : to);
    NeighbourDiscovery.writeSolicitation(message, high, target, TrainingUnderlay.mac(0x78));
    if (type == NeighbourDiscovery.NEIGHBOUR_ADVERTISEMENT) {
      NeighbourDiscovery.answer(message, flags, TrainingUnderlay.mac(0x79));
    } else {
      Icmpv6.write(message, type, 0, 0);
    }
    Icmpv6.putChecksum(ip, message, bytes);
    return frame;
  }

  private Frame underlay(int type, int bytes) {
    long address = arena.allocate(ROOM_BYTES + (long) bytes, 64).address();
    long mac = TrainingUnderlay.mac(TrainingUnderlay.UPLINK);
    Ethernet.write(address, mac, TrainingUnderlay.mac(0x78), type);
    return new Frame(address, Ethernet.HEADER_BYTES + bytes);
  }
}
