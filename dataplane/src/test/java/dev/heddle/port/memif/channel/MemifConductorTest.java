package dev.heddle.port.memif.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.memory.Memory;
import dev.heddle.port.memif.LinkFault;
import dev.heddle.port.memif.LinkOwner;
import dev.heddle.port.memif.MemifLink;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Server and client, two conductors, against each other over real sockets. */
class MemifConductorTest {
  private static final int SERVER = 1;
  private static final int CLIENT = 2;

  @TempDir Path directory;

  private final RecordingOwner serverOwner = new RecordingOwner();
  private final RecordingOwner clientOwner = new RecordingOwner();
  private MemifConductor servers;
  private MemifConductor clients;
  private MemifSocket socket;

  @BeforeEach
  void start() {
    servers = MemifConductor.start(serverOwner, MemifLimits.DEFAULTS, "serving");
    clients = MemifConductor.start(clientOwner, MemifLimits.DEFAULTS, "calling");
    socket = MemifSocket.of(directory.resolve("memif.sock").toString());
  }

  @AfterEach
  void stop() {
    clients.close();
    servers.close();
  }

  @Test
  void shouldShareSameRingsWhenConnected() {
    servers.add(Configs.queues(Configs.server(SERVER, socket, 7), 3, 2));
    clients.add(Configs.queues(Configs.client(CLIENT, socket, 7), 2, 3));

    MemifLink server = serverOwner.awaitUp();
    MemifLink client = clientOwner.awaitUp();

    assertThat(server.server()).isTrue();
    assertThat(client.server()).isFalse();
    assertThat(server.interfaceIndex()).isEqualTo(SERVER);
    assertThat(server.receiveRings()).hasSize(3);
    assertThat(server.transmitRings()).hasSize(2);
    assertSame(server.receiveRings(), client.transmitRings());
    assertSame(server.transmitRings(), client.receiveRings());
    assertThat(server.regionBytes()).isEqualTo(client.regionBytes());
  }

  /** A mark written by the client to each ring's first buffer is found by the server. */
  private static void assertSame(MemifLink.Ring[] servers, MemifLink.Ring[] clients) {
    for (int i = 0; i < servers.length; i++) {
      assertThat(servers[i].log2Size()).isEqualTo(clients[i].log2Size());
      Memory.putShortRelease(clients[i].address() + 64, (short) (0x4000 + i));
      assertThat(Memory.getShortAcquire(servers[i].address() + 64)).isEqualTo((short) (0x4000 + i));
    }
  }

  @Test
  void shouldPointEveryDescriptorAtItsBufferWhenClientCreatesRings() {
    servers.add(Configs.server(SERVER, socket, 7));
    clients.add(Configs.client(CLIENT, socket, 7));
    serverOwner.awaitUp();

    MemifLink link = clientOwner.awaitUp();

    for (MemifLink.Ring ring : List.of(link.receiveRings()[0], link.transmitRings()[0])) {
      for (int slot = 0; slot < 1 << ring.log2Size(); slot++) {
        long descriptor = ring.address() + 128 + 16L * slot;
        long offset = ring.bufferRegionOffset() + (long) slot * ring.bufferBytes();
        assertThat(Memory.getShort(descriptor + 2)).isEqualTo((short) ring.bufferRegion());
        assertThat(Memory.getInt(descriptor + 4)).isEqualTo(ring.bufferBytes());
        assertThat(Integer.toUnsignedLong(Memory.getInt(descriptor + 8))).isEqualTo(offset);
        assertThat(link.regionAddresses()[0] + offset)
            .isEqualTo(ring.bufferAddress() + (long) slot * ring.bufferBytes());
        assertThat(offset + ring.bufferBytes()).isLessThanOrEqualTo(link.regionBytes()[0]);
      }
    }
  }

