package dev.heddle.underlay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.observe.DropReason;
import dev.heddle.observe.InterfaceCounter;
import dev.heddle.observe.NeighbourEvent;
import dev.heddle.underlay.UnderlayHost.Frame;
import dev.heddle.wire.Arp;
import dev.heddle.wire.Ethernet;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Neighbours on the underlay, through real workers, with the test as the other hosts. */
class UnderlayNeighboursIT {
  private static final long MAC = 0x0202_0000_0002L;
  private static final long OTHER_MAC = 0x0302_0000_0002L;
  private static final int MAX_IN_FLIGHT = 64;
  private static final int ANNOUNCED_AFTER = 500;
  private static final int FLOOD_ADDRESSES = 100_000;
  private static final String VXLAN_PORT = "12b5";

  @TempDir Path directory;

  /** Where the other node is: who is asked for, and what the request must look like. */
  enum Place {
    ON_LINK_4(false, 0, UnderlayWorld.NODE4),
    ON_LINK_6(true, UnderlayWorld.PREFIX6, 2),
    BEHIND_GATEWAY_4(false, 0, UnderlayWorld.GATEWAY4),
    BEHIND_GATEWAY_6(true, 0xfe80L << 48, 0xfe);

    final boolean ipv6;
    final long high;
    final long low;

    Place(boolean ipv6, long high, long low) {
      this.ipv6 = ipv6;
      this.high = high;
      this.low = low;
    }

    UnderlayWorld open(Path directory) throws InterruptedException {
      return switch (this) {
        case ON_LINK_4 -> UnderlayWorld.onLink4(directory);
        case ON_LINK_6 -> UnderlayWorld.onLink6(directory);
        case BEHIND_GATEWAY_4 -> UnderlayWorld.behindGateway4(directory);
        case BEHIND_GATEWAY_6 -> UnderlayWorld.behindGateway6(directory);
      };
    }

    /** The request to everybody, octet by octet. */
    String request() {
      return switch (this) {
        case ON_LINK_4 ->
            "ffffffffffff 020000000101 0806 0001 0800 06 04 0001 020000000101 c0000201"
                + " 000000000000 c0000202";
        case BEHIND_GATEWAY_4 ->
            "ffffffffffff 020000000101 0806 0001 0800 06 04 0001 020000000101 c0000201"
                + " 000000000000 c00002fe";
        case ON_LINK_6 ->
            "3333ff000002 020000000101 86dd 60000000 0020 3a ff"
                + " 20010db8000000000000000000000001 ff0200000000000000000001ff000002"
                + " 8700 .... 00000000 20010db8000000000000000000000002 01 01 020000000101";
        case BEHIND_GATEWAY_6 ->
            "3333ff0000fe 020000000101 86dd 60000000 0020 3a ff"
                + " 20010db8000000000000000000000001 ff0200000000000000000001ff0000fe"
                + " 8700 .... 00000000 fe8000000000000000000000000000fe 01 01 020000000101";
      };
    }

    /** Source and destination of the tunnel packets. */
    String tunnel() {
      return switch (this) {
        case ON_LINK_4 -> "c0000201c0000202";
        case BEHIND_GATEWAY_4 -> "c0000201c6336402";
        case ON_LINK_6 -> "20010db8000000000000000000000001" + "20010db8000000000000000000000002";
        case BEHIND_GATEWAY_6 ->
            "20010db8000000000000000000000001" + "20010db8000000010000000000000002";
      };
    }
  }

