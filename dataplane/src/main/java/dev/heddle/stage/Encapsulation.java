package dev.heddle.stage;

import dev.heddle.memory.Memory;
import dev.heddle.packet.Batch;
import dev.heddle.packet.TxWindow;
import dev.heddle.table.Neighbours;
import dev.heddle.table.Tables;
import dev.heddle.table.Tunnels;
import dev.heddle.table.Underlay;
import dev.heddle.table.Vrf;
import dev.heddle.wire.Checksum;
import dev.heddle.wire.Ethernet;

/**
 * Puts VXLAN and outer headers before frames that go to other nodes (RFC 7348 4.1, 5), from the
 * words that {@link Tunnels} has prepared. The frames stand where they are to be sent from, with
 * room before them.
 *
 * <p>The UDP source port is of the range 49152 to 65535, by a hash of the inner addresses and ports
 * that both directions of a flow have in common. Congestion bits are copied to the outside (RFC
 * 6040 4.1); the rest of the traffic class is not, since a pod has no say on the underlay.
 *
 * <p>Frames to a gateway outside get no outer headers, only the gateway's MAC address. Used by one
 * worker.
 */
public final class Encapsulation {
  private static final int UDP_AND_VXLAN_BYTES = 16;
  private static final int IP4_TO_VXLAN_BYTES = 20 + UDP_AND_VXLAN_BYTES;
  private static final int VXLAN_END_4 = 48;
  private static final int VXLAN_END_6 = 64;

  /** The bits of the source port that are always set, in a little-endian word. */
  private static final int DYNAMIC_PORT = 0x00c0;

  private static final int ENTROPY_BITS = 16;
  private static final int ENTROPY_MASK = 0xffff;

  /** By packet: the neighbour's MAC address. */
  private final long[] macs = new long[Batch.CAPACITY];

  /** By packet: what its outer headers take from the inner one, see {@link #entropy}. */
  private final int[] entropy = new int[Batch.CAPACITY];

  private int overheadBytes;

  /**
   * Finds packets that go into tunnels of one kind, and whose neighbours on the underlay are known.
   *
   * @param from place in the batch of the first packet
   * @param to behind the last one; all go to one uplink
   * @return behind the last of them; {@code from} if the neighbour of the first is not known
   */
  public int findAlike(Batch batch, int from, int to, Tables tables) {
    long[] hops = tables.hops();
    long[] tunnels = tables.underlay().tunnels();
    Neighbours neighbours = tables.underlay().neighbours();
    int[] places = batch.hop;
    long[] known = macs;
    int overhead = Tunnels.overheadBytes(hops[places[from] + 3]);
    int last = -1;
    long mac = 0;
    int i = from;
    for (; i < to; i++) {
      int place = places[i];
      if (place != last) {
        long argument = hops[place + 3];
        int at = Tunnels.tunnel(argument) * Tunnels.LONGS_PER_TUNNEL;
        mac = neighbours.mac(Tunnels.neighbour(tunnels[at]));
        if (mac == 0 || Tunnels.overheadBytes(argument) != overhead) {
          break;
        }
        last = place;
      }
      known[i] = mac;
    }
    overheadBytes = overhead;
    return i;
  }

  /** Bytes that the tunnels of the packets found last put before a frame. */
  public int overheadBytes() {
    return overheadBytes;
  }

  /**
   * Wraps packets that {@link #findAlike} found, all of one IP version, and whose frames are in the
   * first buffers of a window. Buffers and lengths are those of the outer frames then.
   */
  public void wrap(Batch batch, int from, int to, TxWindow window, Tables tables, Vrf vrf) {
    if (overheadBytes == 0) {
      address(batch, from, to, window, tables.hops());
      return;
    }
    long[] frames = batch.header;
    int[] fromInner = entropy;
    if (isIp6(frames[from])) {
      for (int i = from; i < to; i++) {
        fromInner[i] = entropy6(frames[i]);
      }
    } else {
      for (int i = from; i < to; i++) {
        fromInner[i] = entropy4(frames[i]);
      }
    }
    int vni = Integer.reverseBytes(vrf.vni() << 8);
    long[] hops = tables.hops();
    long[] tunnels = tables.underlay().tunnels();
    if (overheadBytes == Tunnels.OVERHEAD4_BYTES) {
      int[] places = batch.hop;
      int i = from;
      while (i < to) {
        int at = Tunnels.tunnel(hops[places[i] + 3]) * Tunnels.LONGS_PER_TUNNEL;
        i = wrapRun4(batch, i, to, window, window.first - from, tunnels, at, vni);
      }
    } else {
      wrap6(batch, from, to, window, hops, tunnels, vni);
    }
  }

  /** The next hop's first word lacks the neighbour's MAC address. */
  private void address(Batch batch, int from, int to, TxWindow window, long[] hops) {
    int ahead = window.first - from;
    for (int i = from; i < to; i++) {
      Memory.putLong(window.buffer[ahead + i], hops[batch.hop[i]] | macs[i]);
    }
  }

