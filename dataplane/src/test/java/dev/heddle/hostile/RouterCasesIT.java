package dev.heddle.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.api.Operations;
import dev.heddle.api.v1.NextHop;
import dev.heddle.observe.DropReason;
import dev.heddle.stage.IcmpRateLimiter;
import dev.heddle.stage.RouterCases;
import dev.heddle.stage.RouterCases.Case;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The router's cases through everything, where {@link RouterGoldenIT} has them not: in IP mode,
 * with default routes of each kind, and with more errors than may be sent. After each frame,
 * exactly the counters have moved that must, and the pods have exactly the frames that they must.
 */
class RouterCasesIT {
  private static final int ETHERNET_BYTES = 14;

  @TempDir Path directory;
  private RouterScene scene;
  private ErrorPace pace;

  @AfterEach
  void stop() {
    scene.close();
  }

  private void start(boolean ipMode) {
    scene = new RouterScene(directory, ipMode);
    pace = new ErrorPace();
  }

  @Test
  void shouldDecideReplyAndCountAsRfcsSayWhenPacketsComeInIpMode() {
    start(true);
    try (Pod peer = scene.addPeer()) {
      routeAllTo(Operations.toEndpoint("peer"));
      for (Case golden : cases("inspect")) {
        if (isWithoutMeaningOfEthernet(golden)) {
          checkWithPeer(bare(golden), golden.frame(), peer);
        }
      }
    }
    assertNothingLeaked();
  }

  /** IP to the gateway; what version it is, only its first bits say in IP mode. */
  private static boolean isWithoutMeaningOfEthernet(Case golden) {
    byte[] frame = golden.frame();
    return frame.length > ETHERNET_BYTES
        && (frame[12] == 0x08 && frame[13] == 0x00 || frame[12] == (byte) 0x86)
        && !golden.fate().endsWith("BAD_VERSION")
        && (frame[0] & 1) == 0
        && !golden.fate().equals("NOT_FOR_ROUTER");
  }

  private static Case bare(Case golden) {
    return new Case(
        golden.name(),
        golden.call(),
        withoutEthernet(golden.frame()),
        golden.fate(),
        withoutEthernet(golden.reply()));
  }

  private static byte[] withoutEthernet(byte[] frame) {
    return frame.length == 0 ? frame : Arrays.copyOfRange(frame, ETHERNET_BYTES, frame.length);
  }

  @Test
  void shouldTellSenderWhyWhenPacketsCannotBeDelivered() {
    start(false);
    cases("refuse:NO_ROUTE").forEach(this::check);
    routeAllTo(Operations.drop());
    cases("refuse:ROUTE_DROP").forEach(this::check);
    scene.apply(
        Operations.upsertRoute("blue", "0.0.0.0/0", Operations.toGateway("172.19.9.9")),
        Operations.upsertRoute("blue", "::/0", Operations.toGateway("fd00:56::99")));
    cases("refuse:GATEWAY_UNRESOLVED").forEach(this::check);
    try (Pod peer = scene.addPeer()) {
      cases("refuse:TOO_BIG:" + RouterScene.PEER_MTU_BYTES).forEach(this::check);
      assertThat(peer.receive()).isNull();
    }
    assertNothingLeaked();
  }

  @Test
  void shouldCountErrorsThatAreWithheldWhenRateIsExceeded() {
    start(false);
    int packets = 5_000;
    Case expiring = cases("inspect").stream().filter(this::isExpiring).findFirst().orElseThrow();
    Map<String, Long> before = scene.counts("pod");
    int replies = 0;
    for (int i = 0; i < packets; i++) {
      scene.pod().awaitSend(expiring.frame());
      replies += scene.pod().receiveAll().size();
    }
    long taken = before.get("rx-packets") + packets;
    Await.until("all are taken", () -> scene.counts("pod").get("rx-packets") == taken);
    replies += scene.pod().receiveAll().size();
    Map<String, Long> changes = RouterScene.changes(before, scene.counts("pod"));
    assertThat(replies).isGreaterThanOrEqualTo(IcmpRateLimiter.BURST_ERRORS);
    assertThat(changes)
        .containsEntry(DropReason.TTL_EXPIRED.label(), (long) packets)
        .containsEntry("originated", (long) replies)
        .containsEntry("icmp-rate-limited", (long) packets - replies);
    assertNothingLeaked();
  }

  private boolean isExpiring(Case golden) {
    return golden.fate().equals("TTL_EXPIRED") && golden.reply().length > 0;
  }