  @Test
  void shouldTellPeersNamesWhenConnected() {
    servers.add(Configs.server(SERVER, socket, 7));
    clients.add(Configs.client(CLIENT, socket, 7));
    serverOwner.awaitUp();
    clientOwner.awaitUp();

    MemifStatus server = servers.status(SERVER).orElseThrow();
    MemifStatus client = clients.status(CLIENT).orElseThrow();

    assertThat(server.isConnected()).isTrue();
    assertThat(server.peerInstance()).isEqualTo("calling");
    assertThat(server.peerInterface()).isEqualTo("pod2");
    assertThat(server.receiveRingSizes()).containsExactly(256);
    assertThat(server.regionBytes()).hasSize(1);
    assertThat(server.connects()).isEqualTo(1);
    assertThat(client.peerInstance()).isEqualTo("serving");
    assertThat(client.peerInterface()).isEqualTo("pod1");
    assertThat(servers.listenerStatuses().getFirst().interfaceIndexes()).containsExactly(SERVER);
  }

  @Test
  void shouldShrinkToServersLimitsWhenClientWantsMore() {
    servers.add(Configs.server(SERVER, socket, 7));
    MemifMemory large = new MemifMemory(12, 2048, 256L << 20, false, false);
    clients.add(Configs.queues(Configs.memory(Configs.client(CLIENT, socket, 7), large), 4, 4));

    MemifLink link = clientOwner.awaitUp();

    assertThat(link.receiveRings()).hasSize(1);
    assertThat(link.transmitRings()).hasSize(1);
    assertThat(link.receiveRings()[0].log2Size()).isEqualTo(8);
  }

  @Test
  void shouldReachInterfaceByIdWhenSeveralShareSocket() {
    servers.add(Configs.server(10, socket, 0));
    servers.add(Configs.mode(Configs.server(11, socket, 0xffff_ffffL), MemifMode.IP));
    clients.add(Configs.mode(Configs.client(CLIENT, socket, 0xffff_ffffL), MemifMode.IP));

    MemifLink link = serverOwner.awaitUp();

    assertThat(link.interfaceIndex()).isEqualTo(11);
    assertThat(link.ipMode()).isTrue();
    assertThat(servers.status(10).orElseThrow().isConnected()).isFalse();
  }

  @Test
  void shouldGoDownOnBothSidesAndComeBackWhenWorkerFindsFault() {
    servers.add(Configs.server(SERVER, socket, 7));
    clients.add(Configs.client(CLIENT, socket, 7));
    MemifLink first = serverOwner.awaitUp();
    clientOwner.awaitUp();

    first.fail(LinkFault.INDEX_JUMP);
    first.fail(LinkFault.INDEX_JUMP);

    assertThat(serverOwner.awaitDown()).isSameAs(first);
    clientOwner.awaitDown();
    assertThat(serverOwner.awaitUp()).isNotSameAs(first);
    clientOwner.awaitUp();
    MemifStatus status = servers.status(SERVER).orElseThrow();
    assertThat(status.faults()).containsEntry(LinkFault.INDEX_JUMP, 1L);
    assertThat(status.connects()).isEqualTo(2);
    assertThat(status.disconnects()).isEqualTo(1);
    assertThat(clients.status(CLIENT).orElseThrow().lastReason())
        .isEqualTo("peer: " + LinkFault.INDEX_JUMP.description());
  }

  @Test
  void shouldReconnectWhenServerGoesAndReturns() {
    servers.add(Configs.server(SERVER, socket, 7));
    clients.add(Configs.client(CLIENT, socket, 7));
    serverOwner.awaitUp();
    clientOwner.awaitUp();

    assertThat(servers.remove(SERVER)).isTrue();
    serverOwner.awaitDown();
    clientOwner.awaitDown();
    assertThat(Files.exists(Path.of(socket.name()))).isFalse();
    assertThat(servers.statuses()).isEmpty();
    servers.add(Configs.server(SERVER, socket, 7));

    serverOwner.awaitUp();
    clientOwner.awaitUp();
  }

  @Test
  void shouldAcceptNextClientWhenFirstOneLeaves() {
    servers.add(Configs.server(SERVER, socket, 7));
    clients.add(Configs.client(CLIENT, socket, 7));
    serverOwner.awaitUp();
    clientOwner.awaitUp();

    assertThat(clients.remove(CLIENT)).isTrue();
    serverOwner.awaitDown();
    RecordingOwner.until(
        "the reason",
        () -> servers.status(SERVER).orElseThrow().lastReason().equals("peer: interface removed"));
    clients.add(Configs.client(CLIENT, socket, 7));

    serverOwner.awaitUp();
    clientOwner.awaitUp();
  }