  /**
   * Wraps packets of one next hop, whose words are read once; returns the place behind the last.
   */
  private int wrapRun4(
      Batch batch, int from, int to, TxWindow window, int ahead, long[] tunnels, int at, int vni) {
    int word = at + Tunnels.FIRST_WORD;
    long w0 = tunnels[word] | macs[from];
    long w1 = tunnels[word + 1];
    long w2 = tunnels[word + 2];
    long w3 = tunnels[word + 3];
    long w4 = tunnels[word + 4];
    long w5 = tunnels[word + 5] | (long) vni << 48;
    long constantSum = tunnels[at + 1];
    int[] places = batch.hop;
    int[] lengths = batch.lengthBytes;
    long[] buffers = window.buffer;
    int[] fromInner = entropy;
    int place = places[from];
    int i = from;
    for (; i < to && places[i] == place; i++) {
      long outer = buffers[ahead + i] - Tunnels.OVERHEAD4_BYTES;
      int bytes = lengths[i];
      long ecn = fromInner[i] >>> ENTROPY_BITS;
      long port = fromInner[i] & ENTROPY_MASK | DYNAMIC_PORT;
      long totalBytes = swap(bytes + IP4_TO_VXLAN_BYTES);
      long udpBytes = swap(bytes + UDP_AND_VXLAN_BYTES);
      long sum = fold(constantSum + totalBytes + (ecn << 8));
      Memory.putLong(outer, w0);
      Memory.putLong(outer + 8, w1 | ecn << 56);
      Memory.putLong(outer + 16, w2 | totalBytes);
      Memory.putLong(outer + 24, w3 | ~sum & 0xffff);
      Memory.putLong(outer + 32, w4 | port << 16 | udpBytes << 48);
      Memory.putLong(outer + 40, w5);
      Memory.putShort(outer + VXLAN_END_4, (short) (vni >>> 16));
      buffers[ahead + i] = outer;
      lengths[i] = bytes + Tunnels.OVERHEAD4_BYTES;
    }
    return i;
  }

  /** To 16 bits, twice, as one addition may carry over again (RFC 1071). */
  private static long fold(long sum) {
    long once = (sum & 0xffff) + (sum >>> 16);
    return once + (once >>> 16);
  }

  private void wrap6(
      Batch batch, int from, int to, TxWindow window, long[] hops, long[] tunnels, int vni) {
    int[] places = batch.hop;
    int[] lengths = batch.lengthBytes;
    long[] buffers = window.buffer;
    long[] neighbours = macs;
    int[] fromInner = entropy;
    int ahead = window.first - from;
    for (int i = from; i < to; i++) {
      int at = Tunnels.tunnel(hops[places[i] + 3]) * Tunnels.LONGS_PER_TUNNEL;
      long outer = buffers[ahead + i] - Tunnels.OVERHEAD6_BYTES;
      int bytes = lengths[i];
      write6(outer, bytes, tunnels, at, neighbours[i], fromInner[i], vni);
      buffers[ahead + i] = outer;
      lengths[i] = bytes + Tunnels.OVERHEAD6_BYTES;
    }
  }

  /** Lets packets have the lengths again that they had before {@link #wrap}. */
  public void restoreLengths(Batch batch, int from, int to) {
    int[] lengths = batch.lengthBytes;
    int overhead = overheadBytes;
    for (int i = from; i < to; i++) {
      lengths[i] -= overhead;
    }
  }

  /**
   * Wraps one frame in private memory.
   *
   * @param frame of its Ethernet header, with room for the outer headers before it
   * @param argument of the next hop, see {@link Tunnels#hopArgument}
   * @param mac the neighbour's address; 0 where it is to be put in later
   */
  public static void wrapOne(
      long frame, int bytes, long argument, long mac, Underlay underlay, Vrf vrf) {
    if (Tunnels.overheadBytes(argument) == 0) {
      Ethernet.putDestination(frame, mac);
      return;
    }
    int at = Tunnels.tunnel(argument) * Tunnels.LONGS_PER_TUNNEL;
    long[] tunnels = underlay.tunnels();
    int vni = Integer.reverseBytes(vrf.vni() << 8);
    long outer = frame - Tunnels.overheadBytes(argument);
    int entropy = isIp6(frame) ? entropy6(frame) : entropy4(frame);
    if (Tunnels.isIpv6(tunnels[at])) {
      write6(outer, bytes, tunnels, at, mac, entropy, vni);
    } else {
      write4(outer, bytes, tunnels, at, mac, entropy, vni);
    }
  }

  private static void write4(
      long outer, int innerBytes, long[] tunnels, int at, long mac, int entropy, int vni) {
    int ecn = entropy >>> ENTROPY_BITS;
    long totalBytes = swap(innerBytes + IP4_TO_VXLAN_BYTES);
    long udpBytes = swap(innerBytes + UDP_AND_VXLAN_BYTES);
    long port = entropy & ENTROPY_MASK | DYNAMIC_PORT;
    long sum = tunnels[at + 1] + totalBytes + ((long) ecn << 8);
    sum = fold(sum);
    int word = at + Tunnels.FIRST_WORD;
    Memory.putLong(outer, tunnels[word] | mac);
    Memory.putLong(outer + 8, tunnels[word + 1] | (long) ecn << 56);
    Memory.putLong(outer + 16, tunnels[word + 2] | totalBytes);
    Memory.putLong(outer + 24, tunnels[word + 3] | ~sum & 0xffff);
    Memory.putLong(outer + 32, tunnels[word + 4] | port << 16 | udpBytes << 48);
    Memory.putLong(outer + 40, tunnels[word + 5] | (long) vni << 48);
    Memory.putShort(outer + VXLAN_END_4, (short) (vni >>> 16));
  }

