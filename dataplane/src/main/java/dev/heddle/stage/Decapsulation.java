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
      if (opened == i) {
        opened = open6(batch, i, uplink, arrivals);
      }
      if (opened > i) {
        identify(batch, i, opened, uplink, arrivals, exceptions);
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
    int i = from;
    for (; i < batch.count; i++) {
      long frame = batch.frame[i];
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
          || bytes > batch.lengthBytes[i]
          || inner < Ip4Fast.MIN_FRAME_BYTES
          || udpBytes(w4 >>> 48) != inner + UDP_AND_VXLAN_BYTES
          || !Ip4Fast.isChecksumRight(w1, w2, w3, w4)
          || !keepsEcn((int) (w1 >>> 56) & 3, frame + Tunnels.OVERHEAD4_BYTES)) {
        break;
      }
      arrivals.frame[i] = frame + Tunnels.OVERHEAD4_BYTES;
      arrivals.lengthBytes[i] = inner;
      arrivals.outerBytes[i] = Tunnels.OVERHEAD4_BYTES;
      arrivals.vni[i] = Memory.getIntBe(frame + VNI_4) >>> 8;
      arrivals.peerHigh[i] = 0;
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
      arrivals.outerBytes[i] = Tunnels.OVERHEAD6_BYTES;
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
      Batch batch, int from, int to, Uplink uplink, Arrivals arrivals, Exceptions exceptions) {
    int vni = -1;
    int vrf = KeyTable.NONE;
    long peerHigh = 0;
    long peerLow = 0;
    int node = KeyTable.NONE;
    for (int i = from; i < to; i++) {
      if (arrivals.vni[i] != vni) {
        vni = arrivals.vni[i];
        vrf = uplink.vrfs().get(vni);
      }
      if (arrivals.peerLow[i] != peerLow || arrivals.peerHigh[i] != peerHigh) {
        peerLow = arrivals.peerLow[i];
        peerHigh = arrivals.peerHigh[i];
        node = nodeOf(uplink, arrivals.outerBytes[i], peerHigh, peerLow);
      }
      if (vrf == KeyTable.NONE || node == KeyTable.NONE) {
        refuse(batch, i, arrivals, exceptions);
      } else {
        arrivals.vrf[i] = vrf;
        arrivals.node[i] = node;
      }
    }
  }

  private static int nodeOf(Uplink uplink, int outerBytes, long peerHigh, long peerLow) {
    return outerBytes == Tunnels.OVERHEAD4_BYTES
        ? uplink.nodes().getAddress4((int) peerLow)
        : uplink.nodes().get(peerHigh, peerLow);
  }

  private static void refuse(Batch batch, int i, Arrivals arrivals, Exceptions exceptions) {
    arrivals.vrf[i] = Arrivals.REFUSED;
    exceptions.add(batch, i);
  }
}
