package dev.heddle.underlay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.memory.Memory;
import dev.heddle.port.loopback.LoopbackLink;
import dev.heddle.wire.Arp;
import dev.heddle.wire.Ethernet;
import dev.heddle.wire.Icmpv6;
import dev.heddle.wire.IpProtocol;
import dev.heddle.wire.Ipv6;
import dev.heddle.wire.NeighbourDiscovery;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Another station on the uplink's link, IPv4 or IPv6, which the test plays. */
final class UnderlayHost {
  private static final int ND_BYTES = NeighbourDiscovery.ADVERTISEMENT_BYTES;

  /** A frame that came from the uplink. */
  record Frame(byte[] bytes) {
    long destination() {
      return mac(0);
    }

    int type() {
      return (bytes[12] & 0xff) << 8 | bytes[13] & 0xff;
    }

    String hex(int from, int to) {
      return HexFormat.of().formatHex(bytes, from, to);
    }

    /** What the pod put at its packet's end. */
    int number() {
      int at = bytes.length - Integer.BYTES;
      return bytes[at] & 0xff
          | (bytes[at + 1] & 0xff) << 8
          | (bytes[at + 2] & 0xff) << 16
          | (bytes[at + 3] & 0xff) << 24;
    }

    boolean isRequest() {
      return type() == Ethernet.TYPE_ARP && bytes[21] == Arp.OPERATION_REQUEST
          || type() == Ethernet.TYPE_IPV6
              && bytes[20] == IpProtocol.ICMPV6
              && (bytes[54] & 0xff) == NeighbourDiscovery.NEIGHBOUR_SOLICITATION;
    }

    private long mac(int at) {
      long mac = 0;
      for (int i = 5; i >= 0; i--) {
        mac = mac << 8 | bytes[at + i] & 0xff;
      }
      return mac;
    }
  }

  private final LoopbackLink link;
  private final boolean ipv6;

  UnderlayHost(LoopbackLink link, boolean ipv6) {
    this.link = link;
    this.ipv6 = ipv6;
  }

  /** All frames that wait. */
  List<Frame> collect() {
    List<Frame> frames = new ArrayList<>();
    while (link.pending() > 0) {
      byte[] bytes = new byte[link.pendingBytes()];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = Memory.getByte(link.pendingPacket() + i);
      }
      frames.add(new Frame(bytes));
      link.collect();
    }
    return frames;
  }

  /** Waits for frames, of which there may be some before it. */
  List<Frame> await(int count) {
    List<Frame> frames = new ArrayList<>();
    UnderlayWorld.await(() -> {
      frames.addAll(collect());
      return frames.size() >= count;
    });
    assertThat(frames).hasSize(count);
    return frames;
  }

  /** Waits for a request, whatever else may come before it. */
  Frame awaitRequest() {
    List<Frame> requests = new ArrayList<>();
    UnderlayWorld.await(() -> {
      collect().stream().filter(Frame::isRequest).forEach(requests::add);
      return !requests.isEmpty();
    });
    return requests.getFirst();
  }

  /** Says to our uplink where an address is: the last 64 bits of an IPv6 one, or an IPv4 one. */
  void answer(long high, long low, long mac) {
    if (ipv6) {
      advertise(high, low, mac, UnderlayWorld.UPLINK_MAC, UnderlayWorld.PREFIX6, 1, true);
    } else {
      arp(Arp.OPERATION_REPLY, (int) low, mac, UnderlayWorld.UPLINK_MAC, UnderlayWorld.OWN4);
    }
  }

  /** Says to everybody where an address is. */
  void announce(long high, long low, long mac) {
    if (ipv6) {
      advertise(high, low, mac, 0x0100_0000_3333L, 0xff02L << 48, 1, false);
    } else {
      arp(Arp.OPERATION_REQUEST, (int) low, mac, Ethernet.BROADCAST, (int) low);
    }
  }

  /** Sends whatever ARP says. */
  void arp(int operation, int sender, long mac, long toMac, int target) {
    long frame = buffer();
    Ethernet.write(frame, toMac, mac, Ethernet.TYPE_ARP);
    long arp = frame + Ethernet.HEADER_BYTES;
    Arp.writeRequest(arp, mac, sender, target);
    Memory.putShortBe(arp + 6, operation);
    link.send(Ethernet.HEADER_BYTES + Arp.PACKET_BYTES);
  }

  private void advertise(
      long high, long low, long mac, long toMac, long toHigh, long toLow, boolean solicited) {
    long frame = buffer();
    Ethernet.write(frame, toMac, mac, Ethernet.TYPE_IPV6);
    long ip = frame + Ethernet.HEADER_BYTES;
    long message = ip + Ipv6.HEADER_BYTES;
    Ipv6.write(ip, 0, ND_BYTES, IpProtocol.ICMPV6, NeighbourDiscovery.HOP_LIMIT);
    Ipv6.putSource(ip, high, low);
    Ipv6.putDestination(ip, toHigh, toLow);
    NeighbourDiscovery.writeSolicitation(message, high, low, mac);
    int flags = NeighbourDiscovery.FLAG_OVERRIDE;
    NeighbourDiscovery.answer(
        message, solicited ? flags | NeighbourDiscovery.FLAG_SOLICITED : flags, mac);
    Icmpv6.putChecksum(ip, message, ND_BYTES);
    link.send(Ethernet.HEADER_BYTES + Ipv6.HEADER_BYTES + ND_BYTES);
  }

  private long buffer() {
    UnderlayWorld.await(() -> link.room() > 0);
    return link.nextBuffer();
  }
}
