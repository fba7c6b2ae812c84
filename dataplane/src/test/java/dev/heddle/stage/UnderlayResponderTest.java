package dev.heddle.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.memory.Memory;
import dev.heddle.observe.DropReason;
import dev.heddle.observe.WorkerCounter;
import dev.heddle.observe.WorkerCounters;
import dev.heddle.packet.NeighbourReports;
import dev.heddle.table.KeyTable;
import dev.heddle.table.Neighbours;
import dev.heddle.table.Uplink;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Fate, exact reply bytes and report of an uplink's frames, against what scapy makes of the RFCs.
 */
class UnderlayResponderTest {
  private static final int UPLINK = 5;
  private static final int MARGIN_BYTES = 256;
  private static final int BUFFER_BYTES = 4096;
  private static final int FUZZ_ROUNDS = 200_000;
  private static final long OWN_MAC = 0x0101_0000_0002L;
  private static final long NODE_MAC = 0x0202_0000_0002L;
  private static final long PREFIX6 = 0x2001_0db8_0000_0000L;

  /** 192.0.2.2 and 2001:db8::2 are known, 192.0.2.254 and fe80::fe are not yet. */
  private static final Uplink WORLD = uplink(0xc000_0201, PREFIX6, 1);

  private final Arena arena = Arena.ofConfined();
  private final long buffer = arena.allocate(BUFFER_BYTES, 64).address();
  private final long frame = buffer + MARGIN_BYTES;
  private final Neighbours neighbours = new Neighbours(arena);
  private final WorkerCounters counters = WorkerCounters.scratch(arena, 8);
  private final NeighbourReports reports = new NeighbourReports(counters);
  private final List<String> read = new ArrayList<>();

  record Case(String name, byte[] frame, String fate, byte[] reply, String report) {
    @Override
    public String toString() {
      return name;
    }
  }

  @BeforeEach
  void resolve() {
    neighbours.set(0, NODE_MAC);
    neighbours.set(1, NODE_MAC);
  }

  @AfterEach
  void release() {
    arena.close();
  }

