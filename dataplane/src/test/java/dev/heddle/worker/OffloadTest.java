package dev.heddle.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.observe.DropReason;
import dev.heddle.observe.InterfaceCounter;
import dev.heddle.packet.Offload;
import dev.heddle.worker.MemoryTap.Packet;
import dev.heddle.worker.TunnelNode.Kind;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Packets that their kernel left unfinished, on their way through a worker to peers of any kind.
 */
class OffloadTest {
  private static final int MTU_BYTES = 1500;
  private static final int LARGE_BYTES = 60_000;
  private static final int SEGMENT_BYTES = 1400;
  private static final int SEGMENTS = 43;
  private static final int SMALL_BYTES = 101;
  private static final int TUNNEL_SEGMENT_BYTES = 1300;
  private static final int TUNNEL_SEGMENTS = 47;
  private static final int POD = TunnelNode.POD;
  private static final int OTHER_POD = TunnelNode.OTHER_POD;
  private static final int ICMP_AT = 34;
  private static final int ICMP6_AT = 54;

  private final Arena arena = Arena.ofConfined();
  private final TunnelNode node = new TunnelNode(1, Kind.IPV4, MTU_BYTES);
  private final MemoryTap tap = new MemoryTap(arena, POD);
  private final SplittableRandom random = new SplittableRandom(1448);

  @BeforeEach
  void useTap() {
    node.replace(tap);
  }

  @AfterEach
  void close() {
    node.close();
    arena.close();
  }

  private TcpPacket toOtherPod(boolean six, int payloadBytes) {
    return TcpPacket.to(1, OTHER_POD, six, payloadBytes, random);
  }

  private TcpPacket toOtherNode(boolean six, int payloadBytes) {
    return TcpPacket.to(2, POD, six, payloadBytes, random);
  }

