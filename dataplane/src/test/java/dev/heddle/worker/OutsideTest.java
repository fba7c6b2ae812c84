package dev.heddle.worker;

import static dev.heddle.worker.OutsideNode.FAR4;
import static dev.heddle.worker.OutsideNode.FAR6;
import static dev.heddle.worker.OutsideNode.GATEWAY_MAC;
import static dev.heddle.worker.OutsideNode.LAN;
import static dev.heddle.worker.OutsideNode.LAN_FAR4;
import static dev.heddle.worker.OutsideNode.LAN_MAC;
import static dev.heddle.worker.OutsideNode.POD;
import static dev.heddle.worker.OutsideNode.POD4;
import static dev.heddle.worker.OutsideNode.POD6_LOW;
import static dev.heddle.worker.OutsideNode.POD_MAC;
import static dev.heddle.worker.OutsideNode.PREFIX6;
import static dev.heddle.worker.OutsideNode.TUNNELS;
import static dev.heddle.worker.OutsideNode.WAN;
import static dev.heddle.worker.OutsideNode.WAN_MAC;
import static dev.heddle.worker.TunnelFrames.repaired;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.model.RouterMac;
import dev.heddle.observe.DropReason;
import dev.heddle.observe.InterfaceCounter;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Packets that leave a network and come from outside: their bytes, and what is counted. */
class OutsideTest {
  private static final int ROUNDS = 2_000;
  private static final int ICMP_AT = 34;
  private static final int ICMP6_AT = 54;
  private static final int VXLAN4_BYTES = 50;
  private static final long ANOTHER_MAC = 0x0f00_0000_0002L;
  private static final int CAPACITY = 150;

  private final SplittableRandom random = new SplittableRandom(1812);
  private final OutsideNode node = new OutsideNode();

  @AfterEach
  void stop() {
    node.close();
  }

  private byte[] out4(int to, int bytes) {
    return addressed(TunnelFrames.udp4(POD4, to, 64, bytes, random), RouterMac.ADDRESS, POD_MAC);
  }

  private byte[] out6(int bytes) {
    byte[] frame = TunnelFrames.udp6(PREFIX6, POD6_LOW, FAR6, 7, bytes, random);
    return addressed(frame, RouterMac.ADDRESS, POD_MAC);
  }

  private byte[] in4(int from, int to, int timeToLive, int bytes) {
    return addressed(TunnelFrames.udp4(from, to, timeToLive, bytes, random), WAN_MAC, GATEWAY_MAC);
  }

  private byte[] in6(long fromHigh, long fromLow, long toHigh, long toLow, int bytes) {
    byte[] frame = TunnelFrames.udp6(fromHigh, fromLow, toHigh, toLow, bytes, random);
    return addressed(frame, WAN_MAC, GATEWAY_MAC);
  }

  private static byte[] addressed(byte[] frame, long to, long from) {
    TunnelFrames.ethernet(ByteBuffer.wrap(frame), to, from, type(frame));
    return frame;
  }

  private static int type(byte[] frame) {
    return ByteBuffer.wrap(frame).getShort(12);
  }

  /** The frame one hop later, to another station. */
  private static byte[] hopLater(byte[] frame, long to, long from) {
    byte[] later = addressed(frame.clone(), to, from);
    if (type(frame) == 0x0800) {
      later[22]--;
      return repaired(later);
    }
    later[21]--;
    return later;
  }

  @Test
  void shouldSendToTheGatewayWhenRouteLeadsOutside() {
    for (int round = 0; round < ROUNDS; round++) {
      int bytes = 48 + random.nextInt(1350);
      byte[] frame = random.nextBoolean() ? out4(FAR4, bytes) : out6(bytes);
      assertThat(node.pass(POD, frame, WAN)).containsExactly(hopLater(frame, GATEWAY_MAC, WAN_MAC));
    }
    byte[] frame = out4(LAN_FAR4, 100);
    assertThat(node.pass(POD, frame, LAN)).containsExactly(hopLater(frame, GATEWAY_MAC, LAN_MAC));
    assertThat(node.counted(WAN, InterfaceCounter.TX_PACKETS)).isEqualTo(ROUNDS);
  }

