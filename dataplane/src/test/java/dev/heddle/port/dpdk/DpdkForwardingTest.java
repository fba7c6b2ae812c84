package dev.heddle.port.dpdk;

import static dev.heddle.port.dpdk.DpdkWorld.A;
import static dev.heddle.port.dpdk.DpdkWorld.B;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.heddle.ffi.dpdk.DpdkException;
import dev.heddle.observe.DropReason;
import dev.heddle.observe.InterfaceCounter;
import dev.heddle.observe.WorkerCounter;
import dev.heddle.wire.Ethernet;
import dev.heddle.wire.IpProtocol;
import dev.heddle.wire.Ipv4;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Packets through workers between DPDK's virtual devices. */
class DpdkForwardingTest {
  private static final int MTU_BYTES = 1500;
  private static final int JUMBO_MTU_BYTES = 9000;
  private static final int PACKETS = 3_000;
  private static final int TIME_TO_LIVE = 64;
  private static final long WARM_UP_PACKETS = 10_000_000;
  private static final long MEASURED_PACKETS = 10_000_000;
  private static final long NOTHING_BYTES = 4096;

  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void shouldForwardEveryByteFromOneDeviceToAnother(int workers) throws Exception {
    List<byte[]> frames = new ArrayList<>();
    for (int i = 0; i < PACKETS; i++) {
      frames.add(frame(42 + i % (MTU_BYTES - 28), i));
    }
    try (DpdkWorld world = new DpdkWorld(directory, workers)) {
      world.open(B, "net_pcap1,tx_pcap=" + capture("out"), MTU_BYTES);
      DpdkPort from = world.open(A, "net_pcap0," + source(frames), MTU_BYTES);
      DpdkWorld.await(() -> world.count(B, InterfaceCounter.TX_PACKETS) == PACKETS);
      world.awaitBalance();
      long bytes = frames.stream().mapToLong(frame -> frame.length).sum();
      assertThat(world.count(A, InterfaceCounter.RX_PACKETS)).isEqualTo(PACKETS);
      assertThat(world.count(A, InterfaceCounter.RX_BYTES)).isEqualTo(bytes);
      assertThat(world.count(B, InterfaceCounter.TX_BYTES)).isEqualTo(bytes);
      assertThat(from.status().statistics().receivedPackets()).isEqualTo(PACKETS);
      assertThat(from.status().statistics().receivedBytes()).isEqualTo(bytes);
    }

    List<byte[]> sent = PcapFile.read(capture("out"));
    assertThat(sent).hasSize(PACKETS);
    for (int i = 0; i < PACKETS; i++) {
      assertThat(sent.get(i)).isEqualTo(forwarded(frames.get(i)));
    }
  }

  @Test
  void shouldForwardJumboFramesWhereTheMtuAllowsThem() throws Exception {
    List<byte[]> frames =
        List.of(frame(JUMBO_MTU_BYTES + 14, 1), frame(60, 2), frame(JUMBO_MTU_BYTES, 3));
    try (DpdkWorld world = new DpdkWorld(directory, 1)) {
      world.open(B, "net_pcap1,tx_pcap=" + capture("out"), JUMBO_MTU_BYTES);
      world.open(A, "net_pcap0," + source(frames), JUMBO_MTU_BYTES);
      DpdkWorld.await(() -> world.count(B, InterfaceCounter.TX_PACKETS) == frames.size());
      world.awaitBalance();
    }
    assertThat(PcapFile.read(capture("out")))
        .usingElementComparator(java.util.Arrays::compare)
        .containsExactlyElementsOf(frames.stream().map(DpdkForwardingTest::forwarded).toList());
  }

  @Test
  void shouldDropFramesThatNeedSeveralBuffers() throws Exception {
    List<byte[]> frames = List.of(frame(JUMBO_MTU_BYTES, 1), frame(60, 2));
    try (DpdkWorld world = new DpdkWorld(directory, 1)) {
      world.open(B, "net_pcap1,tx_pcap=" + capture("out"), MTU_BYTES);
      DpdkPort from = world.open(A, "net_pcap0," + source(frames), MTU_BYTES);
      DpdkWorld.await(() -> world.count(B, InterfaceCounter.TX_PACKETS) == 1);
      world.awaitBalance();
      assertThat(world.count(A, InterfaceCounter.RX_PACKETS)).isEqualTo(2);
      assertThat(world.dropped(A, DropReason.RX_TOO_LONG)).isEqualTo(1);
      assertThat(from.freeBuffers()).isPositive();
    }
  }

  @Test
  void shouldTakeWhateverTheNullDeviceGives() throws Exception {
    long atLeast = 1_000_000;
    try (DpdkWorld world = new DpdkWorld(directory, 1)) {
      DpdkPort port = world.open(A, "net_null0", MTU_BYTES);
      DpdkWorld.await(() -> world.dropped(A, DropReason.NOT_FOR_ROUTER) > atLeast);
      assertThat(port.status().link().up()).isTrue();
      world.close(port);
      world.awaitBalance();
      assertThat(world.count(A, InterfaceCounter.RX_PACKETS))
          .isEqualTo(world.dropped(A, DropReason.NOT_FOR_ROUTER));
    }
  }

