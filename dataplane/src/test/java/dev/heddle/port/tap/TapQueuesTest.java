package dev.heddle.port.tap;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.heddle.ffi.linux.SeqpacketSocket;
import dev.heddle.ffi.linux.TunPackets;
import dev.heddle.memory.Memory;
import dev.heddle.observe.DropReason;
import dev.heddle.observe.InterfaceCounter;
import dev.heddle.observe.WorkerCounters;
import dev.heddle.packet.Batch;
import dev.heddle.packet.Offload;
import dev.heddle.packet.PacketPool;
import dev.heddle.packet.TxWindow;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What goes through a tap's queues, byte by byte: a pair of sockets plays the kernel. */
class TapQueuesTest {
  private static final int GSO_TCP4 = Offload.GSO_TCP4;
  private static final int HEADER_BYTES = 10;
  private static final int MOST_ROUNDS = 200;
  private static final int PACKETS_PER_ROUND = 10_000;

  private final Arena arena = Arena.ofConfined();
  private final SeqpacketSocket[] ends = SeqpacketSocket.pair();
  private final TapMemory memory = new TapMemory(arena);
  private final TunPackets kernel = new TunPackets();
  private final MemorySegment kernelBytes = arena.allocate(1 << 17, 64);
  private final long row = WorkerCounters.scratch(arena, 1).rowAddress(0);
  private final Batch batch = new Batch();
  private TapRxQueue queue;
  private TapTxPort transmit;

  @BeforeEach
  void open() {
    memory.open();
    TapPort port = new TapPort(0, new int[] {ends[0].fd()}, () -> {});
    queue = new TapRxQueue(port, ends[0].fd(), memory);
    transmit = new TapTxPort(port, ends[0].fd(), row, memory);
  }

  @AfterEach
  void close() {
    ends[0].close();
    ends[1].close();
    arena.close();
  }

  /** The kernel gives a packet of so many bytes, each of which tells its place. */
  private void give(int bytes, int flags, int type, int segmentBytes, int start, int offset) {
    long header = kernelBytes.address();
    Memory.putByte(header, (byte) flags);
    Memory.putByte(header + 1, (byte) type);
    Memory.putShort(header + 2, (short) 0x7777);
    Memory.putShort(header + 4, (short) segmentBytes);
    Memory.putShort(header + 6, (short) start);
    Memory.putShort(header + 8, (short) offset);
    long frame = header + 64;
    for (int i = 0; i < bytes; i++) {
      Memory.putByte(frame + i, (byte) (i * 7));
    }
    assertThat(kernel.write(ends[1].fd(), header, frame, bytes)).isEqualTo(HEADER_BYTES + bytes);
  }

  private void give(int bytes) {
    give(bytes, 0, 0, 0, 0, 0);
  }

  private static void assertFrame(long frame, int bytes) {
    for (int i = 0; i < bytes; i++) {
      assertThat(Memory.getByte(frame + i)).isEqualTo((byte) (i * 7));
    }
  }

  private long dropped(DropReason reason) {
    return InterfaceCounter.dropped(row, reason);
  }

  @Test
  void shouldTakeNothingWhenNothingWaits() {
    batch.count = 7;
    batch.hasOffloads = true;
    assertThat(queue.receive(batch, row)).isZero();
    assertThat(batch.count).isZero();
    assertThat(batch.hasOffloads).isFalse();
    assertThat(queue.hasMore()).isFalse();
  }

  @Test
  void shouldTakeCompletePacketsAsTheyAre() {
    int[] lengths = {1, 13, 14, 60, 64, 1514, PacketPool.CAPACITY_BYTES};
    for (int bytes : lengths) {
      give(bytes);
    }
    assertThat(queue.receive(batch, row)).isEqualTo(lengths.length);
    assertThat(batch.count).isEqualTo(lengths.length);
    assertThat(batch.hasOffloads).isFalse();
    for (int i = 0; i < lengths.length; i++) {
      assertThat(batch.lengthBytes[i]).isEqualTo(lengths[i]);
      assertThat(batch.offload[i]).isEqualTo(Offload.NONE);
      assertFrame(batch.frame[i], lengths[i]);
    }
    assertThat(queue.hasMore()).isFalse();
  }