  @Test
  void shouldGoOnWhenTheFirstThatComesFromOutsideIsNoPacket() {
    node.sendBadDescriptor(WAN);
    node.turn();
    assertThat(node.dropped(WAN, DropReason.RX_BAD_LENGTH)).isEqualTo(1);
    byte[] back = in4(FAR4, POD4, 9, 99);
    assertThat(node.pass(WAN, back, POD)).hasSize(1);
  }

  @Test
  void shouldDeliverToThePodWhenPacketComesFromOutside() {
    for (int round = 0; round < ROUNDS; round++) {
      int bytes = 48 + random.nextInt(1350);
      byte[] frame =
          random.nextBoolean()
              ? in4(random.nextBoolean() ? FAR4 : LAN_FAR4, POD4, 2 + random.nextInt(200), bytes)
              : in6(FAR6, random.nextInt(), PREFIX6, POD6_LOW, bytes);
      assertThat(node.pass(WAN, frame, POD))
          .containsExactly(hopLater(frame, POD_MAC, RouterMac.ADDRESS));
    }
    assertThat(node.counted(POD, InterfaceCounter.TX_PACKETS)).isEqualTo(ROUNDS);
  }

  @Test
  void shouldKeepEachPacketWholeWhenManyKindsComeAtOnce() {
    for (int i = 0; i < CAPACITY; i++) {
      node.send(WAN, i % 3 == 0 ? in6(FAR6, i, PREFIX6, POD6_LOW, 99) : in4(FAR4 + i, POD4, 9, 99));
      node.send(POD, i % 3 == 0 ? out6(80) : out4(i % 2 == 0 ? FAR4 + i : LAN_FAR4, 80));
    }
    node.turn();
    assertThat(node.collect(POD)).hasSize(CAPACITY);
    int toLan = node.collect(LAN).size();
    assertThat(toLan).isEqualTo(CAPACITY / 3);
    assertThat(node.collect(WAN)).hasSize(CAPACITY - toLan);
  }

  @Test
  void shouldSpreadFlowsWhenGatewaysAreOnTwoUplinks() {
    for (int i = 0; i < CAPACITY; i++) {
      node.send(POD, out4(0x0b00_0000 + i, 80));
    }
    node.turn();
    int lan = node.collect(LAN).size();
    assertThat(lan).isBetween(CAPACITY / 4, 3 * CAPACITY / 4);
    assertThat(node.collect(WAN)).hasSize(CAPACITY - lan);
    byte[] back = in4(0x0b00_0001, POD4, 9, 99);
    assertThat(node.pass(WAN, back, POD)).hasSize(1);
    assertThat(node.pass(LAN, addressed(back, LAN_MAC, GATEWAY_MAC), POD)).hasSize(1);
  }

  @Test
  void shouldHoldPacketsUntilTheGatewayIsResolvedAndFollowItsAddress() {
    node.resolve(0);
    byte[] frame4 = out4(FAR4, 100);
    byte[] frame6 = out6(100);
    assertThat(node.pass(POD, frame4, WAN)).isEmpty();
    assertThat(node.pass(POD, frame6, WAN)).isEmpty();
    assertThat(node.counted(POD, InterfaceCounter.HELD)).isEqualTo(2);

    node.release(GATEWAY_MAC);
    assertThat(node.collect(WAN))
        .containsExactlyInAnyOrder(
            hopLater(frame4, GATEWAY_MAC, WAN_MAC), hopLater(frame6, GATEWAY_MAC, WAN_MAC));

    node.resolve(ANOTHER_MAC);
    assertThat(node.pass(POD, frame4, WAN)).containsExactly(hopLater(frame4, ANOTHER_MAC, WAN_MAC));
  }

