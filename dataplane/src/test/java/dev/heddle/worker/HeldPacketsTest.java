package dev.heddle.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.ffi.linux.PeerSignal;
import dev.heddle.memory.Memory;
import dev.heddle.observe.DropReason;
import dev.heddle.observe.InterfaceCounter;
import dev.heddle.observe.WorkerCounter;
import dev.heddle.observe.WorkerCounters;
import dev.heddle.packet.NeighbourReports;
import dev.heddle.packet.PacketPool;
import dev.heddle.port.loopback.LoopbackLink;
import dev.heddle.port.memif.MemifTxPort;
import dev.heddle.port.memif.MemifTxQueue;
import dev.heddle.port.memif.ScatterList;
import dev.heddle.table.Neighbours;
import dev.heddle.table.Tables;
import dev.heddle.wire.Ethernet;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Packets that wait: how many, for how long, in which order, and what is counted. */
class HeldPacketsTest {
  private static final int POD = 0;
  private static final int OTHER_POD = 1;
  private static final int UPLINK = 2;
  private static final int INTERFACES = 3;
  private static final int POOL_BUFFERS = 40;
  private static final int FRAME_BYTES = 90;
  private static final long MAC = 0x0a0b_0c0d_0e02L;

  private final Arena arena = Arena.ofConfined();
  private final WorkerCounters counters = WorkerCounters.scratch(arena, INTERFACES);
  private final PacketPool pool = new PacketPool(arena, POOL_BUFFERS);
  private final Egress egress = new Egress(arena, INTERFACES, counters);
  private final NeighbourReports reports = new NeighbourReports(counters);
  private final LoopbackLink uplink = new LoopbackLink(arena, UPLINK, false, 8, 2048);
  private final PeerSignal signal = new PeerSignal();
  private final HeldPackets held = new HeldPackets(counters, pool, egress, reports);
  private final Neighbours neighbours = new Neighbours(arena);
  private final long frame = arena.allocate(2048, 64).address();

  @BeforeEach
  void connect() {
    egress.set(
        UPLINK,
        new MemifTxPort(
            new MemifTxQueue(uplink, uplink.transmitRings()[0]),
            counters.rowAddress(UPLINK),
            egress.openPorts(),
            new ScatterList(),
            signal));
  }

  @AfterEach
  void release() {
    assertThat(counters.missingPackets()).isZero();
    assertThat(pool.used()).isEqualTo(held.count());
    assertThat(counters.get(WorkerCounter.POOL_USED)).isEqualTo(held.count());
    uplink.close();
    signal.close();
    arena.close();
  }

  @Test
  void shouldSendInOrderWhenNeighbourIsResolved() {
    hold(7, 1, POD, 0);
    hold(8, 2, POD, 0);
    hold(7, 3, OTHER_POD, 0);
    hold(7, 4, POD, 0);
    assertThat(count(InterfaceCounter.HELD, POD)).isEqualTo(3);
    assertThat(count(InterfaceCounter.HELD, OTHER_POD)).isEqualTo(1);

    resolve(7);
    egress.flush();

    assertThat(sent()).containsExactly(1, 3, 4);
    assertThat(held.count()).isEqualTo(1);
    assertThat(count(InterfaceCounter.HELD, POD)).isEqualTo(1);
    assertThat(count(InterfaceCounter.HELD, OTHER_POD)).isZero();
    assertThat(count(InterfaceCounter.TX_PACKETS, UPLINK)).isEqualTo(3);
    assertThat(count(InterfaceCounter.TX_BYTES, UPLINK)).isEqualTo(3 * FRAME_BYTES);
    resolve(7);
    egress.flush();
    assertThat(sent()).isEmpty();
  }

  @Test
  void shouldDropTheOldestWhenTooManyWaitForOneNeighbour() {
    hold(8, 100, OTHER_POD, 0);
    for (int number = 1; number <= 6; number++) {
      hold(7, number, POD, 0);
    }
    assertThat(count(InterfaceCounter.HELD, POD)).isEqualTo(HeldPackets.MAX_FOR_NEIGHBOUR);
    assertThat(dropped(POD)).isEqualTo(2);
    assertThat(dropped(OTHER_POD)).isZero();
    resolve(7);
    egress.flush();
    assertThat(sent()).containsExactly(3, 4, 5, 6);
  }

  @Test
  void shouldDropTheOldestWhenTooManyWaitAtAll() {
    for (int number = 0; number < HeldPackets.MAX + 3; number++) {
      hold(number, number, POD, 0);
    }
    assertThat(held.count()).isEqualTo(HeldPackets.MAX);
    assertThat(dropped(POD)).isEqualTo(3);
    resolve(2);
    resolve(3);
    egress.flush();
    assertThat(sent()).containsExactly(3);
  }

