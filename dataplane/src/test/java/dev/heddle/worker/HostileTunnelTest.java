package dev.heddle.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.observe.DropReason;
import dev.heddle.observe.InterfaceCounter;
import dev.heddle.worker.TunnelNode.Kind;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tunnel packets as no honest node sends them: each is dropped and counted under its own reason,
 * and the next good one passes.
 */
class HostileTunnelTest {
  private static final int MTU_BYTES = 1500;
  private static final int ROUNDS = 100_000;
  private static final int UPLINK = TunnelNode.UPLINK;

  private final SplittableRandom random = new SplittableRandom(4789);
  private final TunnelNode node = new TunnelNode(1, Kind.IPV4, MTU_BYTES);

  @AfterEach
  void close() {
    node.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldDropForgedPacketsWhenTheyComeThroughTunnel(boolean over6) {
    int other2 = TunnelNode.address4(2, 0);
    int own = TunnelNode.address4(1, 0);
    int neighbour = TunnelNode.address4(1, 1);
    refuseInner(over6, inner(neighbour, own), DropReason.VXLAN_SPOOFED_SOURCE);
    refuseInner(over6, inner(0x0808_0808, own), DropReason.VXLAN_SPOOFED_SOURCE);
    refuseInner(over6, inner(TunnelNode.GATEWAY4, own), DropReason.VXLAN_SPOOFED_SOURCE);
    refuseInner(over6, inner(0, own), DropReason.VXLAN_SPOOFED_SOURCE);
    refuseInner(over6, inner6(1, 1), DropReason.VXLAN_SPOOFED_SOURCE);
    refuseInner(over6, inner(other2, other2), DropReason.TUNNEL_TO_TUNNEL);
    refuseInner(over6, inner(other2, 0x0808_0808), DropReason.NO_ROUTE);
    refuseInner(over6, changed(inner(other2, own), 0, 1), DropReason.MULTICAST_UNSUPPORTED);
    refuseInner(over6, changed(inner(other2, own), 0, 4), DropReason.NOT_FOR_ROUTER);
    refuseInner(over6, changed(inner(other2, own), 13, 6), DropReason.VXLAN_NOT_ROUTED);
    refuseInner(over6, changed(inner(other2, own), 12, 0x88), DropReason.VXLAN_NOT_ROUTED);
    refuseInner(over6, neighbourSolicitation(), DropReason.VXLAN_NOT_ROUTED);
    refuseInner(over6, changed(inner(other2, own), 24, 1), DropReason.IP4_BAD_CHECKSUM);
    refuseInner(over6, changed(inner(other2, own), 14, 0x20), DropReason.IP4_BAD_VERSION);
    refuseInner(over6, Arrays.copyOf(inner(other2, own), 33), DropReason.TOO_SHORT);
    refuseInner(over6, Arrays.copyOf(inner(other2, own), 13), DropReason.VXLAN_MALFORMED);
    refuseInner(over6, Arrays.copyOf(inner(other2, own), 100), DropReason.IP4_BAD_TOTAL_LENGTH);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldDropTunnelPacketsWhenTheirOutsideIsWrong(boolean over6) {
    int udp = over6 ? 54 : 34;
    int address = over6 ? 37 : 29;
    refuse(over6, frame -> frame[address] = 9, DropReason.VXLAN_UNKNOWN_NODE);
    refuse(over6, frame -> frame[udp + 12] ^= 1, DropReason.VXLAN_UNKNOWN_VNI);
    refuse(over6, frame -> frame[udp + 13] ^= 1, DropReason.VXLAN_UNKNOWN_VNI);
    refuse(over6, frame -> frame[udp + 14] ^= 1, DropReason.VXLAN_UNKNOWN_VNI);
    refuse(over6, frame -> frame[udp + 8] = 0, DropReason.VXLAN_BAD_FLAGS);
    refuse(over6, frame -> frame[udp + 8] = (byte) 0xf7, DropReason.VXLAN_BAD_FLAGS);
    refuse(over6, frame -> frame[udp + 3] ^= 1, DropReason.NO_SERVICE);
    refuse(over6, frame -> frame[udp + 4] = 0x7f, DropReason.VXLAN_MALFORMED);
    refuse(over6, frame -> setShort(frame, udp + 4, 0), DropReason.VXLAN_MALFORMED);
    refuse(over6, frame -> setShort(frame, udp + 4, 29), DropReason.VXLAN_MALFORMED);
    refuse(over6, frame -> frame[over6 ? 53 : 33] = 7, DropReason.UNDERLAY_NOT_FOR_US);
    refuse(over6, frame -> frame[0] ^= 4, DropReason.UNDERLAY_NOT_FOR_US);
    refuse(over6, frame -> frame[12] = 9, DropReason.UNKNOWN_ETHERTYPE);
    if (over6) {
      refuse(true, frame -> frame[20] = 44, DropReason.VXLAN_FRAGMENT);
      refuse(true, frame -> frame[14] = 0x50, DropReason.IP6_BAD_VERSION);
      refuse(true, frame -> frame[18] = 0x7f, DropReason.IP6_BAD_PAYLOAD_LENGTH);
    } else {
      refuse(false, frame -> frame[20] = 0x20, DropReason.VXLAN_FRAGMENT);
      refuse(false, frame -> frame[21] = 3, DropReason.VXLAN_FRAGMENT);
      refuse(false, frame -> frame[14] = 0x55, DropReason.IP4_BAD_VERSION);
      refuse(false, frame -> frame[16] = 0x7f, DropReason.IP4_BAD_TOTAL_LENGTH);
      byte[] badChecksum = good(false);
      badChecksum[24] ^= 1;
      refuse(badChecksum, DropReason.IP4_BAD_CHECKSUM);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldTakeTunnelPacketWhenReservedBitsAndPortsAreAny(boolean over6) {
    int udp = over6 ? 54 : 34;
    List<Consumer<byte[]>> changes =
        List.of(
            frame -> frame[udp + 8] = (byte) 0xff,
            frame -> setShort(frame, udp + 9, 0xffff),
            frame -> frame[udp + 11] = 1,
            frame -> frame[udp + 15] = 1,
            frame -> setShort(frame, udp, 0),
            frame -> setShort(frame, udp, 4789),
            frame -> setShort(frame, udp + 6, 0x1234));
    for (Consumer<byte[]> change : changes) {
      byte[] frame = good(over6);
      change.accept(frame);
      assertThat(node.pass(UPLINK, frame, 0)).hasSize(1);
    }
    // What pads an Ethernet frame is no part of the packet.
    byte[] padded = Arrays.copyOf(good(over6), good(over6).length + 20);
    assertThat(node.pass(UPLINK, padded, 0).getFirst()).hasSize(14 + 200);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldTakeTunnelPacketWhenOnlyIpv4OptionsAreOutside(boolean over6) {
    byte[] frame = good(over6);
    if (over6) {
      // A node that puts an extension header there would be a strange one.
      frame[20] = 60;
      refuse(frame, DropReason.IP6_BAD_EXTENSION);
      return;
    }
    byte[] longer = new byte[frame.length + 4];
    System.arraycopy(frame, 0, longer, 0, 34);
    System.arraycopy(frame, 34, longer, 38, frame.length - 34);
    longer[14] = 0x46;
    setShort(longer, 16, frame.length - 14 + 4);
    Arrays.fill(longer, 34, 38, (byte) 1);
    TunnelFrames.repaired(longer);
    assertThat(node.pass(UPLINK, longer, 0)).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldDropTunnelPacketWhenItIsCutAnywhere(boolean over6) {
    byte[] whole = good(over6);
    for (int bytes = 1; bytes < whole.length; bytes++) {
      long dropped = allDropped();
      assertThat(node.pass(UPLINK, Arrays.copyOf(whole, bytes), 0)).isEmpty();
      assertThat(allDropped() - dropped).isEqualTo(1);
    }
    assertThat(node.pass(UPLINK, whole, 0)).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldDropTunnelPacketWhenItIsCutAndItsLengthsSaySo(boolean over6) {
    int udp = over6 ? 54 : 34;
    byte[] whole = good(over6);
    for (int bytes = udp; bytes < whole.length; bytes++) {
      byte[] cut = Arrays.copyOf(whole, bytes);
      setShort(cut, over6 ? 18 : 16, bytes - (over6 ? udp : 14));
      if (bytes >= udp + 8) {
        setShort(cut, udp + 4, bytes - udp);
      }
      long dropped = allDropped();
      assertThat(node.pass(UPLINK, over6 ? cut : TunnelFrames.repaired(cut), 0)).isEmpty();
      assertThat(allDropped() - dropped).isEqualTo(1);
    }
  }

  @Test
  void shouldAccountForAllPacketsWhenTheyAreArbitrary() {
    byte[][] seeds = {
      good(false),
      good(true),
      TunnelFrames.wrap4(inner6(2, 1), TunnelNode.RED_VNI),
      TunnelFrames.wrap6(neighbourSolicitation(), TunnelNode.BLUE_VNI),
    };
    long passed = 0;
    for (int round = 0; round < ROUNDS; round++) {
      byte[] frame = seeds[round % seeds.length].clone();
      for (int changes = random.nextInt(4); changes > 0; changes--) {
        frame[random.nextInt(Math.min(140, frame.length))] = (byte) random.nextInt();
      }
      int bytes = random.nextInt(8) == 0 ? 1 + random.nextInt(frame.length) : frame.length;
      frame = Arrays.copyOf(frame, bytes);
      if (round % 2 == 0 && bytes > 34) {
        frame[14] = 0x45;
        TunnelFrames.repaired(frame);
      }
      node.send(UPLINK, frame);
      if (round % 64 == 63) {
        node.turn();
        for (int to = 0; to <= UPLINK; to++) {
          passed += node.collect(to).size();
        }
      }
    }
    assertThat(passed).isGreaterThan(ROUNDS / 20);
    assertThat(node.counted(UPLINK, InterfaceCounter.RX_PACKETS)).isGreaterThan(ROUNDS - 64);
  }

  private void refuse(boolean over6, Consumer<byte[]> change, DropReason reason) {
    byte[] frame = good(over6);
    change.accept(frame);
    boolean repairable = !over6 && (frame[14] & 0xf) == 5;
    refuse(repairable ? TunnelFrames.repaired(frame) : frame, reason);
  }

  private void refuseInner(boolean over6, byte[] inner, DropReason reason) {
    int vni = TunnelNode.BLUE_VNI;
    refuse(over6 ? TunnelFrames.wrap6(inner, vni) : TunnelFrames.wrap4(inner, vni), reason);
  }

  /** It must be dropped for this reason, and a good one after it pass. */
  private void refuse(byte[] frame, DropReason reason) {
    long before = node.dropped(UPLINK, reason);
    long all = allDropped();
    node.pass(UPLINK, frame, 0);
    assertThat(node.dropped(UPLINK, reason) - before).as(reason.label()).isEqualTo(1);
    assertThat(allDropped() - all).isEqualTo(1);
    for (int to = 0; to < UPLINK; to++) {
      assertThat(node.collect(to)).isEmpty();
    }
    node.collect(UPLINK);
    assertThat(node.pass(UPLINK, good(false), 0)).hasSize(1);
  }

  private long allDropped() {
    return Arrays.stream(DropReason.values())
        .mapToLong(reason -> node.dropped(UPLINK, reason))
        .sum();
  }

  private byte[] good(boolean over6) {
    byte[] inner = inner(TunnelNode.address4(2, 0), TunnelNode.address4(1, 0));
    int vni = TunnelNode.BLUE_VNI;
    return over6 ? TunnelFrames.wrap6(inner, vni) : TunnelFrames.wrap4(inner, vni);
  }

  private byte[] inner(int from, int to) {
    return TunnelFrames.udp4(from, to, 64, 200, random);
  }

  private byte[] inner6(int fromNode, int toNode) {
    long from = TunnelNode.address6High(fromNode);
    long to = TunnelNode.address6High(toNode);
    long low = TunnelNode.address6Low(0);
    return TunnelFrames.udp6(from, low, to, low, 200, random);
  }

  /** To the router, as if it were on the link. */
  private byte[] neighbourSolicitation() {
    byte[] frame = inner6(2, 1);
    frame[20] = 58;
    frame[21] = (byte) 255;
    frame[54] = (byte) 135;
    return frame;
  }

  private static byte[] changed(byte[] frame, int at, int difference) {
    frame[at] ^= (byte) difference;
    return frame;
  }

  private static void setShort(byte[] frame, int at, int value) {
    ByteBuffer.wrap(frame).putShort(at, (short) value);
  }
}