  @Test
  void shouldTellPodThatHostIsUnreachableWhenGatewayIsSilent() {
    node.resolve(0);
    node.send(POD, out4(FAR4, 100));
    node.send(POD, out6(100));
    node.turn();
    node.expire();

    List<byte[]> errors = node.collect(POD);
    assertThat(errors).hasSize(2);
    assertThat(Arrays.copyOfRange(errors.get(0), ICMP_AT, ICMP_AT + 2)).containsExactly(3, 1);
    assertThat(ByteBuffer.wrap(errors.get(0)).getInt(26)).isEqualTo(OutsideNode.GATEWAY4);
    assertThat(Arrays.copyOfRange(errors.get(1), ICMP6_AT, ICMP6_AT + 2)).containsExactly(1, 3);
    assertThat(node.dropped(POD, DropReason.NEIGHBOUR_UNRESOLVED)).isEqualTo(2);
    assertThat(node.counted(POD, InterfaceCounter.HELD)).isZero();
  }

  @Test
  void shouldTellTheNodeBehindATunnelWhenGatewayIsSilent() {
    node.resolve(0);
    byte[] frame =
        addressed(TunnelFrames.udp4(OutsideNode.EAST4, FAR4, 9, 80, random), RouterMac.ADDRESS, 2);
    node.send(TUNNELS, fromEast(frame));
    node.turn();
    assertThat(node.counted(TUNNELS, InterfaceCounter.HELD)).isEqualTo(1);
    node.expire();
    // The error waits for the silent neighbour of the tunnel now.
    assertThat(node.counted(TUNNELS, InterfaceCounter.HELD)).isEqualTo(1);
    node.release(GATEWAY_MAC);
    byte[] error = node.collect(TUNNELS).getFirst();
    assertThat(Arrays.copyOfRange(error, VXLAN4_BYTES + ICMP_AT, VXLAN4_BYTES + ICMP_AT + 2))
        .containsExactly(3, 1);
  }

  private static byte[] fromEast(byte[] inner) {
    byte[] outer = TunnelFrames.wrap4(inner, OutsideNode.VNI);
    ByteBuffer buffer = ByteBuffer.wrap(outer);
    TunnelFrames.ethernet(buffer, OutsideNode.TUNNELS_MAC, GATEWAY_MAC, 0x0800);
    buffer.putInt(26, 0x0a09_0002).putInt(30, 0x0a09_0001);
    return repaired(outer);
  }

  @Test
  void shouldLeadFromTunnelsOutsideAndBackWhenPodsAreOnOtherNodes() {
    byte[] out =
        addressed(TunnelFrames.udp4(OutsideNode.EAST4, FAR4, 9, 80, random), RouterMac.ADDRESS, 2);
    assertThat(node.pass(TUNNELS, fromEast(out), WAN))
        .containsExactly(hopLater(out, GATEWAY_MAC, WAN_MAC));

    byte[] in = in4(FAR4, OutsideNode.EAST4, 9, 300);
    byte[] tunnel = node.pass(WAN, in, TUNNELS).getFirst();
    assertThat(Arrays.copyOfRange(tunnel, VXLAN4_BYTES, tunnel.length))
        .isEqualTo(hopLater(in, RouterMac.ADDRESS, RouterMac.ADDRESS));
    byte[] in6 = in6(FAR6, 1, PREFIX6, 0x2_0005, 300);
    assertThat(node.pass(WAN, in6, TUNNELS)).hasSize(1);
  }

  @Test
  void shouldDropWhenSourceIsNotOutside() {
    int[] inside = {POD4, OutsideNode.GATEWAY4, OutsideNode.EAST4, OutsideNode.HOLE4};
    for (int source : inside) {
      assertThat(node.pass(WAN, in4(source, POD4, 9, 80), POD)).isEmpty();
      assertThat(node.pass(WAN, in4(source, OutsideNode.GATEWAY4, 9, 80), WAN)).isEmpty();
    }
    long[] inside6 = {POD6_LOW, 1, 0x2_0005, 0x9999};
    for (long source : inside6) {
      assertThat(node.pass(WAN, in6(PREFIX6, source, PREFIX6, POD6_LOW, 80), POD)).isEmpty();
    }
    // No route leads there.
    assertThat(node.pass(WAN, in6(0x2400L << 48, 1, PREFIX6, POD6_LOW, 80), POD)).isEmpty();
    // Our own address there.
    long prefix = OutsideNode.LINK6;
    byte[] own = in6(prefix, OutsideNode.OWN6_LOW, PREFIX6, POD6_LOW, 80);
    assertThat(node.pass(WAN, own, POD)).isEmpty();
    assertThat(node.dropped(WAN, DropReason.SPOOFED_SOURCE))
        .isEqualTo(2L * inside.length + inside6.length + 2);
    for (int martian : new int[] {0x7f00_0001, 0x0000_0001, 0xe000_0001, -1}) {
      assertThat(node.pass(WAN, in4(martian, POD4, 9, 80), POD)).isEmpty();
    }
    assertThat(node.dropped(WAN, DropReason.IP4_MARTIAN_SOURCE)).isEqualTo(4);
  }

