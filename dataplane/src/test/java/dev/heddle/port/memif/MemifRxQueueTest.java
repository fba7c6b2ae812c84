package dev.heddle.port.memif;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.memory.Memory;
import dev.heddle.memory.ReservedMemory;
import dev.heddle.observe.DropReason;
import dev.heddle.observe.InterfaceCounter;
import dev.heddle.packet.Batch;
import java.lang.foreign.Arena;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Receive rings at the edges of their indexes, sizes and offsets. */
class MemifRxQueueTest {
  private static final long REGION_BYTES = 1L << 32;
  private static final int LARGEST_LOG2_SIZE = 14;
  private static final int PACKETS = 200_000;

  private final Arena arena = Arena.ofShared();
  private final ReservedMemory region = ReservedMemory.reserve(REGION_BYTES);
  private final long address = region.address();
  private final long row = arena.allocate(InterfaceCounter.ROW_BYTES, 64).address();
  private final Batch batch = new Batch();

  @AfterEach
  void free() {
    region.close();
    arena.close();
  }

  private PlainLink server(int log2Size) {
    return new PlainLink(true, address, REGION_BYTES, log2Size, 0);
  }

  private MemifRxQueue queue(PlainLink link) {
    return new MemifRxQueue(link, link.receiveRings()[0], new GatherBuffer(arena));
  }

  private static PeerRing peer(PlainLink link) {
    return new PeerRing(link.receiveRings()[0]);
  }

  private long dropped(DropReason reason) {
    return InterfaceCounter.dropped(row, reason);
  }

  @ParameterizedTest
  @CsvSource({"true, 1", "true, 6", "true, 14", "false, 1", "false, 6", "false, 14"})
  void shouldTakeEachPacketOnceWhenIndexesWrap(boolean server, int log2Size) {
    long buffers = PlainLink.firstFreeOffset(log2Size);
    PlainLink link = new PlainLink(server, address, REGION_BYTES, log2Size, buffers);
    MemifRxQueue queue = queue(link);
    PeerRing peer = peer(link);
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(1);
    int slots = 1 << log2Size;
    int given = 0;
    int taken = 0;
    while (taken < PACKETS) {
      int more = random.nextInt(slots - (given - taken) + 1);
      for (int i = 0; i < more; i++, given++) {
        long offset = buffers + (long) (given & slots - 1) * PlainLink.BUFFER_BYTES;
        if (server) {
          peer.put(given, 0, 0, Batch.HEADER_BYTES, offset);
        } else {
          peer.fill(given, 0, Batch.HEADER_BYTES);
        }
        Memory.putInt(address + offset, given);
      }
      if (server) {
        peer.head(given);
      } else {
        peer.tail(given);
      }
      int packets = queue.receive(batch, row);
      assertThat(packets).isEqualTo(Math.min(given - taken, Batch.CAPACITY));
      for (int i = 0; i < packets; i++) {
        assertThat(Memory.getInt(batch.frame[i])).isEqualTo(taken++);
      }
      if (packets > 0) {
        queue.release();
      }
      int returned = server ? peer.tail() : peer.head();
      assertThat(returned).isEqualTo((server ? taken : taken + slots) & 0xffff);
    }
    assertThat(link.faults).isEmpty();
  }

  /** None of the packets can stay in place, so that each needs room of its own. */
  @Test
  void shouldGatherWholeBatchWhenEachDescriptorIsUnusual() {
    PlainLink link = server(9);
    MemifRxQueue queue = queue(link);
    PeerRing peer = peer(link);
    long buffers = PlainLink.firstFreeOffset(9);
    int reservedFlag = 2;
    for (int i = 0; i < Batch.CAPACITY; i++) {
      peer.put(i, reservedFlag, 0, MemifRxQueue.MAX_FRAME_BYTES, buffers + i * 16384L);
      Memory.fill(address + buffers + i * 16384L, MemifRxQueue.MAX_FRAME_BYTES, (byte) i);
    }
    peer.head(Batch.CAPACITY);

    assertThat(queue.receive(batch, row)).isEqualTo(Batch.CAPACITY);

    assertThat(batch.count).isEqualTo(Batch.CAPACITY);
    for (int i = 0; i < Batch.CAPACITY; i++) {
      assertThat(batch.lengthBytes[i]).isEqualTo(MemifRxQueue.MAX_FRAME_BYTES);
      long frame = batch.frame[i];
      assertThat(Memory.getByte(frame)).isEqualTo((byte) i);
      assertThat(Memory.getByte(frame + MemifRxQueue.MAX_FRAME_BYTES - 1)).isEqualTo((byte) i);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1, 64, 65536, RX_BAD_REGION",
    "65535, 64, 65536, RX_BAD_REGION",
    "0, 0, 65536, RX_BAD_LENGTH",
    "0, -1, 65536, RX_BAD_LENGTH",
    "0, -2147483648, 65536, RX_BAD_LENGTH",
    "0, 2147483647, 65536, RX_BAD_LENGTH",
    "0, 9231, 65536, RX_BAD_LENGTH",
    "0, 64, 0xffffffff, RX_BAD_RANGE",
    "0, 65, 0xffffffc0, RX_BAD_RANGE"
  })
  void shouldDropOnlyBadOneWhenItStandsBetweenGoodOnes(
      int regionIndex, int length, long offset, DropReason reason) {
    PlainLink link = server(8);
    MemifRxQueue queue = queue(link);
    PeerRing peer = peer(link);
    peer.put(0, 0, 0, 64, 65536);
    peer.put(1, 0, regionIndex, length, offset);
    peer.put(2, 0, 0, 9230, 65536);
    peer.head(3);

    assertThat(queue.receive(batch, row)).isEqualTo(3);

    assertThat(dropped(reason)).isEqualTo(1);
    assertThat(batch.count).isEqualTo(2);
    assertThat(batch.lengthBytes).startsWith(64, 9230);
    assertThat(batch.frame).startsWith(address + 65536, address + 65536);
  }