  static List<Case> cases() throws IOException {
    try (var in = UnderlayResponderTest.class.getResourceAsStream("underlay-cases.txt")) {
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split(" \\| "))
          .map(field -> new Case(field[0], hex(field[1]), field[2], hex(field[3]), field[4]))
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void shouldDecideReplyAndReportAsRfcsSayWhenFrameArrives(Case golden) {
    long response = inspect(golden.frame(), WORLD);
    assertThat(fate(response)).isEqualTo(golden.fate());
    assertThat(HexFormat.of().formatHex(reply(response)))
        .isEqualTo(HexFormat.of().formatHex(golden.reply()));
    reports.read(new Recorder());
    assertThat(read.isEmpty() ? "-" : String.join(",", read)).isEqualTo(golden.report());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void shouldAnswerNothingWhenUplinkHasNoAddressOfThatFamily(Case golden) {
    boolean isIpv6 = golden.frame().length > 13 && golden.frame()[12] == (byte) 0x86;
    long response =
        inspect(golden.frame(), isIpv6 ? uplink(0xc000_0201, 0, 0) : uplink(0, PREFIX6, 1));
    assertThat(Response.replyBytes(response)).isZero();
    assertThat(reports.read(new Recorder())).isZero();
  }

  @Test
  void shouldLoseAndCountReportsWhenNobodyReads() throws IOException {
    Case answer = cases().stream().filter(c -> c.name().equals("ARP reply")).findFirst().get();
    for (int i = 0; i < 10_000; i++) {
      inspect(answer.frame(), WORLD);
    }
    long lost = counters.get(WorkerCounter.NEIGHBOUR_REPORTS_LOST);
    assertThat(lost).isPositive();
    assertThat(readAll() + lost).isEqualTo(10_000);
    inspect(answer.frame(), WORLD);
    assertThat(readAll()).isEqualTo(1);
  }

  private int readAll() {
    int count = 0;
    while (!reports.announceWaiting(null)) {
      count += reports.read(new Recorder());
    }
    return count;
  }

  @Test
  void shouldStayInItsBufferAndDecideAlikeWhenFramesAreMutated() throws IOException {
    List<Case> seeds = cases();
    FrameMutator mutator = new FrameMutator(7);
    Random random = new Random(8);
    int replies = 0;
    for (int round = 0; round < FUZZ_ROUNDS; round++) {
      byte[] bytes = mutator.mutate(seeds.get(random.nextInt(seeds.size())).frame());
      Memory.fill(buffer, BUFFER_BYTES, (byte) 0);
      long first = inspect(bytes, WORLD);
      byte[] reply = reply(first);
      Memory.fill(buffer, BUFFER_BYTES, (byte) 0xff);
      long second = inspect(bytes, WORLD);
      assertThat(second).as(() -> HexFormat.of().formatHex(bytes)).isEqualTo(first);
      assertThat(reply(second)).as(() -> HexFormat.of().formatHex(bytes)).isEqualTo(reply);
      assertUntouched(0, MARGIN_BYTES - Responder.HEADROOM_BYTES);
      assertUntouched(
          MARGIN_BYTES + Math.max(bytes.length, Responder.MIN_BUFFER_BYTES), BUFFER_BYTES);
      assertThat(Response.isTransit(first)).isFalse();
      if (reply.length > 0) {
        replies++;
        assertThat(mac(reply, 6)).isEqualTo(OWN_MAC);
      }
      reports.read(new Recorder());
      read.clear();
    }
    assertThat(replies).isGreaterThan(FUZZ_ROUNDS / 100);
  }

  private void assertUntouched(int from, int to) {
    for (int i = from; i < to; i++) {
      if (Memory.getByte(buffer + i) != (byte) 0xff) {
        throw new AssertionError("byte " + (i - MARGIN_BYTES) + " written");
      }
    }
  }

  private long inspect(byte[] bytes, Uplink uplink) {
    for (int i = 0; i < bytes.length; i++) {
      Memory.putByte(frame + i, bytes[i]);
    }
    return UnderlayResponder.inspect(frame, bytes.length, uplink, neighbours, reports);
  }

  private byte[] reply(long response) {
    byte[] bytes = new byte[Response.replyBytes(response)];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = Memory.getByte(frame + Response.replyOffset(response) + i);
    }
    return bytes;
  }

  private static String fate(long response) {
    return Response.isConsumed(response)
        ? "CONSUMED"
        : DropReason.values()[Response.dropReason(response)].name();
  }

  private static Uplink uplink(int address4, long address6High, long address6Low) {
    KeyTable known =
        new KeyTable.Builder(4)
            .putAddress4(0xc000_0202, 0)
            .put(PREFIX6, 2, 1)
            .putAddress4(0xc000_02fe, 2)
            .put(0xfe80L << 48, 0xfe, 3)
            .build();
    return new Uplink(
        UPLINK,
        OWN_MAC,
        address4,
        address6High,
        address6Low,
        1500,
        KeyTable.EMPTY,
        KeyTable.EMPTY,
        known,
        null);
  }

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text.replace("-", ""));
  }

  private static long mac(byte[] bytes, int at) {
    return Long.reverseBytes(ByteBuffer.wrap(bytes).getLong(at)) & 0xffff_ffff_ffffL;
  }

  private final class Recorder implements NeighbourReports.Reader {
    @Override
    public void heard(
        int interfaceIndex,
        boolean ipv6,
        long high,
        long low,
        long mac,
        boolean answers,
        boolean overrides) {
      assertThat(interfaceIndex).isEqualTo(UPLINK);
      ByteBuffer address = ByteBuffer.allocate(ipv6 ? 16 : 4);
      if (ipv6) {
        address.putLong(high).putLong(low);
      } else {
        address.putInt((int) low);
      }
      byte[] macBytes = new byte[6];
      for (int i = 0; i < 6; i++) {
        macBytes[i] = (byte) (mac >>> 8 * i);
      }
      read.add(
          text(address.array())
              + " "
              + HexFormat.ofDelimiter(":").formatHex(macBytes)
              + (answers ? " answers" : "")
              + (overrides ? " overrides" : ""));
    }

    @Override
    public void needed(int neighbour) {
      throw new AssertionError("nothing waits");
    }

    /** As the cases have it: without the longest run of zeros. */
    private static String text(byte[] address) {
      try {
        return InetAddress.getByAddress(address)
            .getHostAddress()
            .replaceFirst("(:0)+:", "::")
            .replaceFirst("%.*", "");
      } catch (UnknownHostException e) {
        throw new IllegalArgumentException(e);
      }
    }
  }
}