  @Test
  void shouldDeliverWhenSourceIsOnTheLinkWithoutARoute() {
    byte[] frame = in6(OutsideNode.LINK6, 0x77, PREFIX6, POD6_LOW, 80);
    assertThat(node.pass(WAN, frame, POD))
        .containsExactly(hopLater(frame, POD_MAC, RouterMac.ADDRESS));
    byte[] lan = addressed(in4(0xc633_6401, POD4, 9, 80), LAN_MAC, GATEWAY_MAC);
    assertThat(node.pass(LAN, lan, POD)).hasSize(1);
  }

  @Test
  void shouldNotPassThroughWhenRouteLeadsOutsideAgain() {
    assertThat(node.pass(WAN, in4(FAR4, LAN_FAR4, 9, 80), LAN)).isEmpty();
    assertThat(node.pass(WAN, in4(FAR4, FAR4 + 1, 9, 80), WAN)).isEmpty();
    assertThat(node.dropped(WAN, DropReason.OUTSIDE_TO_OUTSIDE)).isEqualTo(2);

    byte[] error = node.pass(WAN, in4(FAR4, OutsideNode.HOLE4, 9, 80), WAN).getFirst();
    assertThat(Arrays.copyOfRange(error, ICMP_AT, ICMP_AT + 2)).containsExactly(3, 1);
    assertThat(Arrays.copyOf(error, 6)).isEqualTo(Arrays.copyOf(toGateway(), 6));
    assertThat(node.dropped(WAN, DropReason.NO_ROUTE)).isEqualTo(1);
  }

  private static byte[] toGateway() {
    return addressed(new byte[14], GATEWAY_MAC, WAN_MAC);
  }

  @Test
  void shouldSendErrorsOutsideWhenPacketsCannotBeDelivered() {
    byte[] expired = node.pass(WAN, in4(FAR4, POD4, 1, 80), WAN).getFirst();
    assertThat(Arrays.copyOfRange(expired, ICMP_AT, ICMP_AT + 2)).containsExactly(11, 0);
    assertThat(ByteBuffer.wrap(expired).getInt(26)).isEqualTo(OutsideNode.GATEWAY4);
    assertThat(ByteBuffer.wrap(expired).getInt(30)).isEqualTo(FAR4);

    byte[] tooBig = node.pass(WAN, in4(FAR4, POD4, 9, 1401), WAN).getFirst();
    assertThat(Arrays.copyOfRange(tooBig, ICMP_AT, ICMP_AT + 2)).containsExactly(3, 4);
    assertThat(ByteBuffer.wrap(tooBig).getShort(ICMP_AT + 6)).isEqualTo((short) 1400);
    byte[] tooBig6 = node.pass(WAN, in6(FAR6, 1, PREFIX6, POD6_LOW, 1401), WAN).getFirst();
    assertThat(tooBig6[ICMP6_AT]).isEqualTo((byte) 2);
    assertThat(ByteBuffer.wrap(tooBig6).getInt(ICMP6_AT + 4)).isEqualTo(1400);

    byte[] mayBeFragmented = in4(FAR4, POD4, 9, 1500);
    mayBeFragmented[20] = 0;
    assertThat(node.pass(WAN, repaired(mayBeFragmented), POD)).hasSize(2);
    assertThat(node.counted(WAN, InterfaceCounter.COPIES)).isEqualTo(1);
  }

