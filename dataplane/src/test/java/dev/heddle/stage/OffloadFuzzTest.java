package dev.heddle.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.packet.Offload;
import dev.heddle.stage.OffloadCases.Case;
import dev.heddle.wire.Ethernet;
import dev.heddle.wire.IpProtocol;
import dev.heddle.wire.Ipv4;
import dev.heddle.wire.Ipv6;
import dev.heddle.wire.Tcp;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What root in a pod may write into a virtio network header, before packets of any kind. */
class OffloadFuzzTest {
  private static final int ROUNDS = 200_000;
  private static final int MARGIN_BYTES = 128;
  private static final int MAX_FRAME_BYTES = 70_000;
  private static final int[] TYPES = {0, 1, 3, 4, 5, 0x80, 0x81, 0x83, 0x84, 0x85, 2, 255};
  private static final int[] SIZES = {0, 1, 7, 8, 9, 48, 536, 1448, 9000, 0x7fff, 0x8000, 0xffff};
  private static final int GOOD_START = 34;
  private static final int GOOD_TCP_OFFSET = 16;

  private final Arena arena = Arena.ofConfined();
  private final MemorySegment memory = arena.allocate(MAX_FRAME_BYTES, 64);
  private final long frame = memory.address() + MARGIN_BYTES;
  private final MemorySegment segment = arena.allocate(MAX_FRAME_BYTES, 64);
  private final Random random = new Random(5);
  private final FrameMutator mutator = new FrameMutator(5);

  @AfterEach
  void release() {
    arena.close();
  }

  @Test
  void shouldRefuseOrStayInsideFrameWhenHeadersAreArbitrary() {
    List<Case> seeds = OffloadCases.all();
    int refused = 0;
    int finished = 0;
    for (int round = 0; round < ROUNDS; round++) {
      Case seed = seeds.get(random.nextInt(seeds.size()));
      byte[] bytes = mutator.mutate(seed.frame());
      long offload = mutate(seed.offload());
      put(bytes, (byte) 0);
      if (isGood(bytes.length)) {
        long checked = OffloadChecks.check(frame, offload);
        put(bytes, (byte) 0xff);
        assertThat(OffloadChecks.check(frame, offload)).isEqualTo(checked);
        refused += checked == OffloadChecks.REFUSED ? 1 : 0;
        if (checked != OffloadChecks.REFUSED && checked != Offload.NONE) {
          assertPointsToTransport(checked);
          finish(bytes, checked);
          finished++;
        }
      }
    }
    assertThat(refused).isGreaterThan(ROUNDS / 20);
    assertThat(finished).isGreaterThan(ROUNDS / 20);
  }

