package dev.heddle.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.observe.DropReason;
import dev.heddle.observe.InterfaceCounter;
import dev.heddle.worker.TunnelNode.Kind;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Packets from pod to pod through two nodes, over both kinds of underlay. */
class TunnelTest {
  private static final int MTU_BYTES = 1500;
  private static final int ROUNDS = 3_000;
  private static final int TTL_AT = 22;
  private static final int HOP_LIMIT_AT = 21;
  private static final int FLAGS_AT = 20;
  private static final int TOS_AT = 15;
  private static final int ICMP_AT = 34;

  private final SplittableRandom random = new SplittableRandom(7348);

  @ParameterizedTest
  @EnumSource(Kind.class)
  void shouldDeliverSamePacketWithTwoHopsLessWhenItCrossesTunnel(Kind kind) {
    try (TunnelNode one = new TunnelNode(1, kind, MTU_BYTES);
        TunnelNode two = new TunnelNode(2, kind, MTU_BYTES)) {
      for (int round = 0; round < ROUNDS; round++) {
        boolean version6 = random.nextBoolean();
        int pod = random.nextInt(3);
        int least = version6 ? 48 : 28;
        int bytes = least + random.nextInt(one.pathMtuBytes() - least + 1);
        byte[] frame = version6 ? to2(pod, bytes) : to2(pod, bytes, 3 + random.nextInt(200));
        List<byte[]> outer = one.pass(pod, frame, TunnelNode.UPLINK);
        assertThat(outer).hasSize(1);
        assertThat(outer.getFirst()).hasSize(frame.length + one.overheadBytes());

        List<byte[]> delivered = two.pass(TunnelNode.UPLINK, outer.getFirst(), pod);

        assertThat(delivered).containsExactly(twoHopsLater(frame, pod));
      }
      assertThat(two.counted(TunnelNode.UPLINK, InterfaceCounter.RX_PACKETS)).isEqualTo(ROUNDS);
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void shouldKeepNetworksApartWhenManyPacketsComeAtOnce(Kind kind) {
    try (TunnelNode one = new TunnelNode(1, kind, MTU_BYTES);
        TunnelNode two = new TunnelNode(2, kind, MTU_BYTES)) {
      Map<Integer, Integer> expected = new HashMap<>();
      for (int i = 0; i < 200; i++) {
        int pod = random.nextInt(3);
        one.send(pod, random.nextBoolean() ? to2(pod, 100 + i) : to2(pod, 100 + i, 64));
        expected.merge(pod, 1, Integer::sum);
      }
      one.turn();
      one.collect(TunnelNode.UPLINK).forEach(frame -> two.send(TunnelNode.UPLINK, frame));
      two.turn();

      for (int pod = 0; pod < 3; pod++) {
        assertThat(two.collect(pod)).hasSize(expected.get(pod));
      }
    }
  }

  @Test
  void shouldUseSamePortForBothDirectionsWhenFlowIsTheSame() {
    try (TunnelNode one = new TunnelNode(1, Kind.IPV4, MTU_BYTES);
        TunnelNode two = new TunnelNode(2, Kind.IPV4, MTU_BYTES)) {
      Map<Integer, Integer> seen = new HashMap<>();
      for (int i = 0; i < 500; i++) {
        boolean version6 = i % 2 == 0;
        byte[] there = version6 ? to2(0, 100) : to2(0, 100, 64);
        byte[] back = there.clone();
        exchange(back, version6 ? 22 : 26, version6 ? 16 : 4);
        exchange(back, version6 ? 54 : 34, 2);
        int port = sourcePort(one.pass(0, there, TunnelNode.UPLINK));
        assertThat(sourcePort(two.pass(0, back, TunnelNode.UPLINK))).isEqualTo(port);
        assertThat(port).isBetween(49_152, 65_535);
        seen.merge(port, 1, Integer::sum);
      }
      // Random ports spread over most of 16,384.
      assertThat(seen).hasSizeGreaterThan(450);
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void shouldTellPathMtuWhenPacketIsTooBigForTunnel(Kind kind) {
    try (TunnelNode one = new TunnelNode(1, kind, MTU_BYTES)) {
      int mtuBytes = one.pathMtuBytes();
      byte[] error4 = one.pass(0, to2(0, mtuBytes + 1, 64), 0).getFirst();
      assertThat(error4[ICMP_AT]).isEqualTo((byte) 3);
      assertThat(error4[ICMP_AT + 1]).isEqualTo((byte) 4);
      assertThat(ByteBuffer.wrap(error4).getShort(ICMP_AT + 6)).isEqualTo((short) mtuBytes);

      byte[] error6 = one.pass(0, to2(0, mtuBytes + 1), 0).getFirst();
      assertThat(error6[54]).isEqualTo((byte) 2);
      assertThat(ByteBuffer.wrap(error6).getInt(58)).isEqualTo(mtuBytes);
      assertThat(one.dropped(0, DropReason.TOO_BIG)).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void shouldFragmentInsideTunnelWhenPacketMayBe(Kind kind) {
    try (TunnelNode one = new TunnelNode(1, kind, MTU_BYTES);
        TunnelNode two = new TunnelNode(2, kind, MTU_BYTES)) {
      byte[] frame = mayBeFragmented(to2(0, 4000, 64));
      List<byte[]> outer = one.pass(0, frame, TunnelNode.UPLINK);
      assertThat(outer).hasSize(3);
      assertThat(one.counted(0, InterfaceCounter.COPIES)).isEqualTo(2);
      outer.forEach(part -> two.send(TunnelNode.UPLINK, part));
      two.turn();

      byte[] whole = reassembled(two.collect(0));

      byte[] expected = twoHopsLater(frame, 0);
      assertThat(Arrays.copyOfRange(whole, ICMP_AT, whole.length))
          .isEqualTo(Arrays.copyOfRange(expected, ICMP_AT, expected.length));
    }
  }

  @Test
  void shouldFragmentTowardsPodWhenItsWayIsNarrow() {
    try (TunnelNode one = new TunnelNode(1, Kind.IPV4, MTU_BYTES)) {
      byte[] frame = mayBeFragmented(to2(1, 1400, 64));
      ByteBuffer.wrap(frame).putInt(30, 0x0a63_0001);
      TunnelFrames.repaired(frame);

      List<byte[]> parts = one.pass(1, frame, 0);

      assertThat(parts).hasSize(3);
      assertThat(parts).allMatch(part -> part.length <= 14 + TunnelNode.SMALL_MTU_BYTES);
      assertThat(reassembled(parts)).hasSize(frame.length);
      assertThat(one.counted(1, InterfaceCounter.COPIES)).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void shouldSendErrorBackThroughTunnelWhenTimeToLiveEndsBeyondIt(Kind kind) {
    try (TunnelNode one = new TunnelNode(1, kind, MTU_BYTES);
        TunnelNode two = new TunnelNode(2, kind, MTU_BYTES)) {
      byte[] outer = one.pass(0, to2(0, 100, 2), TunnelNode.UPLINK).getFirst();
      List<byte[]> back = two.pass(TunnelNode.UPLINK, outer, TunnelNode.UPLINK);
      assertThat(back).hasSize(1);
      assertThat(two.counted(TunnelNode.UPLINK, InterfaceCounter.ORIGINATED)).isEqualTo(1);
      assertThat(two.dropped(TunnelNode.UPLINK, DropReason.TTL_EXPIRED)).isEqualTo(1);

      List<byte[]> error = one.pass(TunnelNode.UPLINK, back.getFirst(), 0);

      assertThat(error).hasSize(1);
      assertThat(error.getFirst()[ICMP_AT]).isEqualTo((byte) 11);
      assertThat(ByteBuffer.wrap(error.getFirst()).getInt(26)).isEqualTo(TunnelNode.GATEWAY4);
    }
  }

  @Test
  void shouldHoldPacketsWhenNeighbourIsNotResolved() {
    try (TunnelNode one = new TunnelNode(1, Kind.IPV4, MTU_BYTES);
        TunnelNode two = new TunnelNode(2, Kind.IPV4, MTU_BYTES)) {
      byte[] frame = to2(0, 100, 64);
      one.resolve(false);
      assertThat(one.pass(0, frame, TunnelNode.UPLINK)).isEmpty();
      assertThat(one.counted(0, InterfaceCounter.HELD)).isEqualTo(1);
      one.release();
      List<byte[]> outer = one.collect(TunnelNode.UPLINK);
      assertThat(one.counted(0, InterfaceCounter.HELD)).isZero();
      assertThat(outer).hasSize(1);
      assertThat(two.pass(TunnelNode.UPLINK, outer.getFirst(), 0))
          .containsExactly(twoHopsLater(frame, 0));
    }
  }

  @Test
  void shouldSendHeldPacketsBeforeLaterOnesWhenNeighbourIsResolved() {
    try (TunnelNode one = new TunnelNode(1, Kind.IPV4, MTU_BYTES)) {
      one.resolve(false);
      one.pass(0, to2(0, 100, 64), TunnelNode.UPLINK);
      one.pass(0, to2(0, 200, 64), TunnelNode.UPLINK);
      one.resolve(true);
      List<byte[]> outer = one.pass(0, to2(0, 300, 64), TunnelNode.UPLINK);
      assertThat(outer).extracting(frame -> frame.length).isSorted();
      assertThat(outer).hasSize(3);
      assertThat(one.counted(0, InterfaceCounter.HELD)).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void shouldCarryCongestionAcrossTunnelWhenUnderlayMarksIt(Kind kind) {
    int[][] forwarded = {{0, 0, 0, -1}, {1, 1, 1, 3}, {2, 1, 2, 3}, {3, 3, 3, 3}};
    try (TunnelNode one = new TunnelNode(1, kind, MTU_BYTES);
        TunnelNode two = new TunnelNode(2, kind, MTU_BYTES)) {
      for (int inner = 0; inner < 4; inner++) {
        for (int underlay = 0; underlay < 4; underlay++) {
          byte[] frame = to2(0, 100, 64);
          frame[TOS_AT] = (byte) (0xb8 | inner);
          byte[] outer = one.pass(0, TunnelFrames.repaired(frame), TunnelNode.UPLINK).getFirst();
          assertThat(ecn(outer)).isEqualTo(inner);
          mark(outer, underlay);
          List<byte[]> delivered = two.pass(TunnelNode.UPLINK, outer, 0);
          if (forwarded[inner][underlay] < 0) {
            assertThat(delivered).isEmpty();
          } else {
            int tos = 0xb8 | forwarded[inner][underlay];
            assertThat(delivered.getFirst()[TOS_AT]).isEqualTo((byte) tos);
            assertThat(TunnelFrames.checksum(delivered.getFirst(), 14, 20)).isZero();
          }
        }
      }
      assertThat(two.dropped(TunnelNode.UPLINK, DropReason.VXLAN_CONGESTION)).isEqualTo(1);
    }
  }

  private static int ecn(byte[] frame) {
    return frame[13] == 0 ? frame[TOS_AT] & 3 : frame[TOS_AT] >>> 4 & 3;
  }

  private static void mark(byte[] frame, int ecn) {
    if (frame[13] == 0) {
      frame[TOS_AT] = (byte) (frame[TOS_AT] & ~3 | ecn);
      TunnelFrames.repaired(frame);
    } else {
      frame[TOS_AT] = (byte) (frame[TOS_AT] & ~0x30 | ecn << 4);
    }
  }

  private byte[] to2(int pod, int packetBytes, int timeToLive) {
    int from = TunnelNode.address4(1, pod);
    int to = TunnelNode.address4(2, pod);
    return TunnelFrames.udp4(from, to, timeToLive, packetBytes, random);
  }

  private byte[] to2(int pod, int packetBytes) {
    long low = TunnelNode.address6Low(pod);
    return TunnelFrames.udp6(
        TunnelNode.address6High(1), low, TunnelNode.address6High(2), low, packetBytes, random);
  }

  private static byte[] mayBeFragmented(byte[] frame) {
    frame[FLAGS_AT] = 0;
    return TunnelFrames.repaired(frame);
  }

  private static byte[] twoHopsLater(byte[] sent, int pod) {
    byte[] frame = sent.clone();
    ByteBuffer buffer = ByteBuffer.wrap(frame);
    int type = buffer.getShort(12);
    TunnelFrames.ethernet(buffer, TunnelNode.podMac(2, pod), TunnelNode.ROUTER_MAC, type);
    if (type == 0x0800) {
      frame[TTL_AT] -= 2;
      return TunnelFrames.repaired(frame);
    }
    frame[HOP_LIMIT_AT] -= 2;
    return frame;
  }

  private static byte[] reassembled(List<byte[]> parts) {
    int end = 0;
    byte[] whole = new byte[65_536];
    for (byte[] part : parts) {
      int flags = ByteBuffer.wrap(part).getShort(FLAGS_AT) & 0xffff;
      int at = ICMP_AT + (flags & 0x1fff) * 8;
      assertThat(TunnelFrames.checksum(part, 14, 20)).isZero();
      assertThat(at).isEqualTo(end == 0 ? ICMP_AT : end);
      System.arraycopy(part, ICMP_AT, whole, at, part.length - ICMP_AT);
      end = at + part.length - ICMP_AT;
      assertThat((flags & 0x2000) != 0).isEqualTo(part != parts.getLast());
    }
    return Arrays.copyOf(whole, end);
  }

  private static int sourcePort(List<byte[]> outer) {
    return ByteBuffer.wrap(outer.getFirst()).getShort(ICMP_AT) & 0xffff;
  }

  private static void exchange(byte[] frame, int at, int bytes) {
    byte[] first = Arrays.copyOfRange(frame, at, at + bytes);
    System.arraycopy(frame, at + bytes, frame, at, bytes);
    System.arraycopy(first, 0, frame, at + bytes, bytes);
  }
}