  /** Cases of one kind whose frame reaches the router: memif has no empty packets. */
  private static List<Case> cases(String call) {
    return RouterCases.all().stream()
        .filter(golden -> golden.call().startsWith(call) && !golden.isIpMode())
        .filter(golden -> golden.frame().length > 0)
        .filter(golden -> call.equals("inspect") || (golden.frame()[0] & 1) == 0)
        .toList();
  }

  private void routeAllTo(NextHop nextHop) {
    scene.apply(
        Operations.upsertRoute("blue", "0.0.0.0/0", nextHop),
        Operations.upsertRoute("blue", "::/0", nextHop));
  }

  /** Checks a case whose transit goes to the peer, which has Ethernet headers in any case. */
  private void checkWithPeer(Case golden, byte[] ethernetFrame, Pod peer) {
    Map<String, Long> before = scene.counts("peer");
    check(golden);
    byte[] routed = golden.fate().equals("TRANSIT") ? routed(ethernetFrame) : new byte[0];
    assertThat(RouterScene.changes(before, scene.counts("peer")))
        .as(golden.name())
        .isEqualTo(sent(routed.length));
    assertReceived(golden, peer, routed);
  }

  private void check(Case golden) {
    pace.await();
    Map<String, Long> before = scene.counts("pod");
    scene.pod().awaitSend(golden.frame());
    // The worker adds them last of all.
    long bytes = before.get("rx-bytes") + golden.frame().length;
    Await.until(golden.name(), () -> scene.counts("pod").get("rx-bytes") == bytes);
    assertThat(RouterScene.changes(before, scene.counts("pod")))
        .as(golden.name())
        .isEqualTo(expected(golden));
    assertReceived(golden, scene.pod(), golden.reply());
  }

  private static void assertReceived(Case golden, Pod receiver, byte[] expected) {
    HexFormat hex = HexFormat.of();
    if (expected.length > 0) {
      assertThat(hex.formatHex(receiver.awaitFrame()))
          .as(golden.name())
          .isEqualTo(hex.formatHex(expected));
    }
    assertThat(receiver.receive()).as(golden.name()).isNull();
  }

  private void assertNothingLeaked() {
    assertThat(scene.other().receive()).as("frame in another network").isNull();
    assertThat(Conservation.holds(scene.snapshot())).isTrue();
  }

  /** Every counter of the pod that must move, and by how much. */
  private static Map<String, Long> expected(Case golden) {
    Map<String, Long> expected = sent(golden.reply().length);
    expected.put("rx-packets", 1L);
    expected.put("rx-bytes", (long) golden.frame().length);
    if (golden.reply().length > 0) {
      expected.put("originated", 1L);
    }
    if (golden.fate().equals("CONSUMED")) {
      expected.put("consumed", 1L);
    } else if (!golden.fate().equals("TRANSIT")) {
      expected.put(DropReason.valueOf(golden.fate()).label(), 1L);
    }
    return expected;
  }

  private static Map<String, Long> sent(int bytes) {
    Map<String, Long> sent = new TreeMap<>();
    if (bytes > 0) {
      sent.put("tx-packets", 1L);
      sent.put("tx-bytes", (long) bytes);
    }
    return sent;
  }

  /** What arrives of a frame at the peer, to which the default routes lead. */
  private static byte[] routed(byte[] frame) {
    boolean ip4 = frame[ETHERNET_BYTES] >> 4 == 4;
    ByteBuffer in = ByteBuffer.wrap(frame);
    int bytes = ip4 ? in.getShort(16) & 0xffff : 40 + (in.getShort(18) & 0xffff);
    byte[] routed = Arrays.copyOf(frame, ETHERNET_BYTES + bytes);
    ByteBuffer out = ByteBuffer.wrap(routed).put(RouterScene.PEER_MAC).put(frame, 0, 6);
    int timeToLive = ip4 ? 22 : 21;
    out.put(timeToLive, (byte) (frame[timeToLive] - 1));
    if (ip4) {
      out.putShort(24, (short) 0);
      int sum = 0;
      for (int at = 0; at < (frame[ETHERNET_BYTES] & 0xf) * 4; at += 2) {
        sum += out.getShort(ETHERNET_BYTES + at) & 0xffff;
      }
      out.putShort(24, (short) ~((sum & 0xffff) + (sum >>> 16)));
    }
    return routed;
  }
}