  @Test
  void shouldTakePacketWhenItEndsWithFourthGibibyte() {
    PlainLink link = server(8);
    MemifRxQueue queue = queue(link);
    PeerRing peer = peer(link);
    int readable = Batch.READABLE_BYTES;
    peer.put(0, 0, 0, readable, REGION_BYTES - readable);
    peer.put(1, 0, 0, 20, REGION_BYTES - 20);
    peer.head(2);
    Memory.fill(address + REGION_BYTES - readable, readable, (byte) 7);

    assertThat(queue.receive(batch, row)).isEqualTo(2);

    assertThat(batch.frame[0]).isEqualTo(address + REGION_BYTES - readable);
    assertThat(batch.lengthBytes).startsWith(readable, 20);
    // Reading all headers there would run past the region.
    assertThat(batch.frame[1]).isNotEqualTo(address + REGION_BYTES - 20);
    assertThat(Memory.getByte(batch.frame[1] + 19)).isEqualTo((byte) 7);
  }

  @Test
  void shouldUseOwnBuffersWhenTheyLieBeyondTwoGibibytes() {
    long buffers = 3L << 30;
    PlainLink link = new PlainLink(false, address, REGION_BYTES, 8, buffers);
    MemifRxQueue queue = queue(link);
    PeerRing peer = peer(link);
    assertThat(peer.offset(1)).isEqualTo(buffers + PlainLink.BUFFER_BYTES);
    // The server lies about all that is not its to say.
    peer.put(0, 0, 7, 100, 0xffff_0000L);
    peer.put(1, RingLayout.FLAG_NEXT, 9, 256, 12);
    peer.put(2, 0, 0, 44, 1);
    peer.put(3, 0, 0, PlainLink.BUFFER_BYTES + 1, 1);
    Memory.fill(address + buffers + 256, 300, (byte) 5);
    peer.tail(4);

    assertThat(queue.receive(batch, row)).isEqualTo(3);

    assertThat(batch.count).isEqualTo(2);
    assertThat(batch.frame[0]).isEqualTo(address + buffers);
    assertThat(batch.lengthBytes).startsWith(100, 300);
    assertThat(Memory.getByte(batch.frame[1] + 299)).isEqualTo((byte) 5);
    assertThat(dropped(DropReason.RX_BAD_LENGTH)).isEqualTo(1);
    queue.release();
    for (int slot = 0; slot < 4; slot++) {
      assertThat(peer.offset(slot)).isEqualTo(buffers + slot * 256L);
      assertThat(peer.length(slot)).isEqualTo(PlainLink.BUFFER_BYTES);
      assertThat(peer.flags(slot)).isZero();
    }
  }

  @ParameterizedTest
  @CsvSource({"true, 1", "true, 14", "false, 1", "false, 14"})
  void shouldReportOnceWhenIndexJumps(boolean server, int log2Size) {
    PlainLink link =
        new PlainLink(server, address, REGION_BYTES, log2Size, PlainLink.firstFreeOffset(log2Size));
    MemifRxQueue queue = queue(link);
    int jump = (1 << log2Size) + 1;
    if (server) {
      peer(link).head(jump);
    } else {
      peer(link).tail(jump);
    }

    assertThat(queue.receive(batch, row)).isZero();
    assertThat(queue.receive(batch, row)).isZero();

    assertThat(link.faults).containsExactly(LinkFault.INDEX_JUMP);
  }

  @Test
  void shouldEndWalkWhenChainIsEndless() {
    PlainLink link = server(LARGEST_LOG2_SIZE);
    MemifRxQueue queue = queue(link);
    PeerRing peer = peer(link);
    int slots = 1 << LARGEST_LOG2_SIZE;
    for (int i = 0; i < slots; i++) {
      peer.put(i, RingLayout.FLAG_NEXT, 0, 1, PlainLink.firstFreeOffset(LARGEST_LOG2_SIZE));
    }
    peer.head(slots);

    assertThat(queue.receive(batch, row)).isEqualTo(1);

    assertThat(batch.count).isZero();
    assertThat(dropped(DropReason.RX_BAD_CHAIN)).isEqualTo(1);
    queue.release();
    assertThat(peer.tail()).isEqualTo(slots);
  }
}
