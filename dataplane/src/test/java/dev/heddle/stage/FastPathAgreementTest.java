package dev.heddle.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.memory.Memory;
import dev.heddle.stage.RouterCases.Case;
import dev.heddle.table.Attachment;
import dev.heddle.wire.Ethernet;
import dev.heddle.wire.IpProtocol;
import dev.heddle.wire.Ipv4;
import dev.heddle.wire.Ipv6;
import java.lang.foreign.Arena;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What the fast path takes for plain transit, the slow path would have let pass as well; and
 * nothing that is plain is sent the slow way.
 */
class FastPathAgreementTest {
  private static final int ROUNDS = 500_000;
  private static final int BUFFER_BYTES = 4096;

  private final Arena arena = Arena.ofConfined();
  private final long frame = arena.allocate(BUFFER_BYTES, 64).address() + Responder.HEADROOM_BYTES;
  private final FrameMutator mutator = new FrameMutator(8200);
  private int plain;
  private int transit;

  @AfterEach
  void release() {
    arena.close();
  }

  @Test
  void shouldAgreeWithSlowPathWhenFramesAreArbitrary() {
    Attachment both = RouterWorld.pod(false);
    Attachment only4 = RouterWorld.podWithout6();
    Attachment only6 = RouterWorld.podWithout4();
    List<Case> seeds = RouterCases.all().stream().filter(c -> c.call().equals("inspect")).toList();
    for (int round = 0; round < ROUNDS; round++) {
      byte[] bytes = mutator.mutate(seeds.get(round % seeds.size()).frame());
      agree(bytes, both);
      agree(bytes, only4);
      agree(bytes, only6);
    }
    assertThat(plain).as("frames that both paths forward").isGreaterThan(ROUNDS / 50);
    assertThat(transit).isGreaterThanOrEqualTo(plain);
  }

  private void agree(byte[] bytes, Attachment in) {
    for (int i = 0; i < bytes.length; i++) {
      Memory.putByte(frame + i, bytes[i]);
    }
    boolean fast = isPlain(bytes.length, in);
    boolean slowWayNeeded = isTransitForSlowPath(bytes.length, in);
    IcmpRateLimiter limiter = new IcmpRateLimiter(1, 0);
    boolean passes =
        Response.isTransit(Responder.inspect(frame, bytes.length, in, RouterWorld.VRF, limiter, 0));
    if (fast != (passes && !slowWayNeeded)) {
      throw new AssertionError(
          "plain: %b, slow path forwards: %b, needed: %b, %s, %s"
              .formatted(fast, passes, slowWayNeeded, in, HexFormat.of().formatHex(bytes)));
    }
    plain += fast ? 1 : 0;
    transit += passes ? 1 : 0;
  }

  private boolean isPlain(int length, Attachment in) {
    long w0 = Memory.getLong(frame);
    long w1 = Memory.getLong(frame + 8);
    long w2 = Memory.getLong(frame + 16);
    long w3 = Memory.getLong(frame + 24);
    long w4 = Memory.getLong(frame + 32);
    if (Ethernet.type(frame) == Ethernet.TYPE_IPV4) {
      long address4 = in.address4() & 0xffff_ffffL;
      long destination = Memory.getLong(frame + Ethernet.HEADER_BYTES + Ipv4.DESTINATION);
      return address4 != 0
          && Ip4Fast.frameBytes(w2) <= length
          && Ip4Fast.isPlain(w0, w1, w2, w3, w4, in.routerMac(), address4, destination)
          && !isRouters4();
    }
    return (in.address6High() | in.address6Low()) != 0
        && Ip6Fast.frameBytes(w2) <= length
        && Ip6Fast.isPlain(w0, w1, w2, w3, w4, in, 0)
        && !isGateway6();
  }

  /** The gateways and the broadcast address are found by their routes. */
  private boolean isRouters4() {
    int destination = Ipv4.destination(frame + Ethernet.HEADER_BYTES);
    return destination == RouterWorld.VRF.gateway4()
        || EndpointAddresses.isRangeBroadcast4(RouterWorld.VRF, destination);
  }

  private boolean isGateway6() {
    long ip = frame + Ethernet.HEADER_BYTES;
    return Ipv6.destinationHigh(ip) == RouterWorld.VRF.gateway6High()
        && Ipv6.destinationLow(ip) == RouterWorld.VRF.gateway6Low();
  }

  /** Transit that is rare enough to go the slow way: short, with options, from a second address. */
  private boolean isTransitForSlowPath(int length, Attachment in) {
    long ip = frame + Ethernet.HEADER_BYTES;
    if (Ethernet.type(frame) == Ethernet.TYPE_IPV4) {
      return length < Ip4Fast.MIN_FRAME_BYTES
          || Ipv4.headerBytes(ip) != Ipv4.HEADER_BYTES
          || Ipv4.totalBytes(ip) < Ip4Fast.MIN_FRAME_BYTES - Ethernet.HEADER_BYTES
          || Ipv4.source(ip) != Integer.reverseBytes(in.address4());
    }
    return length < Ip6Fast.MIN_FRAME_BYTES
        || Ipv6.HEADER_BYTES + Ipv6.payloadBytes(ip)
            < Ip6Fast.MIN_FRAME_BYTES - Ethernet.HEADER_BYTES
        || Ipv6.sourceHigh(ip) != Long.reverseBytes(in.address6High())
        || Ipv6.sourceLow(ip) != Long.reverseBytes(in.address6Low())
        || Ipv6.nextHeader(ip) == IpProtocol.ICMPV6 && Ipv6.hopLimit(ip) == 255
        || Ipv6.destinationHigh(ip) >>> 56 == 0;
  }
}