  @Test
  void shouldDropWhenWaitIsOver() {
    hold(7, 1, POD, Long.MAX_VALUE - 10);
    hold(8, 2, OTHER_POD, Long.MIN_VALUE + 10);
    expire(Long.MAX_VALUE - 11 + HeldPackets.MAX_WAIT_NS);
    assertThat(held.count()).isEqualTo(2);
    expire(Long.MAX_VALUE - 10 + HeldPackets.MAX_WAIT_NS);
    assertThat(held.count()).isEqualTo(1);
    assertThat(dropped(POD)).isEqualTo(1);
    assertThat(dropped(OTHER_POD)).isZero();
  }

  /** Nobody is told, as the uplink is none that leads outside. */
  private void expire(long nowNs) {
    held.expire(
        nowNs,
        Tables.EMPTY,
        new Unreachable(egress, null, new Fates(counters, egress.watch()), null, null));
  }

  @Test
  void shouldDropWhenNeighbourIsNotWantedOrSenderGoes() {
    hold(7, 1, POD, 0);
    hold(8, 2, POD, 0);
    hold(7, 3, OTHER_POD, 0);
    hold(8, 4, OTHER_POD, 0);
    held.dropFor(7);
    assertThat(dropped(POD)).isEqualTo(1);
    assertThat(dropped(OTHER_POD)).isEqualTo(1);
    held.dropFrom(POD);
    assertThat(dropped(POD)).isEqualTo(2);
    assertThat(count(InterfaceCounter.HELD, POD)).isZero();
    resolve(8);
    egress.flush();
    assertThat(sent()).containsExactly(4);
  }

  @Test
  void shouldSayWhyWhenPoolIsExhausted() {
    while (pool.used() < POOL_BUFFERS) {
      pool.take();
    }
    hold(7, 1, POD, 0);
    assertThat(InterfaceCounter.dropped(counters.rowAddress(POD), DropReason.POOL_EXHAUSTED))
        .isEqualTo(1);
    assertThat(held.count()).isZero();
    pool.give(frame);
    for (int i = 1; i < POOL_BUFFERS; i++) {
      pool.give(frame);
    }
  }

  @Test
  void shouldCountAsDownWhenUplinkHasGoneMeanwhile() {
    hold(7, 1, POD, 0);
    egress.set(UPLINK, null);
    resolve(7);
    assertThat(InterfaceCounter.dropped(counters.rowAddress(UPLINK), DropReason.TX_INTERFACE_DOWN))
        .isEqualTo(1);
  }

  @Test
  void shouldAskForNeighbourOnceWhenSeveralPacketsWait() {
    hold(7, 1, POD, 0);
    hold(7, 2, POD, 0);
    hold(8, 3, POD, 0);
    List<Integer> needed = new ArrayList<>();
    reports.read(new Needed(needed));
    assertThat(needed).containsExactly(7, 8);
    held.dropFor(7);
    hold(7, 4, POD, 0);
    reports.read(new Needed(needed));
    assertThat(needed).containsExactly(7, 8, 7);
  }

  private void resolve(int neighbour) {
    neighbours.set(neighbour, MAC);
    held.release(neighbours);
  }

  private void hold(int neighbour, int number, int from, long nowNs) {
    Memory.fill(frame, FRAME_BYTES, (byte) 0x55);
    Memory.putInt(frame + FRAME_BYTES - Integer.BYTES, number);
    InterfaceCounter.RX_PACKETS.add(counters.rowAddress(from), 1);
    held.hold(neighbour, frame, FRAME_BYTES, from, UPLINK, nowNs);
  }

  /** Numbers of the frames that the uplink's peer got. */
  private List<Integer> sent() {
    List<Integer> numbers = new ArrayList<>();
    while (uplink.pending() > 0) {
      long packet = uplink.pendingPacket();
      assertThat(uplink.pendingBytes()).isEqualTo(FRAME_BYTES);
      assertThat(Ethernet.destination(packet)).isEqualTo(MAC);
      assertThat(Ethernet.source(packet)).isEqualTo(0x5555_5555_5555L);
      numbers.add(Memory.getInt(packet + FRAME_BYTES - Integer.BYTES));
      uplink.collect();
    }
    return numbers;
  }

  private long count(InterfaceCounter counter, int interfaceIndex) {
    return counter.get(counters.rowAddress(interfaceIndex));
  }

  private long dropped(int interfaceIndex) {
    return InterfaceCounter.dropped(
        counters.rowAddress(interfaceIndex), DropReason.NEIGHBOUR_UNRESOLVED);
  }

  private record Needed(List<Integer> needed) implements NeighbourReports.Reader {
    @Override
    public void heard(
        int interfaceIndex,
        boolean ipv6,
        long high,
        long low,
        long mac,
        boolean answers,
        boolean overrides) {
      throw new AssertionError("nobody spoke");
    }

    @Override
    public void needed(int neighbour) {
      needed.add(neighbour);
    }
  }
}
