package dev.heddle.port.memif;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.ffi.linux.PeerSignal;
import dev.heddle.memory.Memory;
import dev.heddle.memory.ReservedMemory;
import dev.heddle.observe.DropReason;
import dev.heddle.observe.InterfaceCounter;
import dev.heddle.port.OpenPorts;
import java.lang.foreign.Arena;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Transmit rings at the edges of their indexes, sizes and offsets. */
class MemifTxPortTest {
  private static final long REGION_BYTES = 1L << 32;
  private static final int PACKETS = 200_000;
  private static final int FRAME_BYTES = 100;
  private static final int JUMBO_BYTES = 9014;
  private static final long BUFFERS = 1 << 20;

  private final Arena arena = Arena.ofShared();
  private final ReservedMemory region = ReservedMemory.reserve(REGION_BYTES);
  private final long address = region.address();
  private final long row = arena.allocate(InterfaceCounter.ROW_BYTES, 64).address();
  private final long frame = arena.allocate(JUMBO_BYTES, 64).address();
  private final OpenPorts openPorts = new OpenPorts(4);
  private final PeerSignal signal = new PeerSignal();
  private PlainLink link;
  private PeerRing peer;

  @AfterEach
  void free() {
    signal.close();
    region.close();
    arena.close();
  }

  private MemifTxPort port(boolean server, int log2Size, long buffers) {
    link = new PlainLink(server, address, REGION_BYTES, log2Size, buffers);
    peer = new PeerRing(link.transmitRings()[0]);
    peer.maskInterrupt();
    for (int at = 0; at < JUMBO_BYTES; at++) {
      Memory.putByte(frame + at, (byte) (at * 7));
    }
    MemifTxQueue queue = new MemifTxQueue(link, link.transmitRings()[0]);
    return new MemifTxPort(queue, row, openPorts, new ScatterList(), signal);
  }

  private void offer(int index, int capacity, long offset) {
    peer.put(index, 0, 0, capacity, offset);
    peer.head(index + 1);
  }

  private long dropped(DropReason reason) {
    return InterfaceCounter.dropped(row, reason);
  }

  private long sent() {
    return InterfaceCounter.TX_PACKETS.get(row);
  }