  @Test
  void shouldTellWhatIsLeftToDo() {
    give(60_000, 1, GSO_TCP4 | Offload.GSO_ECN, 1448, 34, 16);
    give(100, 1, 0, 1448, 54, 6);
    give(100, 2, 0, 0, 0, 0);
    give(9000, 2, GSO_TCP4, 0xffff, 0xffff, 0xffff);
    assertThat(queue.receive(batch, row)).isEqualTo(4);
    assertThat(batch.hasOffloads).isTrue();
    assertThat(Arrays.copyOf(batch.offload, 4))
        .containsExactly(
            Offload.of(1448, GSO_TCP4 | Offload.GSO_ECN, Offload.NEEDS_CHECKSUM, 34, 16),
            Offload.of(0, Offload.GSO_NONE, Offload.NEEDS_CHECKSUM, 54, 6),
            // That somebody says so makes no checksum right.
            Offload.NONE,
            Offload.of(0xffff, GSO_TCP4, 0, 0, 0));
    assertFrame(batch.frame[0], 60_000);
    assertThat(batch.frame[1] - batch.frame[0])
        .isGreaterThanOrEqualTo(Batch.OFFLOAD_FRAME_BYTES + Batch.OFFLOAD_HEADROOM_BYTES);
  }

  @ParameterizedTest
  @CsvSource({"9281, 0, 0", "9281, 1, 0", "65550, 1, 1", "65613, 1, 4", "70000, 0, 5"})
  void shouldDropWhatIsLongerThanAnyPacketOfItsKind(int bytes, int flags, int type) {
    give(60);
    give(bytes, flags, type, 1400, 34, 16);
    give(61);
    assertThat(queue.receive(batch, row)).isEqualTo(3);
    assertThat(batch.count).isEqualTo(2);
    assertThat(Arrays.copyOf(batch.lengthBytes, 2)).containsExactly(60, 61);
    assertThat(dropped(DropReason.RX_TOO_LONG)).isEqualTo(1);
    assertFrame(batch.frame[0], 60);
    assertFrame(batch.frame[1], 61);
  }

  @Test
  void shouldTakeTheLargestSegment() {
    give(Batch.OFFLOAD_FRAME_BYTES, 1, GSO_TCP4, 1400, 34, 16);
    assertThat(queue.receive(batch, row)).isEqualTo(1);
    assertThat(batch.lengthBytes[0]).isEqualTo(65_549);
    assertFrame(batch.frame[0], 65_549);
  }

  @Test
  void shouldLeaveTheRestForTheNextPoll() {
    int taken = 0;
    for (int i = 0; i < 70; i++) {
      give(60);
    }
    while (queue.receive(batch, row) > 0) {
      taken += batch.count;
      assertThat(batch.count).isLessThanOrEqualTo(32);
      assertThat(queue.hasMore()).isEqualTo(taken < 70);
    }
    assertThat(taken).isEqualTo(70);
  }

  private byte[] taken() {
    int bytes = kernel.read(ends[1].fd(), kernelBytes.address(), 1 << 17);
    return kernelBytes.asSlice(0, Math.max(bytes, 0)).toArray(ValueLayout.JAVA_BYTE);
  }

