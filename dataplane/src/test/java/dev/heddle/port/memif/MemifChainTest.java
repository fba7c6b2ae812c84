package dev.heddle.port.memif;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.ffi.linux.PeerSignal;
import dev.heddle.memory.Memory;
import dev.heddle.memory.ReservedMemory;
import dev.heddle.observe.DropReason;
import dev.heddle.observe.InterfaceCounter;
import dev.heddle.packet.Batch;
import dev.heddle.packet.TxWindow;
import dev.heddle.port.OpenPorts;
import java.lang.foreign.Arena;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Our transmit side floods our receive side with packets of one to many descriptors. */
class MemifChainTest {
  private static final int PACKETS = 10_000;
  private static final int MIN_BYTES = 64;
  private static final int PATTERN_BYTES = 1 << 15;

  /** Each packet's number and length stand behind its Ethernet header, if it has one. */
  private static final int NUMBER_OFFSET = Batch.ETHERNET_BYTES;

  private static final int LENGTH_OFFSET = NUMBER_OFFSET + 4;
  private static final int PAYLOAD_OFFSET = LENGTH_OFFSET + 4;

  private final Arena arena = Arena.ofShared();
  private final PeerSignal signal = new PeerSignal();
  private final long pattern =
      arena.allocate(PATTERN_BYTES + MemifRxQueue.MAX_FRAME_BYTES, 64).address();
  private final long sentRow = arena.allocate(InterfaceCounter.ROW_BYTES, 64).address();
  private final long receivedRow = arena.allocate(InterfaceCounter.ROW_BYTES, 64).address();
  private ReservedMemory region;

  /** Number of the last packet that arrived. */
  private int last = -1;

  @AfterEach
  void free() {
    signal.close();
    region.close();
    arena.close();
  }

  private PlainLink sender(boolean server, int log2Size) {
    long buffers = PlainLink.firstFreeOffset(log2Size);
    long bytes = buffers + (2L * PlainLink.BUFFER_BYTES << log2Size);
    region = ReservedMemory.reserve(bytes);
    PlainLink link = new PlainLink(server, region.address(), bytes, log2Size, buffers);
    new PeerRing(link.transmitRings()[0]).maskInterrupt();
    return link;
  }

  @ParameterizedTest
  @CsvSource({
    "true, false, 6",
    "true, false, 8",
    "true, true, 12",
    "false, true, 6",
    "false, false, 8",
    "false, false, 12"
  })
  void shouldBringEachPacketWholeOrCountItsDropWhenFlooded(
      boolean server, boolean ipMode, int log2Size) {
    PlainLink ethernet = sender(server, log2Size);
    PlainLink sender = ipMode ? ethernet.inIpMode() : ethernet;
    PlainLink receiver = sender.otherSide();
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(log2Size);
    for (int i = 0; i < PATTERN_BYTES + MemifRxQueue.MAX_FRAME_BYTES; i += Long.BYTES) {
      Memory.putLong(pattern + i, random.nextLong());
    }
    MemifRxQueue queue =
        new MemifRxQueue(receiver, receiver.receiveRings()[0], new GatherBuffer(arena));
    AtomicBoolean enough = new AtomicBoolean();
    CompletableFuture<Integer> flood =
        CompletableFuture.supplyAsync(() -> flood(sender, random, enough));
    int given;
    long arrived;
    try {
      arrived = receive(queue, PACKETS, flood);
    } finally {
      enough.set(true);
      given = flood.join();
    }
    arrived += receive(queue, 0, flood);

    assertThat(arrived).isEqualTo(InterfaceCounter.TX_PACKETS.get(sentRow));
    long full = InterfaceCounter.dropped(sentRow, DropReason.TX_RING_FULL);
    assertThat(arrived + full).isEqualTo(given);
    for (DropReason reason : DropReason.values()) {
      assertThat(InterfaceCounter.dropped(receivedRow, reason)).isZero();
    }
    assertThat(sender.faults).isEmpty();
    assertThat(receiver.faults).isEmpty();
  }

  /**
   * Takes and checks packets, at least so many, up to the last that is there.
   *
   * @return how many
   */
  private long receive(MemifRxQueue queue, int packets, CompletableFuture<Integer> flood) {
    Batch batch = new Batch();
    long arrived = 0;
    boolean isMore = true;
    while (isMore || arrived < packets && !flood.isDone()) {
      isMore = queue.receive(batch, receivedRow) > 0;
      if (isMore) {
        for (int i = 0; i < batch.count; i++) {
          check(batch.frame[i], batch.lengthBytes[i]);
        }
        arrived += batch.count;
        queue.release();
      } else {
        Thread.yield();
      }
    }
    return arrived;
  }

