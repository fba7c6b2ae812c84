package dev.heddle.underlay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.ffi.dpdk.Eal;
import dev.heddle.ffi.dpdk.EalArguments;
import dev.heddle.ffi.linux.NetworkNamespace;
import dev.heddle.observe.DropReason;
import dev.heddle.observe.InterfaceCounter;
import dev.heddle.observe.NeighbourEvent;
import dev.heddle.port.dpdk.DpdkConfig;
import dev.heddle.port.dpdk.DpdkPort;
import dev.heddle.underlay.KernelHost.Tunnel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The kernel as neighbour of a DPDK uplink: it answers us, asks us, and moves. */
class KernelNeighboursIT {
  private static final int MTU_BYTES = 1500;
  private static final int WORKERS = 2;
  private static final int PACKETS = 20;

  /** As many as are held while the kernel is asked. */
  private static final int HELD = 4;

  private static final long KERNEL_MAC = 0x0202_0000_0002L;
  private static final long NEW_MAC = 0x0302_0000_0002L;

  @TempDir private Path directory;

  private KernelHost kernel;

  @BeforeEach
  void start() throws Exception {
    Eal.start(EalArguments.defaults(false));
    kernel = new KernelHost();
  }

  @AfterEach
  void stop() throws Exception {
    kernel.remove();
  }

  @ParameterizedTest
  @CsvSource({
    "false, false, 192.0.2.1, 192.0.2.2",
    "false, true, 192.0.2.1, 198.51.100.2",
    "true, false, 2001:db8::1, 2001:db8::2",
    "true, true, 2001:db8::1, 2001:db8:0:1::2"
  })
  void shouldReachKernelWhereverItIs(boolean ipv6, boolean far, String own, String node)
      throws Exception {
    try (UnderlayWorld world = UnderlayWorld.through(directory, ipv6, far, this::device);
        Tunnel tunnel = kernel.open(node)) {
      List<Integer> numbers = new ArrayList<>();
      for (int number = 0; number < PACKETS; number++) {
        world.send(number);
        if (number % HELD == HELD - 1) {
          receive(tunnel, numbers, number + 1);
        }
      }
      assertThat(numbers).containsExactlyElementsOf(IntStream.range(0, PACKETS).boxed().toList());
      assertThat(world.neighbours()).hasSize(1);
      assertThat(world.neighbours().getFirst().mac()).isEqualTo(KERNEL_MAC);
      assertThat(world.neighbours().getFirst().state()).isEqualTo(NeighbourState.REACHABLE);
      kernel.forgetNeighbours();
      kernel.ping(own, 50);
      assertThat(kernel.neighbour(own)).contains("REACHABLE");
      world.awaitBalance();
      assertThat(world.dropped(DropReason.NEIGHBOUR_UNRESOLVED)).isZero();
      assertThat(world.uplinkCount(InterfaceCounter.CONSUMED)).isGreaterThan(50);
    }
  }

  @ParameterizedTest
  @CsvSource({"false, 192.0.2.2", "true, 2001:db8::2"})
  void shouldFollowKernelWhenItsMacChanges(boolean ipv6, String node) throws Exception {
    try (UnderlayWorld world = UnderlayWorld.through(directory, ipv6, false, this::device);
        Tunnel tunnel = kernel.open(node)) {
      List<Integer> numbers = new ArrayList<>();
      world.send(1);
      receive(tunnel, numbers, 1);
      kernel.changeMac("02:00:00:00:02:03");
      UnderlayWorld.await(() -> world.neighbours().getFirst().mac() == NEW_MAC);
      UnderlayWorld.await(() -> world.neighbours().getFirst().state() == NeighbourState.REACHABLE);
      world.send(2);
      receive(tunnel, numbers, 2);
      assertThat(numbers).containsExactly(1, 2);
      assertThat(world.events(NeighbourEvent.MOVED)).isEqualTo(1);
      assertThat(world.events(NeighbourEvent.LOST)).isZero();
      world.awaitBalance();
    }
  }

  @ParameterizedTest
  @CsvSource({"false, 192.0.2.2, 24", "true, 2001:db8::2, 64"})
  void shouldGiveKernelUpAndFindItAgainWhenItIsAwayForAWhile(
      boolean ipv6, String node, int prefixLength) throws Exception {
    try (UnderlayWorld world = UnderlayWorld.through(directory, ipv6, false, this::device);
        Tunnel tunnel = kernel.open(node)) {
      List<Integer> numbers = new ArrayList<>();
      world.send(1);
      receive(tunnel, numbers, 1);
      kernel.leave(node + "/" + prefixLength);
      world.refresh();
      UnderlayWorld.await(() -> world.events(NeighbourEvent.LOST) == 1);
      assertThat(world.neighbours().getFirst().mac()).isZero();
      world.send(2);
      UnderlayWorld.await(() -> world.dropped(DropReason.NEIGHBOUR_UNRESOLVED) == 1);

      kernel.join(node + "/" + prefixLength);
      UnderlayWorld.await(() -> world.neighbours().getFirst().mac() == KERNEL_MAC);
      world.send(3);
      receive(tunnel, numbers, 2);
      assertThat(numbers).containsExactly(1, 3);
      assertThat(world.events(NeighbourEvent.RESOLVED)).isEqualTo(2);
      world.awaitBalance();
    }
  }

  private static void receive(Tunnel tunnel, List<Integer> numbers, int count) {
    UnderlayWorld.await(() -> {
      numbers.addAll(tunnel.numbers());
      return numbers.size() >= count;
    });
  }

  private DpdkPort device(int interfaceIndex) {
    String device = "net_af_packet9,iface=" + KernelHost.DEVICE;
    return NetworkNamespace.call(
        kernel.deviceNamespace(),
        () ->
            DpdkPort.open(new DpdkConfig(interfaceIndex, device, 1, false, MTU_BYTES, 0, WORKERS)));
  }
}