  @Test
  void shouldSendWindowsOfPackets() {
    Random random = new Random(8);
    TxWindow window = new TxWindow(arena);
    byte[][] frames = new byte[100][];
    for (int i = 0; i < frames.length; i++) {
      frames[i] = new byte[1 + random.nextInt(i == 50 ? PacketPool.CAPACITY_BYTES : 200)];
      random.nextBytes(frames[i]);
      batch.lengthBytes[i] = frames[i].length;
    }
    int sent = 0;
    int seen = 0;
    while (sent < frames.length) {
      transmit.reserve(window, frames.length - sent);
      assertThat(window.room).isPositive();
      assertThat(window.capacityBytes).isEqualTo(PacketPool.CAPACITY_BYTES);
      int room = window.room;
      // In two parts, where there is room for two.
      int first = (room + 1) / 2;
      fill(window, frames, sent, first);
      transmit.commit(window, batch, sent, sent + first);
      fill(window, frames, sent + first, room - first);
      transmit.commit(window, batch, sent + first, sent + room);
      sent += room;
      while (seen < sent) {
        byte[] packet = taken();
        assertThat(Arrays.copyOf(packet, HEADER_BYTES)).containsOnly(0);
        assertThat(Arrays.copyOfRange(packet, HEADER_BYTES, packet.length))
            .isEqualTo(frames[seen++]);
      }
    }
    assertThat(InterfaceCounter.TX_PACKETS.get(row)).isEqualTo(frames.length);
    assertThat(InterfaceCounter.TX_BYTES.get(row))
        .isEqualTo(Arrays.stream(frames).mapToLong(frame -> frame.length).sum());
  }

  private static void fill(TxWindow window, byte[][] frames, int from, int count) {
    for (int i = 0; i < count; i++) {
      byte[] frame = frames[from + i];
      for (int k = 0; k < frame.length; k++) {
        Memory.putByte(window.buffer[window.first + i] + k, frame[k]);
      }
    }
  }

  @Test
  void shouldSendWhatIsLeftToDo() {
    long frame = arena.allocate(60_000, 64).address();
    Memory.fill(frame, 60_000, (byte) 5);
    long offload =
        Offload.of(1448, Offload.GSO_TCP6 | Offload.GSO_ECN, Offload.NEEDS_CHECKSUM, 54, 16);
    assertThat(transmit.takesOffloads()).isTrue();
    transmit.sendOffloaded(frame, 60_000, offload);
    byte[] packet = taken();
    assertThat(packet).hasSize(HEADER_BYTES + 60_000);
    assertThat(Arrays.copyOf(packet, HEADER_BYTES + 1))
        .containsExactly(1, 0x84, 0, 0, 0xa8, 0x05, 54, 0, 16, 0, 5);
    transmit.send(frame, 60);
    assertThat(Arrays.copyOf(taken(), HEADER_BYTES)).containsOnly(0);
    assertThat(InterfaceCounter.TX_PACKETS.get(row)).isEqualTo(2);
    assertThat(InterfaceCounter.TX_BYTES.get(row)).isEqualTo(60_060);
  }

  /** Until compiled, the code may; after that, not a byte. */
  @Test
  void shouldAllocateNothingWhenCompiled() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long self = Thread.currentThread().threadId();
    long frame = arena.allocate(100, 64).address();
    long offload = Offload.of(0, 0, Offload.NEEDS_CHECKSUM, 34, 16);
    long allocated = Long.MAX_VALUE;
    for (int round = 0; round < MOST_ROUNDS && allocated > 0; round++) {
      long before = threads.getThreadAllocatedBytes(self);
      for (int i = 0; i < PACKETS_PER_ROUND; i++) {
        transmit.send(frame, 100);
        transmit.sendOffloaded(frame, 100, offload);
        kernel.read(ends[1].fd(), kernelBytes.address(), 1 << 17);
        kernel.read(ends[1].fd(), kernelBytes.address(), 1 << 17);
        kernel.write(ends[1].fd(), memory.completeHeader(), frame, 100);
        queue.receive(batch, row);
      }
      allocated = threads.getThreadAllocatedBytes(self) - before;
    }
    assertThat(allocated).isZero();
    assertThat(InterfaceCounter.TX_PACKETS.get(row)).isPositive();
    assertThat(batch.count).isEqualTo(1);
  }

  @Test
  void shouldDropWhatTheReceiverHasNoRoomFor() {
    long frame = arena.allocate(1000, 64).address();
    for (int i = 0; i < 10_000; i++) {
      transmit.send(frame, 1000);
    }
    long sent = InterfaceCounter.TX_PACKETS.get(row);
    assertThat(sent).isPositive();
    assertThat(dropped(DropReason.TX_RING_FULL)).isPositive().isEqualTo(10_000 - sent);
    transmit.flush();
    assertThat(transmit.recover()).isTrue();
  }
}