  /**
   * Gives batches of packets away, a quarter of which need more than one buffer.
   *
   * @return how many
   */
  private int flood(PlainLink link, RandomGenerator random, AtomicBoolean enough) {
    OpenPorts openPorts = new OpenPorts(1);
    MemifTxQueue queue = new MemifTxQueue(link, link.transmitRings()[0]);
    MemifTxPort port = new MemifTxPort(queue, sentRow, openPorts, new ScatterList(), signal);
    Batch batch = new Batch();
    TxWindow window = new TxWindow(arena);
    long frames = arena.allocate((long) Batch.CAPACITY * MemifRxQueue.MAX_FRAME_BYTES).address();
    int number = 0;
    while (!enough.get()) {
      int count = random.nextInt(1, 32);
      for (int i = 0; i < count; i++, number++) {
        int most = random.nextInt(4) == 0 ? MemifRxQueue.MAX_FRAME_BYTES : PlainLink.BUFFER_BYTES;
        int bytes = random.nextInt(MIN_BYTES, most + 1);
        long frame = frames + (long) i * MemifRxQueue.MAX_FRAME_BYTES;
        Memory.copy(patternOf(number), frame, bytes);
        Memory.putInt(frame + NUMBER_OFFSET, number);
        Memory.putInt(frame + LENGTH_OFFSET, bytes);
        give(port, window, batch, frame, bytes);
      }
      openPorts.flushAll();
      Thread.yield();
    }
    return number;
  }

  private static void give(MemifTxPort port, TxWindow window, Batch batch, long frame, int bytes) {
    port.reserve(window, 1);
    if (window.refusal == null && bytes > window.capacityBytes) {
      port.send(frame, bytes);
    } else {
      int shift = window.ipMode ? Batch.ETHERNET_BYTES : 0;
      Memory.copy(frame + shift, window.buffer[0] + shift, bytes - shift);
      batch.lengthBytes[0] = bytes;
      port.commit(window, batch, 0, 1);
    }
  }

  private long patternOf(int number) {
    return pattern + (number * 7919L & PATTERN_BYTES - 1);
  }

  private void check(long frame, int bytes) {
    int number = Memory.getInt(frame + NUMBER_OFFSET);
    assertThat(number).isGreaterThan(last);
    last = number;
    int expectedBytes = Memory.getInt(frame + LENGTH_OFFSET);
    assertThat(bytes).as("length of packet %d", number).isEqualTo(expectedBytes);
    for (int at = PAYLOAD_OFFSET; at < bytes; at++) {
      if (Memory.getByte(frame + at) != Memory.getByte(patternOf(number) + at)) {
        throw new AssertionError("packet %d differs at byte %d".formatted(number, at));
      }
    }
  }

  /**
   * DPDK's net_memif before 26.03 does not clear what the descriptor of a packet's beginning had
   * before, so that a descriptor must not come back as the middle of a chain.
   */
  @Test
  void shouldReturnDescriptorsWithoutNextWhenClientSentChain() {
    PlainLink client = sender(false, 6);
    PlainLink server = client.otherSide();
    PeerRing ring = new PeerRing(client.transmitRings()[0]);
    MemifRxQueue queue =
        new MemifRxQueue(server, server.receiveRings()[0], new GatherBuffer(arena));
    Batch batch = new Batch();
    long offset = client.transmitRings()[0].bufferRegionOffset();
    ring.put(0, 0, 0, 100, offset);
    ring.put(1, RingLayout.FLAG_NEXT, 0, 256, offset + 256);
    ring.put(2, RingLayout.FLAG_NEXT, 0, 256, offset + 512);
    ring.put(3, 0, 0, 44, offset + 768);
    ring.head(4);

    assertThat(queue.receive(batch, receivedRow)).isEqualTo(2);

    queue.release();
    assertThat(batch.lengthBytes).startsWith(100, 556);
    for (int i = 0; i < 4; i++) {
      assertThat(ring.flags(i)).isZero();
    }
    assertThat(ring.length(1)).isEqualTo(256);
    assertThat(ring.offset(2)).isEqualTo(offset + 512);
  }
}