  @Test
  void shouldAllocateNothingWhileItForwards() throws Exception {
    List<byte[]> frames = new ArrayList<>();
    for (int i = 0; i < 256; i++) {
      frames.add(frame(60, i));
    }
    PcapFile.write(capture("in"), frames);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (DpdkWorld world = new DpdkWorld(directory, 1)) {
      world.open(B, "net_null1", MTU_BYTES);
      world.open(A, "net_pcap0,rx_pcap=" + capture("in") + ",infinite_rx=1", MTU_BYTES);
      long worker =
          Thread.getAllStackTraces().keySet().stream()
              .filter(thread -> thread.getName().equals("worker-0"))
              .findFirst()
              .orElseThrow()
              .threadId();
      awaitSent(world, WARM_UP_PACKETS);
      long before = threads.getThreadAllocatedBytes(worker);
      awaitSent(world, MEASURED_PACKETS);
      // Not for a packet, nor for a batch; the worker may sleep or be recompiled meanwhile.
      assertThat(threads.getThreadAllocatedBytes(worker) - before).isLessThan(NOTHING_BYTES);
    }
  }

  private static void awaitSent(DpdkWorld world, long packets) {
    long until = world.count(B, InterfaceCounter.TX_PACKETS) + packets;
    DpdkWorld.await(() -> world.count(B, InterfaceCounter.TX_PACKETS) >= until);
  }

  @Test
  void shouldSleepBetweenLooksWhenNothingComes() throws Exception {
    try (DpdkWorld world = new DpdkWorld(directory, 2)) {
      world.open(A, "net_ring0", MTU_BYTES);
      long before = world.worker(0, WorkerCounter.SLEEPS);
      DpdkWorld.await(() -> world.worker(0, WorkerCounter.SLEEPS) > before + 1_000);
      assertThat(world.worker(0, WorkerCounter.WAKEUPS))
          .isLessThan(world.worker(0, WorkerCounter.SLEEPS));
    }
  }

  @Test
  void shouldOpenAndCloseUnderTrafficWithoutLosingBuffers() throws Exception {
    try (DpdkWorld world = new DpdkWorld(directory, 2)) {
      world.open(A, "net_null0", MTU_BYTES);
      for (int i = 0; i < 20; i++) {
        long before = world.count(A, InterfaceCounter.RX_PACKETS);
        DpdkPort other = world.open(B, "net_null1", MTU_BYTES);
        DpdkWorld.await(() -> world.count(A, InterfaceCounter.RX_PACKETS) > before);
        world.close(other);
      }
    }
  }

  @Test
  void shouldSayWhatIsWrongAndKeepNothingOfADeviceThatCannotBe() throws Exception {
    try (DpdkWorld world = new DpdkWorld(directory, 1)) {
      assertThatThrownBy(() -> world.open(A, "net_pcap0,rx_pcap=/nowhere", MTU_BYTES))
          .isInstanceOf(DpdkException.class)
          .hasMessageContaining("net_pcap0");
      DpdkConfig tooManyQueues = new DpdkConfig(A, "net_ring0", 99, false, MTU_BYTES, 0, 1);
      assertThatThrownBy(() -> world.open(tooManyQueues))
          .isInstanceOf(DpdkException.class)
          .hasMessageContaining("net_ring0")
          .hasMessageContaining("99");
      world.open(A, "net_ring0", MTU_BYTES);
    }
  }

  private String source(List<byte[]> frames) throws IOException {
    PcapFile.write(capture("in"), frames);
    return "rx_pcap=" + capture("in") + ",tx_pcap=" + capture("back");
  }

  private Path capture(String name) {
    return directory.resolve(name + ".pcap");
  }

  /** A UDP datagram from A to B of so many bytes in all, whose payload depends on its number. */
  private static byte[] frame(int frameBytes, int number) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment frame = arena.allocate(frameBytes);
      long ip = frame.address() + Ethernet.HEADER_BYTES;
      for (int i = Ethernet.HEADER_BYTES + Ipv4.HEADER_BYTES; i < frameBytes; i++) {
        frame.set(ValueLayout.JAVA_BYTE, i, (byte) (i * 31 + number));
      }
      Ethernet.write(frame.address(), DpdkWorld.ROUTER_MAC, DpdkWorld.mac(A), Ethernet.TYPE_IPV4);
      Ipv4.write(
          ip,
          0,
          frameBytes - Ethernet.HEADER_BYTES,
          TIME_TO_LIVE,
          IpProtocol.UDP,
          DpdkWorld.FIRST_ADDRESS + A,
          DpdkWorld.FIRST_ADDRESS + B);
      return frame.toArray(ValueLayout.JAVA_BYTE);
    }
  }

  private static byte[] forwarded(byte[] received) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment frame = arena.allocateFrom(ValueLayout.JAVA_BYTE, received);
      long ip = frame.address() + Ethernet.HEADER_BYTES;
      Ethernet.write(frame.address(), DpdkWorld.mac(B), DpdkWorld.ROUTER_MAC, Ethernet.TYPE_IPV4);
      Ipv4.write(
          ip,
          0,
          received.length - Ethernet.HEADER_BYTES,
          TIME_TO_LIVE - 1,
          IpProtocol.UDP,
          DpdkWorld.FIRST_ADDRESS + A,
          DpdkWorld.FIRST_ADDRESS + B);
      return frame.toArray(ValueLayout.JAVA_BYTE);
    }
  }
}