  @Test
  void shouldAnswerForItsOwnAddressesOnlyWhenAsked() {
    byte[] arp = arp(OutsideNode.OWN4);
    byte[] answer = node.pass(WAN, arp, WAN).getFirst();
    assertThat(Arrays.copyOf(answer, 14)).isEqualTo(arpHeader());
    assertThat(ByteBuffer.wrap(answer).getInt(28)).isEqualTo(OutsideNode.OWN4);
    assertThat(node.pass(WAN, arp(POD4), WAN)).isEmpty();
    assertThat(node.pass(WAN, arp(OutsideNode.GATEWAY4), WAN)).isEmpty();

    byte[] own = node.pass(WAN, echo(OutsideNode.OWN4, 64), WAN).getFirst();
    assertThat(own[ICMP_AT]).isZero();
    assertThat(ByteBuffer.wrap(own).getInt(26)).isEqualTo(OutsideNode.OWN4);
    byte[] gateway = node.pass(WAN, echo(OutsideNode.GATEWAY4, 64), WAN).getFirst();
    assertThat(gateway[ICMP_AT]).isZero();
    assertThat(ByteBuffer.wrap(gateway).getInt(26)).isEqualTo(OutsideNode.GATEWAY4);
    assertThat(Arrays.copyOf(gateway, 12)).isEqualTo(Arrays.copyOf(toGateway(), 12));
  }

  private static byte[] arpHeader() {
    ByteBuffer frame = ByteBuffer.allocate(14);
    TunnelFrames.ethernet(frame, GATEWAY_MAC, WAN_MAC, 0x0806);
    return frame.array();
  }

  private static byte[] arp(int target) {
    ByteBuffer frame = ByteBuffer.allocate(60);
    TunnelFrames.ethernet(frame, -1, GATEWAY_MAC, 0x0806);
    frame.putLong(0x0001_0800_0604_0001L);
    frame.put(Arrays.copyOfRange(frame.array(), 6, 12)).putInt(OutsideNode.NEXT4);
    return frame.putLong(0).putInt(38, target).array();
  }

  private byte[] echo(int to, int bytes) {
    byte[] frame = in4(OutsideNode.NEXT4, to, 64, bytes);
    frame[23] = 1;
    ByteBuffer.wrap(frame).putLong(ICMP_AT, 0x0800_0000_0001_0001L);
    short sum = TunnelFrames.checksum(frame, ICMP_AT, bytes - 20);
    ByteBuffer.wrap(frame).putShort(ICMP_AT + 2, sum);
    return repaired(frame);
  }

  @Test
  void shouldNameTheReasonWhenFramesAreNotForUs() {
    node.pass(WAN, addressed(in4(FAR4, POD4, 9, 80), ANOTHER_MAC, GATEWAY_MAC), POD);
    assertThat(node.dropped(WAN, DropReason.UNDERLAY_NOT_FOR_US)).isEqualTo(1);
    node.pass(WAN, addressed(in4(FAR4, POD4, 9, 80), -1, GATEWAY_MAC), POD);
    assertThat(node.dropped(WAN, DropReason.MULTICAST_UNSUPPORTED)).isEqualTo(1);
    node.pass(WAN, Arrays.copyOf(in4(FAR4, POD4, 9, 80), 13), POD);
    node.pass(WAN, Arrays.copyOf(in4(FAR4, POD4, 9, 80), 33), POD);
    assertThat(node.dropped(WAN, DropReason.TOO_SHORT)).isEqualTo(2);
    byte[] unknown = in4(FAR4, POD4, 9, 80);
    unknown[12] = 0x12;
    node.pass(WAN, unknown, POD);
    assertThat(node.dropped(WAN, DropReason.UNKNOWN_ETHERTYPE)).isEqualTo(1);
    byte[] wrongSum = in4(FAR4, POD4, 9, 80);
    wrongSum[24] ^= 1;
    node.pass(WAN, wrongSum, POD);
    assertThat(node.dropped(WAN, DropReason.IP4_BAD_CHECKSUM)).isEqualTo(1);
    node.pass(WAN, in6(FAR6, 1, 0xfe80L << 48, 1, 80), POD);
    assertThat(node.dropped(WAN, DropReason.UNDERLAY_NOT_FOR_US)).isEqualTo(2);
    assertThat(node.counted(POD, InterfaceCounter.TX_PACKETS)).isZero();
  }
}