  private static long podMac(int pod) {
    return TunnelNode.podMac(1, pod);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldPassLargePacketWholeWhenReceiverTakesIt(boolean six) {
    MemoryTap other = new MemoryTap(arena, OTHER_POD);
    node.replace(other);
    TcpPacket packet = toOtherPod(six, LARGE_BYTES);
    tap.give(packet.frame(), packet.large(SEGMENT_BYTES));
    node.turn();
    Packet received = other.take().getFirst();
    assertThat(received.frame()).isEqualTo(packet.forwarded(podMac(OTHER_POD), 1));
    assertThat(received.offload()).isEqualTo(packet.large(SEGMENT_BYTES));
    assertThat(node.counted(POD, InterfaceCounter.COPIES)).isZero();
    assertThat(node.counted(OTHER_POD, InterfaceCounter.TX_PACKETS)).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldLeaveChecksumPartialWhenReceiverTakesIt(boolean six) {
    MemoryTap other = new MemoryTap(arena, OTHER_POD);
    node.replace(other);
    TcpPacket packet = toOtherPod(six, SMALL_BYTES);
    tap.give(packet.frame(), packet.partial());
    node.turn();
    Packet received = other.take().getFirst();
    assertThat(received.frame()).isEqualTo(packet.forwarded(podMac(OTHER_POD), 1));
    assertThat(received.offload()).isEqualTo(packet.partial());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldSendCompleteSegmentsWhenReceiverNeedsThem(boolean six) {
    TcpPacket packet = toOtherPod(six, LARGE_BYTES);
    tap.give(packet.frame(), packet.large(SEGMENT_BYTES));
    node.turn();
    List<byte[]> segments = node.collect(OTHER_POD);
    assertThat(segments).hasSize(SEGMENTS);
    packet.assertMadeOf(segments, SEGMENT_BYTES, 1);
    assertThat(node.counted(POD, InterfaceCounter.COPIES)).isEqualTo(SEGMENTS - 1);
    assertThat(node.counted(POD, InterfaceCounter.RX_PACKETS)).isEqualTo(1);
    assertThat(node.counted(OTHER_POD, InterfaceCounter.TX_PACKETS)).isEqualTo(SEGMENTS);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldCompleteChecksumWhenReceiverNeedsIt(boolean six) {
    TcpPacket packet = toOtherPod(six, SMALL_BYTES);
    tap.give(packet.frame(), packet.partial());
    node.turn();
    packet.assertMadeOf(node.collect(OTHER_POD), SMALL_BYTES, 1);
    assertThat(node.counted(POD, InterfaceCounter.COPIES)).isZero();
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void shouldSendSegmentsThroughTunnelWhenReceiverIsOnOtherNode(Kind kind) {
    try (TunnelNode one = new TunnelNode(1, kind, MTU_BYTES);
        TunnelNode two = new TunnelNode(2, kind, MTU_BYTES)) {
      one.replace(tap);
      for (boolean six : new boolean[] {false, true}) {
        TcpPacket large = toOtherNode(six, LARGE_BYTES);
        tap.give(large.frame(), large.large(TUNNEL_SEGMENT_BYTES));
        one.turn();
        List<byte[]> outer = one.collect(TunnelNode.UPLINK);
        assertThat(outer).hasSize(TUNNEL_SEGMENTS).allMatch(each -> each.length <= 14 + MTU_BYTES);
        outer.forEach(frame -> two.send(TunnelNode.UPLINK, frame));
        two.turn();
        large.assertMadeOf(two.collect(POD), TUNNEL_SEGMENT_BYTES, 2);

        TcpPacket small = toOtherNode(six, SMALL_BYTES);
        tap.give(small.frame(), small.partial());
        one.turn();
        two.send(TunnelNode.UPLINK, one.collect(TunnelNode.UPLINK).getFirst());
        two.turn();
        small.assertMadeOf(two.collect(POD), SMALL_BYTES, 2);
      }
    }
  }

  @Test
  void shouldTellPathMtuWhenSegmentsAreTooBig() {
    TcpPacket four = toOtherNode(false, LARGE_BYTES);
    tap.give(four.frame(), four.large(MTU_BYTES - 40));
    TcpPacket six = toOtherNode(true, LARGE_BYTES);
    tap.give(six.frame(), six.large(MTU_BYTES - 60));
    node.turn();
    List<Packet> errors = tap.take();
    assertThat(errors).hasSize(2).allMatch(error -> error.offload() == 0);
    ByteBuffer error4 = ByteBuffer.wrap(errors.getFirst().frame());
    assertThat(error4.getShort(ICMP_AT)).isEqualTo((short) 0x0304);
    assertThat(error4.getShort(ICMP_AT + 6)).isEqualTo((short) node.pathMtuBytes());
    ByteBuffer error6 = ByteBuffer.wrap(errors.getLast().frame());
    assertThat(error6.get(ICMP6_AT)).isEqualTo((byte) 2);
    assertThat(error6.getInt(ICMP6_AT + 4)).isEqualTo(node.pathMtuBytes());
    assertThat(node.dropped(POD, DropReason.TOO_BIG)).isEqualTo(2);
    assertThat(node.counted(POD, InterfaceCounter.COPIES)).isZero();
    assertThat(node.collect(TunnelNode.UPLINK)).isEmpty();
  }

  @Test
  void shouldFragmentSegmentsWhenTheyMayBe() {
    TcpPacket packet = toOtherNode(false, 5000).mayBeFragmented();
    tap.give(packet.frame(), packet.large(MTU_BYTES - 40));
    node.turn();
    List<byte[]> fragments = node.collect(TunnelNode.UPLINK);
    // Three segments in two fragments each, and one that fits.
    assertThat(fragments).hasSize(7).allMatch(each -> each.length <= 14 + MTU_BYTES);
    assertThat(node.counted(POD, InterfaceCounter.COPIES)).isEqualTo(6);
  }

  @Test
  void shouldDropWhenSegmentsAreLargerThanAnyInterfaceTakes() {
    TcpPacket packet = toOtherNode(false, LARGE_BYTES).mayBeFragmented();
    tap.give(packet.frame(), packet.large(20_000));
    node.turn();
    assertThat(node.dropped(POD, DropReason.BAD_OFFLOAD)).isEqualTo(1);
    assertThat(node.collect(TunnelNode.UPLINK)).isEmpty();
  }

  @Test
  void shouldDropOnlyLiarWhenHeaderDoesNotFitPacket() {
    TcpPacket packet = toOtherPod(false, SMALL_BYTES);
    long lie = Offload.of(100, Offload.GSO_TCP6, Offload.NEEDS_CHECKSUM, packet.tcpAt(), 16);
    tap.give(packet.frame(), packet.partial());
    tap.give(packet.frame(), lie);
    tap.give(packet.frame(), packet.partial());
    node.turn();
    assertThat(node.collect(OTHER_POD)).hasSize(2);
    assertThat(node.dropped(POD, DropReason.BAD_OFFLOAD)).isEqualTo(1);
  }

  @Test
  void shouldKeepOrderWhenSomePacketsAreComplete() {
    int count = 32;
    for (int i = 0; i < count; i++) {
      TcpPacket packet = toOtherPod(false, SMALL_BYTES + i);
      tap.give(packet.frame(), i % 3 == 0 ? packet.partial() : Offload.NONE);
    }
    node.turn();
    List<byte[]> frames = node.collect(OTHER_POD);
    assertThat(frames).hasSize(count);
    for (int i = 0; i < count; i++) {
      assertThat(frames.get(i)).hasSize(54 + SMALL_BYTES + i);
    }
  }

  @Test
  void shouldSendCompletePacketAsItIsWhenItsChecksumIsSaidToBeValid() {
    TcpPacket packet = toOtherPod(false, SMALL_BYTES);
    tap.give(packet.frame(), Offload.of(0, 0, Offload.DATA_VALID, 0, 0));
    node.turn();
    assertThat(node.collect(OTHER_POD)).containsExactly(packet.forwarded(podMac(OTHER_POD), 1));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldSayThatTimeIsUpWhenLargePacketHasNoneLeft(boolean six) {
    TcpPacket packet = toOtherPod(six, LARGE_BYTES).withTimeToLive(1);
    tap.give(packet.frame(), packet.large(SEGMENT_BYTES));
    node.turn();
    byte[] error = tap.take().getFirst().frame();
    assertThat(error[six ? ICMP6_AT : ICMP_AT]).isEqualTo((byte) (six ? 3 : 11));
    // What is quoted begins as the packet did.
    int quotation = (six ? ICMP6_AT : ICMP_AT) + 8;
    assertThat(Arrays.copyOfRange(error, quotation, quotation + 40))
        .isEqualTo(Arrays.copyOfRange(packet.frame(), 14, 54));
    assertThat(node.dropped(POD, DropReason.TTL_EXPIRED)).isEqualTo(1);
  }

  @Test
  void shouldAnswerWhenUnfinishedPacketIsForRouter() {
    TcpPacket packet = toOtherPod(false, SMALL_BYTES);
    ByteBuffer.wrap(packet.frame()).putInt(30, TunnelNode.GATEWAY4);
    TunnelFrames.repaired(packet.frame());
    tap.give(packet.frame(), packet.partial());
    node.turn();
    assertThat(tap.take().getFirst().frame()[ICMP_AT]).isEqualTo((byte) 3);
    assertThat(node.dropped(POD, DropReason.NO_SERVICE)).isEqualTo(1);
  }

  @Test
  void shouldDropOnePacketWhenReceiverIsDown() {
    node.disconnect(OTHER_POD);
    TcpPacket packet = toOtherPod(false, LARGE_BYTES);
    tap.give(packet.frame(), packet.large(SEGMENT_BYTES));
    node.turn();
    assertThat(node.dropped(OTHER_POD, DropReason.TX_INTERFACE_DOWN)).isEqualTo(1);
    assertThat(node.counted(POD, InterfaceCounter.COPIES)).isZero();
  }

  @Test
  void shouldHoldWhatItMayWhenNeighbourIsNotResolved() {
    node.resolve(false);
    TcpPacket packet = toOtherNode(false, LARGE_BYTES);
    tap.give(packet.frame(), packet.large(TUNNEL_SEGMENT_BYTES));
    node.turn();
    assertThat(node.counted(POD, InterfaceCounter.HELD)).isEqualTo(HeldPackets.MAX_FOR_NEIGHBOUR);
    assertThat(node.dropped(POD, DropReason.NEIGHBOUR_UNRESOLVED))
        .isEqualTo(TUNNEL_SEGMENTS - HeldPackets.MAX_FOR_NEIGHBOUR);
    node.release();
    assertThat(node.collect(TunnelNode.UPLINK)).hasSize(HeldPackets.MAX_FOR_NEIGHBOUR);
  }

  @Test
  void shouldDropWhenNetworkMaySendNothingFromThere() {
    TcpPacket packet = toOtherPod(false, LARGE_BYTES);
    ByteBuffer.wrap(packet.frame()).putInt(26, TunnelNode.address4(1, OTHER_POD));
    TunnelFrames.repaired(packet.frame());
    tap.give(packet.frame(), packet.large(SEGMENT_BYTES));
    node.turn();
    assertThat(node.dropped(POD, DropReason.SPOOFED_SOURCE)).isEqualTo(1);
    assertThat(node.collect(OTHER_POD)).isEmpty();
  }
}
