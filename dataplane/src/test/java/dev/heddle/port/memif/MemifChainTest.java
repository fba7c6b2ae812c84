package dev.heddle.port.memif;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.ffi.linux.PeerSignal;
import dev.heddle.memory.Memory;
import dev.heddle.memory.ReservedMemory;
import dev.heddle.observe.DropReason;
import dev.heddle.observe.InterfaceCounter;
import dev.heddle.packet.Batch;
import dev.heddle.port.OpenPorts;
import java.lang.foreign.Arena;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Our transmit side floods our receive side with packets of one to many descriptors. */
class MemifChainTest {
  private static final int PACKETS = 50_000;
  private static final int MIN_BYTES = 64;
  private static final int PATTERN_BYTES = 1 << 15;

  /** Each packet's beginning: its number and its length. */
  private static final int STAMP_BYTES = 8;

  private final Arena arena = Arena.ofShared();
  private final PeerSignal signal = new PeerSignal();
  private final long pattern =
      arena.allocate(PATTERN_BYTES + MemifRxQueue.MAX_FRAME_BYTES, 64).address();
  private final long sentRow = arena.allocate(InterfaceCounter.ROW_BYTES, 64).address();
  private final long receivedRow = arena.allocate(InterfaceCounter.ROW_BYTES, 64).address();
  private ReservedMemory region;

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
  @CsvSource({"true, 6", "true, 8", "true, 12", "false, 6", "false, 8", "false, 12"})
  void shouldBringEachPacketWholeOrCountItsDropWhenFlooded(boolean server, int log2Size) {
    PlainLink sender = sender(server, log2Size);
    PlainLink receiver = sender.otherSide();
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(log2Size);
    for (int i = 0; i < PATTERN_BYTES + MemifRxQueue.MAX_FRAME_BYTES; i += Long.BYTES) {
      Memory.putLong(pattern + i, random.nextLong());
    }
    MemifRxQueue queue =
        new MemifRxQueue(receiver, receiver.receiveRings()[0], new GatherBuffer(arena));
    CompletableFuture<Void> flood = CompletableFuture.runAsync(() -> flood(sender, random));
    Batch batch = new Batch(arena);
    long arrived = 0;
    int last = -1;
    boolean isOver;
    do {
      isOver = flood.isDone();
      for (int polled = queue.receive(batch, receivedRow); polled > 0; ) {
        for (int i = 0; i < batch.count; i++) {
          last = check(batch.frame[i], batch.lengthBytes[i], last);
        }
        arrived += batch.count;
        queue.release();
        polled = queue.receive(batch, receivedRow);
      }
    } while (!isOver);
    flood.join();

    assertThat(arrived).isPositive().isEqualTo(InterfaceCounter.TX_PACKETS.get(sentRow));
    long full = InterfaceCounter.dropped(sentRow, DropReason.TX_RING_FULL);
    assertThat(arrived + full).isEqualTo(PACKETS);
    for (DropReason reason : DropReason.values()) {
      assertThat(InterfaceCounter.dropped(receivedRow, reason)).isZero();
    }
    assertThat(sender.faults).isEmpty();
    assertThat(receiver.faults).isEmpty();
  }

  /** Gives batches of packets away, a quarter of which need more than one buffer. */
  private void flood(PlainLink link, RandomGenerator random) {
    OpenPorts openPorts = new OpenPorts(1);
    MemifTxQueue queue = new MemifTxQueue(link, link.transmitRings()[0]);
    MemifTxPort port = new MemifTxPort(queue, sentRow, openPorts, new ScatterBuffer(arena), signal);
    Batch batch = new Batch(arena);
    long frames = arena.allocate((long) Batch.CAPACITY * MemifRxQueue.MAX_FRAME_BYTES).address();
    for (int number = 0; number < PACKETS; ) {
      int count = Math.min(PACKETS - number, random.nextInt(1, 32));
      for (int i = 0; i < count; i++, number++) {
        int most = random.nextInt(4) == 0 ? MemifRxQueue.MAX_FRAME_BYTES : PlainLink.BUFFER_BYTES;
        int bytes = random.nextInt(MIN_BYTES, most + 1);
        long frame = frames + (long) i * MemifRxQueue.MAX_FRAME_BYTES;
        Memory.copy(patternOf(number), frame, bytes);
        Memory.putInt(frame, number);
        Memory.putInt(frame + 4, bytes);
        Memory.copy(frame, Batch.header(batch.headers(), i), Batch.HEADER_BYTES);
        batch.frame[i] = frame;
        batch.lengthBytes[i] = bytes;
      }
      port.send(batch, 0, count);
      openPorts.flushAll();
    }
  }

  private long patternOf(int number) {
    return pattern + (number * 7919L & PATTERN_BYTES - 1);
  }

  /** Returns the packet's number. */
  private int check(long frame, int bytes, int numberBefore) {
    int number = Memory.getInt(frame);
    assertThat(number).isGreaterThan(numberBefore);
    assertThat(bytes).as("length of packet %d", number).isEqualTo(Memory.getInt(frame + 4));
    for (int at = STAMP_BYTES; at < bytes; at++) {
      if (Memory.getByte(frame + at) != Memory.getByte(patternOf(number) + at)) {
        throw new AssertionError("packet %d differs at byte %d".formatted(number, at));
      }
    }
    return number;
  }

  /**
   * DPDK's net_memif, up to 25.11, does not clear what the descriptor of a packet's beginning had
   * before, so that a descriptor must not come back as the middle of a chain.
   */
  @Test
  void shouldReturnDescriptorsWithoutNextWhenClientSentChain() {
    PlainLink client = sender(false, 6);
    PlainLink server = client.otherSide();
    PeerRing ring = new PeerRing(client.transmitRings()[0]);
    MemifRxQueue queue =
        new MemifRxQueue(server, server.receiveRings()[0], new GatherBuffer(arena));
    Batch batch = new Batch(arena);
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
