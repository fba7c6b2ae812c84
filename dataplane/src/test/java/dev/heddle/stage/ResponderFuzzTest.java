package dev.heddle.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.memory.Memory;
import dev.heddle.observe.DropReason;
import dev.heddle.stage.RouterCases.Case;
import dev.heddle.table.Attachment;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Frames that nobody would send: golden ones with bytes changed, cut and extended, and noise.
 *
 * <p>That nothing outside the frame is read shows in equal results with different bytes around it;
 * that nothing outside the buffer is written shows in those bytes afterwards.
 */
class ResponderFuzzTest {
  private static final int ROUNDS = 300_000;
  private static final int MARGIN_BYTES = 256;
  private static final int MAX_FRAME_BYTES = 2_000;
  private static final int BUFFER_BYTES = MARGIN_BYTES + MAX_FRAME_BYTES + MARGIN_BYTES;

  /** What only a route can say. */
  private static final Set<DropReason> AFTER_ROUTING =
      EnumSet.of(DropReason.NO_ROUTE, DropReason.ROUTE_DROP, DropReason.GATEWAY_UNRESOLVED);

  private final Arena arena = Arena.ofConfined();
  private final MemorySegment buffer = arena.allocate(BUFFER_BYTES, 64);
  private final long frame = buffer.address() + MARGIN_BYTES;
  private final Attachment ethernet = RouterWorld.pod(false);
  private final Attachment bare = RouterWorld.pod(true);
  private final IcmpRateLimiter limiter = new IcmpRateLimiter(1, 0);
  private final Random random = new Random(1812);
  private final FrameMutator mutator = new FrameMutator(1812);
  private long nowNs;

  @AfterEach
  void release() {
    arena.close();
  }

  @Test
  void shouldStayInsideFrameAndReplySoundlyWhenBytesAreArbitrary() {
    List<Case> seeds = RouterCases.all();
    int[] fates = new int[2 + DropReason.values().length];
    for (int round = 0; round < ROUNDS; round++) {
      Case seed = seeds.get(random.nextInt(seeds.size()));
      byte[] bytes = mutator.mutate(seed.frame());
      Attachment in = seed.isIpMode() ? bare : ethernet;
      nowNs += IcmpRateLimiter.NS_PER_ERROR;
      long first = inspect(bytes, in, (byte) 0x00);
      byte[] reply = reply(first);
      nowNs += IcmpRateLimiter.NS_PER_ERROR;
      long second = inspect(bytes, in, (byte) 0xff);
      assertThat(second).as(() -> describe(bytes)).isEqualTo(first);
      assertThat(reply(second)).as(() -> describe(bytes)).isEqualTo(reply);
      if (reply.length > 0) {
        ReplyCheck.assertSound(reply, in);
      }
      fates[(int) first & 0xffff]++;
    }
    assertThat(fates[(int) Response.TRANSIT]).isPositive();
    assertThat(fates[(int) Response.CONSUMED]).isPositive();
    for (DropReason reason : EnumSet.range(DropReason.TOO_SHORT, DropReason.ND_MALFORMED)) {
      if (!AFTER_ROUTING.contains(reason)) {
        assertThat(fates[(int) Response.dropped(reason)]).as(reason.label()).isPositive();
      }
    }
  }

  @Test
  void shouldAllocateNothingWhenFramesAreInspected() {
    byte[][] frames = RouterCases.all().stream().map(Case::frame).toArray(byte[][]::new);
    assertThat(AllocatedBytes.median(20, () -> inspectAll(frames, 200))).isZero();
  }

  private void inspectAll(byte[][] frames, int rounds) {
    for (int round = 0; round < rounds; round++) {
      for (byte[] bytes : frames) {
        for (int i = 0; i < bytes.length; i++) {
          Memory.putByte(frame + i, bytes[i]);
        }
        nowNs += IcmpRateLimiter.NS_PER_ERROR;
        Responder.inspect(frame, bytes.length, ethernet, RouterWorld.VRF, limiter, nowNs);
      }
    }
  }

  private long inspect(byte[] bytes, Attachment in, byte around) {
    buffer.fill(around);
    MemorySegment.copy(bytes, 0, buffer, ValueLayout.JAVA_BYTE, MARGIN_BYTES, bytes.length);
    long response = Responder.inspect(frame, bytes.length, in, RouterWorld.VRF, limiter, nowNs);
    int writable = Math.max(bytes.length, Responder.MIN_BUFFER_BYTES);
    assertUntouched(0, MARGIN_BYTES - Responder.HEADROOM_BYTES, around, bytes);
    assertUntouched(MARGIN_BYTES + writable, BUFFER_BYTES, around, bytes);
    return response;
  }

  private void assertUntouched(int from, int to, byte value, byte[] bytes) {
    for (int i = from; i < to; i++) {
      if (buffer.get(ValueLayout.JAVA_BYTE, i) != value) {
        throw new AssertionError("byte " + (i - MARGIN_BYTES) + " written: " + describe(bytes));
      }
    }
  }

  private byte[] reply(long response) {
    byte[] bytes = new byte[Response.replyBytes(response)];
    int offset = MARGIN_BYTES + Response.replyOffset(response);
    MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, offset, bytes, 0, bytes.length);
    return bytes;
  }

  private static String describe(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
