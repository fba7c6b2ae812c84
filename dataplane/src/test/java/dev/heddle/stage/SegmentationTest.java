package dev.heddle.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.packet.Offload;
import dev.heddle.stage.OffloadCases.Case;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Segments byte for byte as scapy makes them, and any others by what RFCs say of each. */
class SegmentationTest {
  private static final int BUFFER_BYTES = 70_000;
  private static final int ROUNDS = 300;
  private static final int ETHERNET_BYTES = 14;
  private static final HexFormat HEX = HexFormat.of();

  private final Arena arena = Arena.ofConfined();
  private final MemorySegment packet = arena.allocate(BUFFER_BYTES, 64);
  private final MemorySegment segment = arena.allocate(BUFFER_BYTES, 64);
  private final SplittableRandom random = new SplittableRandom(9293);

  @AfterEach
  void release() {
    arena.close();
  }

  static List<Case> cases() {
    return OffloadCases.all();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void shouldMakeWhatScapyMakesWhenPacketIsGolden(Case expected) {
    List<byte[]> segments = finish(expected.frame(), expected.offload());
    assertThat(segments.stream().map(HEX::formatHex))
        .containsExactlyElementsOf(expected.segments().stream().map(HEX::formatHex).toList());
  }

  @Test
  void shouldHoldWholePayloadInOrderWhenPacketIsAny() {
    for (int round = 0; round < ROUNDS; round++) {
      boolean six = random.nextBoolean();
      boolean udp = random.nextInt(4) == 0;
      RandomPacket made = new RandomPacket(random, six, udp);

      List<byte[]> segments = finish(made.frame(), made.offload());

      byte[] payload = new byte[made.payload().length];
      int at = 0;
      for (byte[] each : segments) {
        boolean last = each == segments.getLast();
        made.assertHeaderOf(each, at, last);
        assertThat(each.length - made.headerBytes())
            .isEqualTo(Math.min(made.segmentBytes(), payload.length - at));
        System.arraycopy(each, made.headerBytes(), payload, at, each.length - made.headerBytes());
        at += each.length - made.headerBytes();
      }
      assertThat(payload).isEqualTo(made.payload());
    }
  }

  @Test
  void shouldSayHowLongSegmentsAreWhenPacketIsLarge() {
    Case large =
        cases().stream().filter(each -> each.name().equals("full frames")).findAny().orElseThrow();
    put(large.frame());
    long offload = OffloadChecks.check(packet.address(), large.offload());
    assertThat(Segmentation.packetBytes(packet.address(), offload)).isEqualTo(1500);
    assertThat(Segmentation.payloadBytes(packet.address(), offload)).isEqualTo(2 * 1460 + 900);
  }

  /** Does with a packet what must be done before a peer gets it that expects complete ones. */
  private List<byte[]> finish(byte[] frame, long offload) {
    put(frame);
    long from = packet.address();
    long checked = OffloadChecks.check(from, offload);
    assertThat(checked).isNotEqualTo(OffloadChecks.REFUSED).isNotEqualTo(Offload.NONE);
    List<byte[]> segments = new ArrayList<>();
    if (Offload.isLarge(checked)) {
      int at = 0;
      while (at < Segmentation.payloadBytes(from, checked)) {
        int next = Segmentation.cut(from, checked, at, segment.address());
        assertThat(next).isGreaterThan(at);
        segments.add(frameIn(segment));
        at = next;
      }
    } else {
      ChecksumCompletion.complete(from, checked);
      segments.add(frameIn(packet));
    }
    return segments;
  }

  private void put(byte[] frame) {
    packet.fill((byte) 0xa5);
    MemorySegment.copy(frame, 0, packet, ValueLayout.JAVA_BYTE, 0, frame.length);
  }

  /** A frame without what may follow the IP packet. */
  private static byte[] frameIn(MemorySegment memory) {
    int bytes = ETHERNET_BYTES + SlowTransit.totalBytes(memory.address());
    return memory.asSlice(0, bytes).toArray(ValueLayout.JAVA_BYTE);
  }
}