  /** Changes of one field each to a good IPv4 packet of 200 bytes of payload and 14 + 20 + 20. */
  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "segments of TCP over IPv6,           100, 4, 1, 34, 16",
    "segments of UDP datagrams,           100, 5, 1, 34, 16",
    "fragments of a UDP datagram,         100, 3, 1, 34, 16",
    "a kind that nobody knows,            100, 2, 1, 34, 16",
    "ECN of nothing,                      100, 128, 1, 34, 16",
    "segments of no bytes,                  0, 1, 1, 34, 16",
    "segments of too few bytes,             7, 1, 1, 34, 16",
    "a whole checksum,                    100, 1, 0, 34, 16",
    "a verified checksum,                 100, 1, 2, 34, 16",
    "a start in the IP header,            100, 1, 1, 14, 10",
    "a start within TCP,                  100, 1, 1, 36, 14",
    "a start at the end,                    0, 0, 1, 254, 16",
    "a start beyond the frame,              0, 0, 1, 65535, 16",
    "UDP's checksum,                        0, 0, 1, 34, 6",
    "a checksum in the payload,             0, 0, 1, 34, 100",
    "a checksum beyond the frame,           0, 0, 1, 34, 65535",
  })
  void shouldRefuseWhenHeaderDoesNotFitPacket(
      String name, int size, int type, int flags, int start, int offset) {
    put(good().frame(), (byte) 0);
    assertThat(OffloadChecks.check(frame, Offload.of(size, type, flags, start, offset)))
        .isEqualTo(OffloadChecks.REFUSED);
  }

  @Test
  void shouldRefuseWhenPacketIsFragment() {
    byte[] bytes = good().frame();
    bytes[20] = 0x20;
    put(bytes, (byte) 0);
    assertThat(OffloadChecks.check(frame, checksumOnly())).isEqualTo(OffloadChecks.REFUSED);
  }

  @Test
  void shouldRefuseWhenTcpHeaderIsCut() {
    byte[] bytes = good().frame();
    for (int words : new int[] {0, 1, 2, 4}) {
      bytes[GOOD_START + 12] = (byte) (words << 4);
      put(bytes, (byte) 0);
      assertThat(OffloadChecks.check(frame, good().offload())).isEqualTo(OffloadChecks.REFUSED);
    }
    bytes = Arrays.copyOf(bytes, GOOD_START + 24);
    bytes[16] = 0;
    bytes[17] = 44;
    bytes[GOOD_START + 12] = (byte) 0x70;
    put(bytes, (byte) 0);
    assertThat(OffloadChecks.check(frame, checksumOnly())).isEqualTo(OffloadChecks.REFUSED);
  }

  @Test
  void shouldRefuseWhenProtocolHasNoSuchChecksum() {
    byte[] bytes = good().frame();
    bytes[23] = IpProtocol.ICMP;
    put(bytes, (byte) 0);
    assertThat(OffloadChecks.check(frame, checksumOnly())).isEqualTo(OffloadChecks.REFUSED);
  }

  @Test
  void shouldRefuseWhenPacketWouldBecomeTooManySegments() {
    int payloadBytes = OffloadChecks.MAX_SEGMENTS * 8;
    byte[] bytes = Arrays.copyOf(good().frame(), GOOD_START + Tcp.HEADER_BYTES + payloadBytes + 1);
    long offload =
        Offload.of(8, Offload.GSO_TCP4, Offload.NEEDS_CHECKSUM, GOOD_START, GOOD_TCP_OFFSET);
    setTotalBytes(bytes, 40 + payloadBytes);
    assertThat(OffloadChecks.check(frame, offload)).isEqualTo(offload);
    setTotalBytes(bytes, 40 + payloadBytes + 1);
    assertThat(OffloadChecks.check(frame, offload)).isEqualTo(OffloadChecks.REFUSED);
  }

  @Test
  void shouldTakeNothingWhenNothingIsLeftToDo() {
    put(good().frame(), (byte) 0);
    long valid = Offload.of(0, 0, Offload.DATA_VALID, 0, 0);
    assertThat(OffloadChecks.check(frame, valid)).isEqualTo(Offload.NONE);
  }

  private static Case good() {
    return OffloadCases.all().stream()
        .filter(each -> each.name().equals("two equal segments"))
        .findAny()
        .orElseThrow();
  }

  private static long checksumOnly() {
    return Offload.of(0, 0, Offload.NEEDS_CHECKSUM, GOOD_START, GOOD_TCP_OFFSET);
  }

  private void setTotalBytes(byte[] bytes, int total) {
    bytes[16] = (byte) (total >>> 8);
    bytes[17] = (byte) total;
    put(bytes, (byte) 0);
  }

  private long mutate(long offload) {
    return switch (random.nextInt(8)) {
      case 0 -> random.nextLong();
      case 1 -> offload ^ 1L << random.nextInt(64);
      case 2 -> with(SIZES[random.nextInt(SIZES.length)], Offload.gsoType(offload), offload);
      case 3 -> with(Offload.segmentBytes(offload), TYPES[random.nextInt(TYPES.length)], offload);
      default -> offload;
    };
  }

  private static long with(int size, int type, long offload) {
    return Offload.of(
        size,
        type,
        Offload.flags(offload),
        Offload.checksumStart(offload),
        Offload.checksumOffset(offload));
  }

  /** Whether the IP header passes the checks that come before. */
  private boolean isGood(int frameBytes) {
    if (frameBytes <= Ethernet.HEADER_BYTES) {
      return false;
    }
    long ip = frame + Ethernet.HEADER_BYTES;
    int bytes = frameBytes - Ethernet.HEADER_BYTES;
    return switch (Ethernet.type(frame)) {
      case Ethernet.TYPE_IPV4 -> Ip4Checks.verdict(ip, bytes) == 0;
      case Ethernet.TYPE_IPV6 -> Ip6Checks.verdict(ip, bytes) == 0;
      default -> false;
    };
  }

  private void assertPointsToTransport(long checked) {
    long ip = frame + Ethernet.HEADER_BYTES;
    int start = Offload.checksumStart(checked) - Ethernet.HEADER_BYTES;
    boolean tcp = Offload.checksumOffset(checked) == Tcp.CHECKSUM;
    if (Ipv4.version(ip) == Ipv4.VERSION) {
      assertThat(start).isEqualTo(Ipv4.headerBytes(ip));
      assertThat(Ipv4.protocol(ip)).isEqualTo(tcp ? IpProtocol.TCP : IpProtocol.UDP);
    } else {
      assertThat(start).isBetween(Ipv6.HEADER_BYTES, SlowTransit.totalBytes(frame));
    }
    assertThat(Offload.isLarge(checked)).isEqualTo(Offload.segmentBytes(checked) > 0);
    assertThat(Offload.flags(checked)).isEqualTo(Offload.NEEDS_CHECKSUM);
  }

  /** Nothing may be written outside the frame, or outside the segment that is due. */
  private void finish(byte[] bytes, long checked) {
    if (!Offload.isLarge(checked)) {
      ChecksumCompletion.complete(frame, checked);
    } else {
      int payloadBytes = Segmentation.payloadBytes(frame, checked);
      int most = Ethernet.HEADER_BYTES + Segmentation.packetBytes(frame, checked);
      int count = 0;
      for (int at = 0; at < payloadBytes; count++) {
        segment.set(ValueLayout.JAVA_BYTE, most, (byte) 0x5a);
        at = Segmentation.cut(frame, checked, at, segment.address());
        assertThat(segment.get(ValueLayout.JAVA_BYTE, most)).isEqualTo((byte) 0x5a);
      }
      assertThat(count).isBetween(2, OffloadChecks.MAX_SEGMENTS);
    }
    assertAll(0, MARGIN_BYTES);
    assertAll(MARGIN_BYTES + bytes.length, MARGIN_BYTES + bytes.length + MARGIN_BYTES);
  }

  private void assertAll(int from, int to) {
    for (int i = from; i < to; i++) {
      if (memory.get(ValueLayout.JAVA_BYTE, i) != (byte) 0xff) {
        throw new AssertionError("byte " + (i - MARGIN_BYTES) + " was written");
      }
    }
  }

  private void put(byte[] frameBytes, byte around) {
    memory.asSlice(0, MARGIN_BYTES + frameBytes.length + MARGIN_BYTES).fill(around);
    MemorySegment.copy(
        frameBytes, 0, memory, ValueLayout.JAVA_BYTE, MARGIN_BYTES, frameBytes.length);
  }
}
