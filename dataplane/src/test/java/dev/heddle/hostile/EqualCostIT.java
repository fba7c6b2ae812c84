package dev.heddle.hostile;

import static dev.heddle.api.Operations.toEndpoint;
import static dev.heddle.api.Operations.toGateway;
import static dev.heddle.api.Operations.upsertRoute;
import static dev.heddle.api.Operations.weighted;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.api.Addresses;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Routes with two next hops: each flow keeps to one of them, in order; flows are shared by weight.
 */
class EqualCostIT {
  private static final int FLOWS = 2_000;
  private static final int PACKETS_PER_FLOW = 4;
  private static final int PAYLOAD_BYTES = 20;
  private static final int UDP = 17;

  private Scene scene;
  private Pod sender;

  @BeforeEach
  void start() {
    scene = new Scene(false);
    sender = scene.connectHostile();
    scene
        .client()
        .apply(
            upsertRoute(
                "blue",
                "10.2.0.0/16",
                weighted(toEndpoint("dave"), 3),
                weighted(toGateway(Scene.ERIN.toString()), 1)),
            upsertRoute(
                "blue",
                "fd00:77::/64",
                weighted(toEndpoint("dave"), 3),
                weighted(toEndpoint("erin"), 1)));
  }

  @AfterEach
  void stop() {
    sender.close();
    scene.close();
  }

  /** A packet of a flow; the number that tells packets apart stands in its last four bytes. */
  private interface Flows {
    byte[] packet(byte[] routerMac, int flow, int number);
  }

  static Stream<Arguments> flows() {
    return Stream.of(
        row("UDP ports", (mac, flow, number) -> ip4(mac, Scene.MALLORY, flow, 0, number)),
        row("addresses", (mac, flow, number) -> ip4(mac, Scene.MALLORY, 0, flow, number)),
        row(
            "UDP ports, from a further address",
            (mac, flow, number) -> ip4(mac, Scene.MALLORY_ALSO, flow, 0, number)),
        row("IPv6 flow labels", (mac, flow, number) -> ip6(mac, flow, 0, number)),
        row("IPv6 addresses", (mac, flow, number) -> ip6(mac, 0, flow, number)));
  }

  private static Arguments row(String name, Flows flows) {
    return Arguments.of(name, flows);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("flows")
  void shouldKeepEachFlowOnOneWayAndShareByWeightWhenFlowsDifferIn(String name, Flows flows) {
    Map<Integer, Pod> ways = new HashMap<>();
    for (int number = 0; number < PACKETS_PER_FLOW; number++) {
      for (int flow = 0; flow < FLOWS; flow++) {
        sender.awaitSend(flows.packet(scene.routerMac(), flow, flow * PACKETS_PER_FLOW + number));
        if (flow % 64 == 63) {
          sender.awaitSent();
        }
        takeAll(ways, number);
      }
    }
    sender.awaitSent();
    Await.until(
        "all packets arrive",
        () -> {
          takeAll(ways, PACKETS_PER_FLOW - 1);
          return taken == FLOWS * PACKETS_PER_FLOW;
        });
    long daves = ways.values().stream().filter(pod -> pod == scene.dave()).count();
    assertThat(ways).hasSize(FLOWS);
    assertThat((double) daves / FLOWS).isBetween(0.70, 0.80);
    scene.assertOthersUnharmed();
    assertThat(scene.dropsOfAll()).isZero();
  }

  private final Map<Integer, Integer> next = new HashMap<>();
  private int taken;

  private void takeAll(Map<Integer, Pod> ways, int mostNumber) {
    for (Pod pod : List.of(scene.dave(), scene.erin())) {
      for (byte[] frame : pod.receiveAll()) {
        int mark = ByteBuffer.wrap(frame).getInt(frame.length - Integer.BYTES);
        int flow = mark / PACKETS_PER_FLOW;
        assertThat(mark % PACKETS_PER_FLOW)
            .as("packet of flow %d", flow)
            .isEqualTo(next.merge(flow, 1, Integer::sum) - 1)
            .isLessThanOrEqualTo(mostNumber);
        assertThat(ways.putIfAbsent(flow, pod)).as("way of flow %d", flow).isIn(null, pod);
        taken++;
      }
    }
  }

  /** Ports stand in the first fragment only, so no fragment may be led by them. */
  @Test
  void shouldKeepFragmentsTogetherWhenOnlyTheFirstHasPorts() {
    for (int host = 0; host < 200; host++) {
      List<byte[]> fragments = new ArrayList<>();
      for (int piece = 0; piece < 3; piece++) {
        byte[] packet = ip4(scene.routerMac(), Scene.MALLORY, 1000 * piece + host, host, host);
        int moreFragments = piece < 2 ? 0x2000 : 0;
        ByteBuffer.wrap(packet).putShort(20, (short) (moreFragments | piece * 3));
        Frames.setChecksum(packet);
        fragments.add(packet);
      }
      fragments.forEach(sender::awaitSend);
      Pod[] way = new Pod[1];
      Await.until(
          "the first fragment arrives",
          () -> {
            way[0] = isWaiting(scene.dave()) ? scene.dave() : scene.erin();
            return isWaiting(way[0]);
          });
      fragments.forEach(sent -> assertThat(way[0].awaitFrame()).hasSameSizeAs(sent));
    }
    scene.assertOthersUnharmed();
    assertThat(scene.dropsOfAll()).isZero();
  }

  private static boolean isWaiting(Pod pod) {
    return (pod.receiveIndex() & 0xffff) != pod.fromDaemon().tail();
  }

  private static byte[] ip4(byte[] routerMac, Frames.Address from, int port, int host, int mark) {
    int udpBytes = 8 + PAYLOAD_BYTES;
    ByteBuffer frame = ByteBuffer.allocate(Frames.ETHERNET_BYTES + 20 + udpBytes);
    frame.put(routerMac).put(from.mac()).putShort((short) 0x0800);
    frame.put((byte) 0x45).put((byte) 0).putShort((short) (20 + udpBytes));
    frame.putShort((short) mark).putShort((short) 0).put((byte) 64).put((byte) UDP);
    frame.putShort((short) 0).putInt(from.ip()).putInt(0x0a02_0000 + host);
    frame.putShort((short) (1024 + port)).putShort((short) 4789).putShort((short) udpBytes);
    frame.putShort((short) 0).putInt(frame.capacity() - Integer.BYTES, mark);
    Frames.setChecksum(frame.array());
    return frame.array();
  }

  private static byte[] ip6(byte[] routerMac, int label, int host, int mark) {
    int udpBytes = 8 + PAYLOAD_BYTES;
    ByteBuffer frame = ByteBuffer.allocate(Frames.ETHERNET_BYTES + 40 + udpBytes);
    frame.put(routerMac).put(Scene.MALLORY.mac()).putShort((short) 0x86dd);
    frame.putInt(6 << 28 | label).putShort((short) udpBytes).put((byte) UDP).put((byte) 64);
    frame.put(Addresses.parse(Scene.MALLORY_IP6).toByteArray());
    frame.put(Addresses.parse("fd00:77::").substring(0, 12).toByteArray()).putInt(host);
    frame.putShort((short) 4242).putShort((short) 4789).putShort((short) udpBytes);
    frame.putInt(frame.capacity() - Integer.BYTES, mark);
    return frame.array();
  }
}