  @Test
  void shouldConnectWhenServerComesAfterClient() {
    clients.add(Configs.client(CLIENT, socket, 7));
    RecordingOwner.until(
        "a failed attempt", () -> !clients.status(CLIENT).orElseThrow().lastReason().isEmpty());

    servers.add(Configs.server(SERVER, socket, 7));

    serverOwner.awaitUp();
    clientOwner.awaitUp();
  }

  @Test
  void shouldConnectWhenSecretsAgree() {
    servers.add(Configs.secret(Configs.server(SERVER, socket, 7), "s3cret"));
    clients.add(Configs.secret(Configs.client(CLIENT, socket, 7), "s3cret"));

    serverOwner.awaitUp();
    clientOwner.awaitUp();

    assertThat(servers.statuses().toString()).doesNotContain("s3cret");
  }

  @Test
  void shouldConnectWhenSocketIsAbstract() {
    MemifSocket name = MemifSocket.of("@heddle-test-" + ProcessHandle.current().pid());
    servers.add(Configs.server(SERVER, name, 7));
    clients.add(Configs.client(CLIENT, name, 7));

    serverOwner.awaitUp();
    clientOwner.awaitUp();
  }

  @Test
  void shouldKeepNothingWhenPeersComeAndGo() {
    servers.add(Configs.server(SERVER, socket, 7));
    clients.add(Configs.client(CLIENT, socket, 7));
    serverOwner.awaitUp();
    clientOwner.awaitUp();
    clients.remove(CLIENT);
    serverOwner.awaitDown();
    RecordingOwner.until("the server to be done", () -> memoryFiles() == 0);
    long openBefore = openDescriptors();

    for (int i = 0; i < 30; i++) {
      clients.add(Configs.client(CLIENT, socket, 7));
      serverOwner.awaitUp();
      assertThat(memoryFiles()).isPositive();
      clients.remove(CLIENT);
      serverOwner.awaitDown();
    }

    RecordingOwner.until("the server to be done", () -> memoryFiles() == 0);
    RecordingOwner.until("all descriptors to be closed", () -> openDescriptors() <= openBefore);
  }

  private static long openDescriptors() {
    try (Stream<Path> entries = Files.list(Path.of("/proc/self/fd"))) {
      return entries.count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How many mappings of this process are regions. */
  private static long memoryFiles() {
    try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
      return maps.filter(line -> line.contains("heddle-memif")).count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void shouldKeepMemoryMappedWhenWorkersHaveNotLeftYet() {
    CountDownLatch workersLeft = new CountDownLatch(1);
    LinkOwner slow =
        new LinkOwner() {
          @Override
          public void linkUp(MemifLink link) {
            serverOwner.linkUp(link);
          }

          @Override
          public void linkDown(MemifLink link) {
            serverOwner.linkDown(link);
            try {
              workersLeft.await();
            } catch (InterruptedException e) {
              throw new AssertionError(e);
            }
          }
        };
    clients.add(Configs.client(CLIENT, socket, 7));
    try (MemifConductor busy = MemifConductor.start(slow, MemifLimits.DEFAULTS, "busy")) {
      busy.add(Configs.server(SERVER, socket, 7));
      clientOwner.awaitUp();
      clients.remove(CLIENT);
      MemifLink link = serverOwner.awaitDown();

      assertThat(Memory.getInt(link.receiveRings()[0].address())).isEqualTo(0x3e31f20);
      assertThat(memoryFiles()).isEqualTo(1);
      assertThat(busy.status(SERVER).orElseThrow().isConnected()).isTrue();

      workersLeft.countDown();
      RecordingOwner.until("the memory to be unmapped", () -> memoryFiles() == 0);
    }
  }

  @Test
  void shouldTakeLinksDownWhenConductorCloses() {
    servers.add(Configs.server(SERVER, socket, 7));
    clients.add(Configs.client(CLIENT, socket, 7));
    MemifLink link = serverOwner.awaitUp();
    clientOwner.awaitUp();

    servers.close();

    assertThat(serverOwner.awaitDown()).isSameAs(link);
    clientOwner.awaitDown();
    assertThat(Files.exists(Path.of(socket.name()))).isFalse();
  }
}