  private static void write6(
      long outer, int innerBytes, long[] tunnels, int at, long mac, int entropy, int vni) {
    long ecn = entropy >>> ENTROPY_BITS;
    long udpBytes = swap(innerBytes + UDP_AND_VXLAN_BYTES);
    long label = entropy & ENTROPY_MASK;
    long port = label | DYNAMIC_PORT;
    long checksum = 0;
    if (Tunnels.hasChecksums(tunnels[at])) {
      long sum = tunnels[at + 1] + 2 * udpBytes + port + (vni & 0xffff) + (vni >>> 16);
      checksum = checksum(outer + Tunnels.OVERHEAD6_BYTES, innerBytes, sum);
    }
    int word = at + Tunnels.FIRST_WORD;
    Memory.putLong(outer, tunnels[word] | mac);
    Memory.putLong(outer + 8, tunnels[word + 1] | ecn << 60);
    Memory.putLong(outer + 16, tunnels[word + 2] | label | udpBytes << 16);
    Memory.putLong(outer + 24, tunnels[word + 3]);
    Memory.putLong(outer + 32, tunnels[word + 4]);
    Memory.putLong(outer + 40, tunnels[word + 5]);
    Memory.putLong(outer + 48, tunnels[word + 6] | port << 48);
    Memory.putLong(outer + 56, tunnels[word + 7] | udpBytes << 16 | checksum << 32);
    Memory.putInt(outer + VXLAN_END_6, vni << 16);
    Memory.putShort(outer + VXLAN_END_6 + 4, (short) (vni >>> 16));
  }

  /** In memory order; 0 stands for none, so a sum of 0 is sent as its other form (RFC 768). */
  private static long checksum(long frame, int bytes, long sum) {
    int checksum = Checksum.finish(Checksum.sum(frame, bytes, sum));
    return checksum == 0 ? ENTROPY_MASK : swap(checksum);
  }

  private static long swap(int value) {
    return Short.toUnsignedLong(Short.reverseBytes((short) value));
  }

  /**
   * What an IPv4 packet's outer headers depend on: a hash in the low 16 bits, the congestion bits
   * above them. In IP mode nothing before the IP header may be read.
   */
  static int entropy4(long frame) {
    long w2 = Memory.getLong(frame + 16);
    long w3 = Memory.getLong(frame + 24);
    long w4 = Memory.getLong(frame + 32);
    long protocol = w2 >>> 56;
    boolean fragment = (w2 >>> 32 & 0xff3f) != 0;
    long ports = hasPorts((int) protocol) && !fragment ? w4 >>> 16 : 0;
    long source = (w3 >>> 16 & 0xffff_ffffL) << 16 | ports & 0xffff;
    long destination = (w3 >>> 48 | (w4 & 0xffff) << 16) << 16 | ports >>> 16 & 0xffff;
    int ecn = Memory.getByte(frame + 15) & 3;
    return hash(source, destination, protocol) | ecn << ENTROPY_BITS;
  }

  /** The same for IPv6. Extension headers hide the ports. */
  static int entropy6(long frame) {
    long w2 = Memory.getLong(frame + 16);
    long w3 = Memory.getLong(frame + 24);
    long w4 = Memory.getLong(frame + 32);
    long w5 = Memory.getLong(frame + 40);
    long w6 = Memory.getLong(frame + 48);
    long protocol = w2 >>> 32 & 0xff;
    int ports = hasPorts((int) protocol) ? Memory.getInt(frame + 54) : 0;
    long source = mix(w2 >>> 48 | w3 << 16) + (w3 >>> 48 | w4 << 16) + (ports & 0xffff);
    long destination = mix(w4 >>> 48 | w5 << 16) + (w5 >>> 48 | w6 << 16) + (ports >>> 16 & 0xffff);
    int ecn = Memory.getByte(frame + 15) >>> 4 & 3;
    return hash(source, destination, protocol) | ecn << ENTROPY_BITS;
  }

  /** The same if both ends are exchanged. */
  private static int hash(long oneEnd, long otherEnd, long protocol) {
    long sum = mix(oneEnd) + mix(otherEnd) + protocol;
    return (int) (sum * 0x9E3779B97F4A7C15L >>> 48);
  }

  private static long mix(long value) {
    long product = value * 0xC2B2AE3D27D4EB4FL;
    return product ^ product >>> 32;
  }

  private static boolean hasPorts(int protocol) {
    return protocol == 6 || protocol == 17 || protocol == 132;
  }

  private static boolean isIp6(long frame) {
    return (Memory.getByte(frame + Batch.ETHERNET_BYTES) & 0xf0) == 0x60;
  }
}