  @ParameterizedTest
  @EnumSource(Place.class)
  void shouldHoldPacketsAndSendThemInOrderWhenNeighbourAnswers(Place place) throws Exception {
    try (UnderlayWorld world = place.open(directory)) {
      UnderlayHost host = world.host();
      Frame request = host.awaitRequest();
      assertThat(request.hex(0, request.bytes().length)).matches(place.request().replace(" ", ""));
      for (int number = 0; number < 4; number++) {
        world.send(number);
      }
      UnderlayWorld.await(() -> world.podCount(InterfaceCounter.HELD) == 4);
      assertThat(world.uplinkCount(InterfaceCounter.TX_PACKETS))
          .isEqualTo(world.uplinkCount(InterfaceCounter.ORIGINATED));

      host.answer(place.high, place.low, MAC);
      List<Frame> frames = tunnelPackets(host, 4);
      assertThat(frames).extracting(Frame::number).containsExactly(0, 1, 2, 3);
      assertThat(frames).allSatisfy(frame -> assertTunnel(frame, place, MAC));
      world.send(4);
      assertThat(tunnelPackets(host, 1)).extracting(Frame::number).containsExactly(4);

      world.awaitBalance();
      assertThat(world.podCount(InterfaceCounter.HELD)).isZero();
      assertThat(world.dropped(DropReason.NEIGHBOUR_UNRESOLVED)).isZero();
      assertThat(world.podCount(InterfaceCounter.RX_PACKETS)).isEqualTo(5);
      assertThat(world.uplinkCount(InterfaceCounter.TX_PACKETS))
          .isEqualTo(5 + world.uplinkCount(InterfaceCounter.ORIGINATED));
      assertThat(world.uplinkCount(InterfaceCounter.CONSUMED)).isEqualTo(1);
      assertThat(world.neighbours()).hasSize(1);
      assertThat(world.neighbours().getFirst().state()).isEqualTo(NeighbourState.REACHABLE);
      assertThat(world.neighbours().getFirst().mac()).isEqualTo(MAC);
      assertThat(world.events(NeighbourEvent.RESOLVED)).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource(Place.class)
  void shouldDropByNameWhenNobodyAnswers(Place place) throws Exception {
    try (UnderlayWorld world = place.open(directory)) {
      UnderlayHost host = world.host();
      for (int number = 0; number < 10; number++) {
        world.send(number);
      }
      UnderlayWorld.await(() -> world.dropped(DropReason.NEIGHBOUR_UNRESOLVED) >= 6);
      assertThat(world.podCount(InterfaceCounter.HELD)).isLessThanOrEqualTo(4);
      UnderlayWorld.await(() -> world.dropped(DropReason.NEIGHBOUR_UNRESOLVED) == 10);
      world.awaitBalance();
      assertThat(world.podCount(InterfaceCounter.HELD)).isZero();
      assertThat(host.collect()).isNotEmpty().allMatch(Frame::isRequest);
    }
  }

  @ParameterizedTest
  @EnumSource(Place.class)
  void shouldFollowWhenNeighbourMovesUnderTraffic(Place place) throws Exception {
    try (UnderlayWorld world = place.open(directory)) {
      UnderlayHost host = world.host();
      host.awaitRequest();
      host.answer(place.high, place.low, MAC);
      UnderlayWorld.await(() -> world.events(NeighbourEvent.RESOLVED) == 1);
      List<Frame> frames = new ArrayList<>();
      int sent = 0;
      boolean announced = false;
      boolean moved = false;
      while (!moved) {
        if (sent - frames.size() < MAX_IN_FLIGHT) {
          world.send(sent++);
        }
        if (sent == ANNOUNCED_AFTER && !announced) {
          host.announce(place.high, place.low, OTHER_MAC);
          announced = true;
        }
        for (Frame frame : host.collect()) {
          if (frame.isRequest()) {
            // It is verified by asking the new address, and nobody else.
            assertThat(frame.destination()).isEqualTo(OTHER_MAC);
            host.answer(place.high, place.low, OTHER_MAC);
          } else {
            frames.add(frame);
            moved = frame.destination() == OTHER_MAC;
          }
        }
      }
      int missing = sent - frames.size();
      frames.addAll(tunnelPackets(host, missing));
      for (int number = 0; number < sent; number++) {
        Frame frame = frames.get(number);
        assertThat(frame.number()).isEqualTo(number);
        assertThat(frame.destination()).isIn(MAC, OTHER_MAC);
      }
      assertThat(frames.subList(0, ANNOUNCED_AFTER - MAX_IN_FLIGHT))
          .allMatch(frame -> frame.destination() == MAC);
      assertThat(world.events(NeighbourEvent.MOVED)).isEqualTo(1);
      assertThat(world.events(NeighbourEvent.LOST)).isZero();
      world.awaitBalance();
    }
  }

  @Test
  void shouldStayAsItIsWhenStrangersFloodTheLink() throws Exception {
    try (UnderlayWorld world = UnderlayWorld.onLink4(directory)) {
      UnderlayHost host = world.host();
      host.awaitRequest();
      host.answer(0, UnderlayWorld.NODE4, MAC);
      UnderlayWorld.await(() -> world.events(NeighbourEvent.RESOLVED) == 1);
      flood(host);
      long before = usedHeapBytes();
      for (int i = 0; i < FLOOD_ADDRESSES; i++) {
        int stranger = 0x0a00_0000 + i;
        if (i % 2 == 0) {
          host.announce(0, stranger, OTHER_MAC);
        } else {
          host.answer(0, stranger, OTHER_MAC);
        }
      }
      UnderlayWorld.await(
          () -> world.uplinkCount(InterfaceCounter.CONSUMED) >= 2 * FLOOD_ADDRESSES + 1);
      assertThat(usedHeapBytes() - before).isLessThan(1 << 20);
      assertThat(world.neighbours()).hasSize(1);
      assertThat(world.neighbours().getFirst().mac()).isEqualTo(MAC);
      world.send(7);
      assertTunnel(tunnelPackets(host, 1).getFirst(), Place.ON_LINK_4, MAC);
      world.awaitBalance();
    }
  }

  /** So that whatever grows only once has grown. */
  private static void flood(UnderlayHost host) {
    for (int i = 0; i < FLOOD_ADDRESSES; i++) {
      host.announce(0, 0x0b00_0000 + i, OTHER_MAC);
    }
  }

  @ParameterizedTest
  @EnumSource(Place.class)
  void shouldAskAgainWhenUplinkComesBack(Place place) throws Exception {
    try (UnderlayWorld world = place.open(directory)) {
      UnderlayHost host = world.host();
      host.awaitRequest();
      host.answer(place.high, place.low, MAC);
      UnderlayWorld.await(() -> world.events(NeighbourEvent.RESOLVED) == 1);
      world.disconnect();
      world.send(1);
      UnderlayWorld.await(() -> world.dropped(DropReason.TX_INTERFACE_DOWN) == 1);
      UnderlayHost again = world.connect();
      assertThat(again.awaitRequest().destination()).isEqualTo(MAC);
      again.answer(place.high, place.low, MAC);
      world.send(2);
      assertThat(tunnelPackets(again, 1)).extracting(Frame::number).containsExactly(2);
      world.awaitBalance();
    }
  }

  @Test
  void shouldAnswerThroughTheUplinkWhenItIsAsked() throws Exception {
    try (UnderlayWorld world = UnderlayWorld.onLink4(directory)) {
      UnderlayHost host = world.host();
      host.awaitRequest();
      int stranger = UnderlayWorld.NODE4 + 7;
      host.arp(Arp.OPERATION_REQUEST, stranger, OTHER_MAC, Ethernet.BROADCAST, UnderlayWorld.OWN4);
      List<Frame> replies = new ArrayList<>();
      UnderlayWorld.await(() -> {
        host.collect().stream().filter(frame -> !frame.isRequest()).forEach(replies::add);
        return !replies.isEmpty();
      });
      assertThat(replies).hasSize(1);
      assertThat(replies.getFirst().hex(0, 42))
          .isEqualTo(
              "020000000203020000000101080600010800060400020200000001 01c0000201020000000203c0000209"
                  .replace(" ", ""));
      world.awaitBalance();
    }
  }

  /** Waits for tunnel packets; requests in between are not counted. */
  private static List<Frame> tunnelPackets(UnderlayHost host, int count) {
    List<Frame> frames = new ArrayList<>();
    UnderlayWorld.await(() -> {
      host.collect().stream().filter(frame -> !frame.isRequest()).forEach(frames::add);
      return frames.size() >= count;
    });
    assertThat(frames).hasSize(count);
    return frames;
  }

  private static void assertTunnel(Frame frame, Place place, long mac) {
    int udp = Ethernet.HEADER_BYTES + (place.ipv6 ? 40 : 20);
    assertThat(frame.destination()).isEqualTo(mac);
    assertThat(frame.hex(6, 12)).isEqualTo("020000000101");
    assertThat(frame.hex(udp - place.tunnel().length() / 2, udp)).isEqualTo(place.tunnel());
    assertThat(frame.hex(udp + 2, udp + 4)).isEqualTo(VXLAN_PORT);
    assertThat(frame.hex(udp + 8, udp + 16)).isEqualTo("0800000000003800");
    assertThat(frame.bytes())
        .hasSize(udp + 16 + Ethernet.HEADER_BYTES + UnderlayWorld.PACKET_BYTES);
  }

  private static long usedHeapBytes() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }
}