  @ParameterizedTest
  @CsvSource({"true, 1", "true, 6", "true, 14", "false, 1", "false, 6", "false, 14"})
  void shouldGiveEachPacketOnceWhenIndexesWrap(boolean server, int log2Size) {
    MemifTxPort port = port(server, log2Size, 3L << 30);
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(1);
    int slots = 1 << log2Size;
    int offered = 0;
    int given = 0;
    int taken = 0;
    while (taken < PACKETS) {
      for (; server && offered < taken + slots; offered++) {
        offer(offered, 256, BUFFERS + (offered & slots - 1) * 256L);
      }
      int more = random.nextInt(slots - (given - taken) + 1);
      for (int i = 0; i < more; i++, given++) {
        Memory.putInt(frame + 60, given);
        port.send(frame, FRAME_BYTES);
      }
      openPorts.flushAll();
      assertThat(server ? peer.tail() : peer.head()).isEqualTo(given & 0xffff);
      int take = random.nextInt(given - taken + 1);
      for (int i = 0; i < take; i++, taken++) {
        assertThat(peer.length(taken)).isEqualTo(FRAME_BYTES);
        assertThat(Memory.getInt(address + peer.offset(taken) + 60)).isEqualTo(taken);
      }
      if (!server) {
        peer.tail(taken);
      }
    }
    assertThat(sent()).isEqualTo(given);
    assertThat(link.faults).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "0, 2048, 0xfffff800, true",
    "0, 2049, 0xfffff800, false",
    "0, 2048, 0xffffffff, false",
    "0, 0, 65536, false",
    "0, -1, 65536, false",
    "1, 2048, 65536, false",
    "65535, 2048, 65536, false"
  })
  void shouldWriteOnlyInsideRegionWhenPeerOffersBuffer(
      int regionIndex, int capacity, long offset, boolean good) {
    MemifTxPort port = port(true, 6, 0);
    peer.put(0, 0, regionIndex, capacity, offset);
    peer.put(1, 0, 0, 2048, BUFFERS);
    peer.head(2);

    port.send(frame, FRAME_BYTES);
    port.send(frame, FRAME_BYTES);
    openPorts.flushAll();

    assertThat(peer.tail()).isEqualTo(2);
    assertThat(peer.length(0)).isEqualTo(good ? FRAME_BYTES : 0);
    assertThat(peer.length(1)).isEqualTo(FRAME_BYTES);
    assertThat(dropped(DropReason.TX_BAD_DESCRIPTOR)).isEqualTo(good ? 0 : 1);
    assertThat(sent()).isEqualTo(good ? 2 : 1);
    long written = address + (good ? offset : BUFFERS);
    assertThat(Memory.getByte(written + FRAME_BYTES - 1)).isEqualTo((byte) ((FRAME_BYTES - 1) * 7));
    assertThat(Memory.getByte(written + FRAME_BYTES)).isZero();
  }

  @ParameterizedTest
  @CsvSource({"true", "false"})
  void shouldCutJumboFrameWhenBuffersAreSmall(boolean server) {
    MemifTxPort port = port(server, 6, BUFFERS);
    for (int i = 0; server && i < 64; i++) {
      offer(i, PlainLink.BUFFER_BYTES, BUFFERS + i * 512L);
    }

    port.send(frame, JUMBO_BYTES);
    openPorts.flushAll();

    int segments = (JUMBO_BYTES + PlainLink.BUFFER_BYTES - 1) / PlainLink.BUFFER_BYTES;
    assertThat(server ? peer.tail() : peer.head()).isEqualTo(segments);
    int at = 0;
    for (int i = 0; i < segments; i++) {
      assertThat(peer.flags(i)).isEqualTo(i < segments - 1 ? RingLayout.FLAG_NEXT : 0);
      for (int offset = 0; offset < peer.length(i); offset++, at++) {
        assertThat(Memory.getByte(address + peer.offset(i) + offset)).isEqualTo((byte) (at * 7));
      }
    }
    assertThat(at).isEqualTo(JUMBO_BYTES);
    assertThat(InterfaceCounter.TX_BYTES.get(row)).isEqualTo(JUMBO_BYTES);
  }

  @Test
  void shouldDropJumboFrameWhenItNeedsTooManyBuffers() {
    MemifTxPort port = port(true, 8, 0);
    for (int i = 0; i < 256; i++) {
      offer(i, 64, BUFFERS + i * 64L);
    }

    port.send(frame, JUMBO_BYTES);
    port.send(frame, 64);
    openPorts.flushAll();

    assertThat(dropped(DropReason.TX_TOO_BIG)).isEqualTo(1);
    assertThat(sent()).isEqualTo(1);
    assertThat(peer.tail()).isEqualTo(1);
    assertThat(peer.flags(0)).isZero();
    assertThat(peer.length(0)).isEqualTo(64);
  }

  @Test
  void shouldUseBuffersWhenTheyWereOfferedAfterThePortOpened() {
    MemifTxPort port = port(true, 6, 0);
    offer(0, 256, BUFFERS);
    offer(1, 256, BUFFERS + 256);
    port.send(frame, FRAME_BYTES);
    for (int i = 2; i < 64; i++) {
      offer(i, 256, BUFFERS + i * 256L);
    }

    port.send(frame, JUMBO_BYTES);
    openPorts.flushAll();

    assertThat(sent()).isEqualTo(2);
    assertThat(dropped(DropReason.TX_RING_FULL)).isZero();
  }

  @ParameterizedTest
  @CsvSource({"true, 1", "true, 14", "false, 1", "false, 14"})
  void shouldReportPeerWhenIndexJumps(boolean server, int log2Size) {
    MemifTxPort port = port(server, log2Size, BUFFERS);
    if (server) {
      peer.head((1 << log2Size) + 1);
    } else {
      peer.tail(1);
    }

    port.send(frame, FRAME_BYTES);
    openPorts.flushAll();

    assertThat(link.faults).isNotEmpty().containsOnly(LinkFault.INDEX_JUMP);
    assertThat(dropped(DropReason.TX_RING_FULL)).isEqualTo(1);
    assertThat(sent()).isZero();
  }
}
