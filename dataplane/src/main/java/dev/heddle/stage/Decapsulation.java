package dev.heddle.stage;

import dev.heddle.memory.Memory;
import dev.heddle.packet.Arrivals;
import dev.heddle.packet.Batch;
import dev.heddle.packet.Exceptions;
import dev.heddle.table.KeyTable;
import dev.heddle.table.Tunnels;
import dev.heddle.table.Uplink;

/**
 * Opens plain VXLAN packets of an uplink (RFC 7348): finds network, node and inner frame. Whatever
 * is not plain becomes an exception, which {@link ArrivalChecks} looks at rule by rule.
 *
 * <p>Each word of the outer headers is loaded once, checked, and forgotten. UDP checksums are not
 * looked at: those of the inner packet are its receiver's business (RFC 7348 4.3 leaves it open).
 */
public final class Decapsulation {
  private static final int UDP = 17;
  private static final int UDP_AND_VXLAN_BYTES = 16;
  private static final long LOW_32_BITS = 0xffff_ffffL;
  private static final long PORT_LE = 0xb512;

  /** More fragments and the fragment offset, as they stand in the IPv4 header's third word. */
  private static final int FRAGMENT_BITS = 0xff3f;

  /** The flag in the word at 40 over IPv4, at 56 over IPv6. */
  private static final long FLAG_I_4 = 0x08L << 16;

  private static final long FLAG_I_6 = 0x08L << 48;

  /** EtherType and version 6, as they stand in the word at 8 from bit 32. */
  private static final long TYPE_AND_VERSION_6 = 0x60_dd86L;

  private static final int VNI_4 = 46;
  private static final int VNI_6 = 66;

  private Decapsulation() {}

  /**
   * Opens all packets of a batch.
   *
   * @param arrivals gets them, by their place in the batch
   */
  public static void open(Batch batch, Uplink uplink, Arrivals arrivals, Exceptions exceptions) {
    int count = batch.count;
    arrivals.begin(count);
    int i = 0;
    while (i < count) {
      int opened = open4(batch, i, uplink, arrivals);
      int outerBytes = Tunnels.OVERHEAD4_BYTES;
      if (opened == i) {
        opened = open6(batch, i, uplink, arrivals);
        outerBytes = Tunnels.OVERHEAD6_BYTES;
      }
      if (opened > i) {
        identify(batch, i, opened, outerBytes, uplink, arrivals, exceptions);
        i = opened;
      } else {
        refuse(batch, i++, arrivals, exceptions);
      }
    }
  }

  /** Opens packets over IPv4 up to the first that is not plain; returns its place. */
  private static int open4(Batch batch, int from, Uplink uplink, Arrivals arrivals) {
    if (uplink.address4() == 0) {
      return from;
    }
    long mac = uplink.mac();
    long address = Integer.toUnsignedLong(Integer.reverseBytes(uplink.address4()));
    long[] frames = batch.frame;
    int[] lengths = batch.lengthBytes;
    int count = batch.count;
    int i = from;
    for (; i < count; i++) {
      long frame = frames[i];
      long w0 = Memory.getLong(frame);
      long w1 = Memory.getLong(frame + 8);
      long w2 = Memory.getLong(frame + 16);
      long w3 = Memory.getLong(frame + 24);
      long w4 = Memory.getLong(frame + 32);
      long w5 = Memory.getLong(frame + 40);
      int bytes = Ip4Fast.frameBytes(w2);
      long foreign =
          (w0 ^ mac) << 16
              | (w1 ^ Ip4Fast.PLAIN_TYPE_AND_VERSION) & Ip4Fast.TYPE_AND_VERSION
              | w2 >>> 32 & FRAGMENT_BITS
              | w2 >>> 56 ^ UDP
              | (w3 >>> 48 | w4 << 16) & LOW_32_BITS ^ address
              | w4 >>> 32 & 0xffff ^ PORT_LE
              | ~w5 & FLAG_I_4;
      int inner = bytes - Tunnels.OVERHEAD4_BYTES;
      if (foreign != 0
          || bytes > lengths[i]
          || inner < Ip4Fast.MIN_FRAME_BYTES
          || udpBytes(w4 >>> 48) != inner + UDP_AND_VXLAN_BYTES
          || !Ip4Fast.isChecksumRight(w1, w2, w3, w4)
          || !keepsEcn((int) (w1 >>> 56) & 3, frame + Tunnels.OVERHEAD4_BYTES)) {
        break;
      }
      arrivals.frame[i] = frame + Tunnels.OVERHEAD4_BYTES;
      arrivals.lengthBytes[i] = inner;
      arrivals.vni[i] = Memory.getIntBe(frame + VNI_4) >>> 8;
      arrivals.peerLow[i] = Integer.reverseBytes((int) (w3 >>> 16));
    }
    return i;
  }

