package dev.heddle.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.memory.Memory;
import dev.heddle.packet.Arrivals;
import dev.heddle.packet.Batch;
import dev.heddle.packet.Exceptions;
import dev.heddle.packet.TxWindow;
import dev.heddle.table.KeyTable;
import dev.heddle.table.Neighbours;
import dev.heddle.table.NextHops;
import dev.heddle.table.Tables;
import dev.heddle.table.Tunnels;
import dev.heddle.table.Underlay;
import dev.heddle.table.Uplink;
import dev.heddle.table.Vrf;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Outer headers byte for byte as scapy makes them, and back. */
class EncapsulationTest {
  record Case(String name, String underlay, int vni, byte[] inner, byte[] outer) {
    @Override
    public String toString() {
      return name + " over " + underlay + ", " + vni;
    }
  }

  private static final HexFormat HEX = HexFormat.of();

  /** 02:00:00:00:00:0b and 0c, first byte lowest. */
  private static final long UPLINK_MAC = 0x0b00_0000_0002L;

  private static final long NEIGHBOUR_MAC = 0x0c00_0000_0002L;
  private static final int OWN4 = 0xc0a8_0001;
  private static final int NODE4 = 0xc0a8_fe02;
  private static final long HIGH6 = 0xfd00_0001_0002_0003L;
  private static final int NEIGHBOUR = 3;
  private static final int NODE = 9;
  private static final int HOP = 2;
  private static final int BUFFER_BYTES = 4096;

  private final Arena arena = Arena.ofConfined();
  private final long frame = arena.allocate(BUFFER_BYTES, 64).address() + 128;
  private final long received = arena.allocate(BUFFER_BYTES, 64).address();
  private final Neighbours neighbours = new Neighbours(arena);

  @AfterEach
  void release() {
    arena.close();
  }

  static List<Case> cases() throws IOException {
    try (InputStream in = EncapsulationTest.class.getResourceAsStream("vxlan-cases.txt")) {
      String text = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
      return text.lines()
          .filter(line -> !line.startsWith("#"))
          .map(EncapsulationTest::read)
          .toList();
    }
  }

  private static Case read(String line) {
    String[] parts = Stream.of(line.split("\\|")).map(String::strip).toArray(String[]::new);
    return new Case(
        parts[0],
        parts[1],
        Integer.parseInt(parts[2]),
        HEX.parseHex(parts[3]),
        HEX.parseHex(parts[4]));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void shouldMakeOuterHeadersOfScapyWhenOneFrameIsWrapped(Case golden) {
    Underlay underlay = underlay(golden.underlay);
    long argument = Tunnels.hopArgument(underlay.tunnels(), 0, NODE);
    put(frame, golden.inner);
    Encapsulation.wrapOne(
        frame, golden.inner.length, argument, NEIGHBOUR_MAC, underlay, vrf(golden.vni));
    long outer = frame - Tunnels.overheadBytes(argument);
    assertThat(HEX.formatHex(bytes(outer, golden.outer.length)))
        .isEqualTo(HEX.formatHex(golden.outer));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void shouldMakeSameHeadersWhenBatchIsWrapped(Case golden) {
    neighbours.set(NEIGHBOUR, NEIGHBOUR_MAC);
    Tables tables = tables(golden.underlay);
    Batch batch = new Batch();
    put(received, golden.inner);
    batch.count = 1;
    batch.frame[0] = received;
    batch.lengthBytes[0] = golden.inner.length;
    batch.hop[0] = HOP * NextHops.LONGS_PER_HOP;
    TxWindow window = new TxWindow(arena);
    window.open(1, BUFFER_BYTES - 128, false);
    window.buffer[0] = frame;
    Encapsulation encapsulation = new Encapsulation();
    assertThat(encapsulation.findAlike(batch, 0, 1, tables)).isEqualTo(1);
    window.shift(encapsulation.overheadBytes());
    put(window.buffer[0], golden.inner);

    encapsulation.wrap(batch, 0, 1, window, tables, vrf(golden.vni));

    assertThat(window.buffer[0]).isEqualTo(frame);
    assertThat(batch.lengthBytes[0]).isEqualTo(golden.outer.length);
    assertThat(HEX.formatHex(bytes(frame, golden.outer.length)))
        .isEqualTo(HEX.formatHex(golden.outer));
    encapsulation.restoreLengths(batch, 0, 1);
    assertThat(batch.lengthBytes[0]).isEqualTo(golden.inner.length);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void shouldFindInnerFrameWhenOuterOneArrives(Case golden) {
    Batch batch = new Batch();
    put(received, golden.outer);
    batch.count = 1;
    batch.frame[0] = received;
    batch.lengthBytes[0] = golden.outer.length;
    KeyTable nodes = new KeyTable.Builder(2).putAddress4(OWN4, NODE).put(HIGH6, 0x10, NODE).build();
    KeyTable vrfs = new KeyTable.Builder(1).put(golden.vni, 4).build();
    Uplink uplink =
        new Uplink(0, NEIGHBOUR_MAC, NODE4, HIGH6, 0x20, 1500, vrfs, nodes, KeyTable.EMPTY, null);
    Arrivals arrivals = new Arrivals();
    Exceptions exceptions = new Exceptions();

    Decapsulation.open(batch, uplink, arrivals, exceptions);

    assertThat(exceptions.count()).isZero();
    assertThat(arrivals.takeNetwork()).isEqualTo(4);
    assertThat(arrivals.inner.count).isEqualTo(1);
    assertThat(arrivals.innerNode[0]).isEqualTo(NODE);
    assertThat(arrivals.inner.frame[0])
        .isEqualTo(received + golden.outer.length - golden.inner.length);
    assertThat(arrivals.inner.lengthBytes[0]).isEqualTo(golden.inner.length);
    assertThat(arrivals.takeNetwork()).isEqualTo(Arrivals.NONE);
  }

  private Underlay underlay(String kind) {
    long[] tunnels = new long[Tunnels.LONGS_PER_TUNNEL];
    if (kind.equals("ipv4")) {
      Tunnels.write4(tunnels, 0, NEIGHBOUR, UPLINK_MAC, OWN4, NODE4);
    } else {
      boolean checksums = kind.equals("ipv6-checksums");
      Tunnels.write6(tunnels, 0, NEIGHBOUR, UPLINK_MAC, HIGH6, 0x10, HIGH6, 0x20, checksums);
    }
    return new Underlay(0, new Uplink[0], tunnels, neighbours);
  }

  private Tables tables(String kind) {
    Underlay underlay = underlay(kind);
    long[] hops = new long[(HOP + 1) * NextHops.LONGS_PER_HOP];
    int at = HOP * NextHops.LONGS_PER_HOP;
    hops[at + 2] = NextHops.meta(NextHops.KIND_REMOTE, 0, 1400);
    hops[at + 3] = Tunnels.hopArgument(underlay.tunnels(), 0, NODE);
    Tables none = Tables.EMPTY;
    return new Tables(
        1,
        none.attachments(),
        none.vrfs(),
        hops,
        none.groups(),
        none.routeHops(),
        underlay,
        none.policies());
  }

  private static Vrf vrf(int vni) {
    return new Vrf(0, vni, 0, 0, -1, -1, 0, 0, -1, 0, 0, 0);
  }

  private static void put(long address, byte[] bytes) {
    for (int i = 0; i < bytes.length; i++) {
      Memory.putByte(address + i, bytes[i]);
    }
  }

  private static byte[] bytes(long address, int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = Memory.getByte(address + i);
    }
    return bytes;
  }
}
