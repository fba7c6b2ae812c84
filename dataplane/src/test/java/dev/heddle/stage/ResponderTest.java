package dev.heddle.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.memory.Memory;
import dev.heddle.observe.DropReason;
import dev.heddle.stage.RouterCases.Case;
import dev.heddle.wire.Ethernet;
import java.lang.foreign.Arena;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Fate and exact reply bytes of received frames, against what scapy makes of the RFCs. */
class ResponderTest {
  private static final int BUFFER_BYTES = 2048;

  private final Arena arena = Arena.ofConfined();
  private final long frame = arena.allocate(BUFFER_BYTES, 64).address() + Responder.HEADROOM_BYTES;
  private final IcmpRateLimiter limiter = new IcmpRateLimiter(1, 0);

  @AfterEach
  void release() {
    arena.close();
  }

  static List<Case> cases() {
    return RouterCases.all();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void shouldDecideAndReplyAsRfcsSayWhenFrameArrives(Case golden) {
    put(golden.frame());
    long response = respond(golden);
    assertThat(fate(response)).isEqualTo(golden.fate());
    assertThat(Response.isRateLimited(response)).isFalse();
    byte[] reply = reply(response);
    int skipped = golden.isIpMode() ? Math.min(Ethernet.HEADER_BYTES, reply.length) : 0;
    assertThat(HexFormat.of().formatHex(reply, skipped, reply.length))
        .isEqualTo(HexFormat.of().formatHex(golden.reply()));
  }

  @Test
  void shouldSayRateLimitedWhenTokensAreUsedUp() {
    Case expiring =
        cases().stream().filter(c -> c.name().equals("IPv4 TTL 1")).findFirst().orElseThrow();
    int replies = 0;
    long response = 0;
    for (int i = 0; i <= IcmpRateLimiter.BURST_ERRORS; i++) {
      put(expiring.frame());
      response = respond(expiring);
      replies += Response.replyBytes(response) > 0 ? 1 : 0;
    }
    assertThat(replies).isEqualTo(IcmpRateLimiter.BURST_ERRORS);
    assertThat(fate(response)).isEqualTo("TTL_EXPIRED");
    assertThat(Response.isRateLimited(response)).isTrue();
    assertThat(Response.replyBytes(response)).isZero();
  }

  private long respond(Case golden) {
    var in = RouterWorld.pod(golden.isIpMode());
    int length = golden.frame().length;
    if (golden.call().startsWith("inspect")) {
      return Responder.inspect(frame, length, in, RouterWorld.VRF, limiter, 0);
    }
    String[] refusal = golden.call().split(":");
    DropReason reason = DropReason.valueOf(refusal[1]);
    int mtu = Integer.parseInt(refusal[2]);
    return Responder.refuse(reason, mtu, frame, in, RouterWorld.VRF, limiter, 0);
  }

  private void put(byte[] bytes) {
    for (int i = 0; i < bytes.length; i++) {
      Memory.putByte(frame + i, bytes[i]);
    }
  }

  private byte[] reply(long response) {
    byte[] bytes = new byte[Response.replyBytes(response)];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = Memory.getByte(frame + Response.replyOffset(response) + i);
    }
    return bytes;
  }

  private static String fate(long response) {
    if (Response.isTransit(response)) {
      return "TRANSIT";
    }
    return Response.isConsumed(response)
        ? "CONSUMED"
        : DropReason.values()[Response.dropReason(response)].name();
  }
}