  /** The same over IPv6. */
  private static int open6(Batch batch, int from, Uplink uplink, Arrivals arrivals) {
    if (!uplink.hasAddress6()) {
      return from;
    }
    long mac = uplink.mac();
    int i = from;
    for (; i < batch.count; i++) {
      long frame = batch.frame[i];
      long w1 = Memory.getLong(frame + 8);
      long w2 = Memory.getLong(frame + 16);
      long w3 = Memory.getLong(frame + 24);
      long w4 = Memory.getLong(frame + 32);
      long w5 = Memory.getLong(frame + 40);
      long w6 = Memory.getLong(frame + 48);
      long w7 = Memory.getLong(frame + 56);
      int bytes = Ip6Fast.frameBytes(w2);
      long foreign =
          (Memory.getLong(frame) ^ mac) << 16
              | w1 >>> 32 & 0xf0_ffffL ^ TYPE_AND_VERSION_6
              | w2 >>> 32 & 0xff ^ UDP
              | Ip6Fast.destinationHigh(w4, w5) ^ uplink.address6High()
              | Ip6Fast.destinationLow(w5, w6) ^ uplink.address6Low()
              | w7 & 0xffff ^ PORT_LE
              | ~w7 & FLAG_I_6;
      int inner = bytes - Tunnels.OVERHEAD6_BYTES;
      if (foreign != 0
          || bytes > batch.lengthBytes[i]
          || inner < Ip4Fast.MIN_FRAME_BYTES
          || udpBytes(w7 >>> 16) != inner + UDP_AND_VXLAN_BYTES
          || !keepsEcn((int) (w1 >>> 60) & 3, frame + Tunnels.OVERHEAD6_BYTES)) {
        break;
      }
      arrivals.frame[i] = frame + Tunnels.OVERHEAD6_BYTES;
      arrivals.lengthBytes[i] = inner;
      arrivals.vni[i] = Memory.getIntBe(frame + VNI_6) >>> 8;
      arrivals.peerHigh[i] = Long.reverseBytes(w2 >>> 48 | w3 << 16);
      arrivals.peerLow[i] = Long.reverseBytes(w3 >>> 48 | w4 << 16);
    }
    return i;
  }

  private static int udpBytes(long word) {
    return Short.toUnsignedInt(Short.reverseBytes((short) word));
  }

  /**
   * Whether the outer congestion bits leave the inner ones as they are (RFC 6040 4.2): they do
   * unless the underlay said ECT(1) or CE and the packet does not.
   */
  private static boolean keepsEcn(int outer, long inner) {
    return (outer & 1) == 0 || outer == Ecn.of(inner);
  }

  /** Finds network and node of the packets, which most often are the last one's. */
  private static void identify(
      Batch batch,
      int from,
      int to,
      int outerBytes,
      Uplink uplink,
      Arrivals arrivals,
      Exceptions exceptions) {
    boolean over6 = outerBytes == Tunnels.OVERHEAD6_BYTES;
    int vrf = uplink.vrfs().get(arrivals.vni[from]);
    int node = nodeOf(uplink, over6, arrivals, from);
    boolean known = vrf != KeyTable.NONE && node != KeyTable.NONE;
    int same = findSame(arrivals, from, to, over6);
    if (known && same == batch.count && from == 0) {
      arrivals.allAlike(vrf, node, outerBytes);
      return;
    }
    for (int i = from; i < to; i++) {
      if (i == same) {
        vrf = uplink.vrfs().get(arrivals.vni[i]);
        node = nodeOf(uplink, over6, arrivals, i);
        known = vrf != KeyTable.NONE && node != KeyTable.NONE;
        same = findSame(arrivals, i, to, over6);
      }
      if (known) {
        arrivals.vrf[i] = vrf;
        arrivals.node[i] = node;
        arrivals.outerBytes[i] = outerBytes;
      } else {
        refuse(batch, i, arrivals, exceptions);
      }
    }
  }

  /** Returns the place behind the last packet that has the network and node of the first. */
  private static int findSame(Arrivals arrivals, int from, int to, boolean over6) {
    int[] vnis = arrivals.vni;
    long[] highs = arrivals.peerHigh;
    long[] lows = arrivals.peerLow;
    int vni = vnis[from];
    long low = lows[from];
    int i = from + 1;
    while (i < to && vnis[i] == vni && lows[i] == low && (!over6 || highs[i] == highs[from])) {
      i++;
    }
    return i;
  }

  private static int nodeOf(Uplink uplink, boolean over6, Arrivals arrivals, int i) {
    return over6
        ? uplink.nodes().get(arrivals.peerHigh[i], arrivals.peerLow[i])
        : uplink.nodes().getAddress4((int) arrivals.peerLow[i]);
  }

  private static void refuse(Batch batch, int i, Arrivals arrivals, Exceptions exceptions) {
    arrivals.vrf[i] = Arrivals.REFUSED;
    exceptions.add(batch, i);
  }
}
