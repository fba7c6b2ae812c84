package dev.heddle.port.memif.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.memory.Memory;
import dev.heddle.port.memif.MemifLink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** DPDK's net_memif as the peer, in both roles. */
class TestpmdIT {
  private static final int INDEX = 4;
  private static final long ID = 9;
  private static final int HEAD_OFFSET = 6;
  private static final int TAIL_OFFSET = 64;
  private static final int DESCRIPTORS_OFFSET = 128;

  @TempDir Path directory;

  private final RecordingOwner owner = new RecordingOwner();
  private MemifConductor conductor;
  private MemifSocket socket;

  @BeforeEach
  void start() {
    conductor = MemifConductor.start(owner, MemifLimits.DEFAULTS, "heddle");
    socket = MemifSocket.of(directory.resolve("memif.sock").toString());
  }

  @AfterEach
  void stop() {
    conductor.close();
  }

  private Testpmd testpmd(String role, String more, int queues) {
    return Testpmd.start(
        directory,
        "role=" + role + ",id=" + ID + ",socket-abstract=no,socket=" + socket.name() + more,
        queues);
  }

  @Test
  void shouldReceiveWhenTestpmdIsClient() {
    conductor.add(Configs.queues(Configs.server(INDEX, socket, ID), 2, 2));
    try (Testpmd testpmd = testpmd("client", ",rsize=8", 2)) {
      MemifLink link = owner.awaitUp();

      assertThat(link.receiveRings()).hasSize(2);
      assertThat(link.transmitRings()).hasSize(2);
      MemifStatus status = conductor.status(INDEX).orElseThrow();
      assertThat(status.peerInstance()).startsWith("DPDK 22.11");
      assertThat(status.peerInterface()).isEqualTo("net_memif0");
      assertThat(status.receiveRingSizes()).containsExactly(256, 256);

      testpmd.command("set fwd txonly");
      testpmd.command("start");

      MemifLink.Ring ring = link.receiveRings()[0];
      RecordingOwner.until(
          "packets", () -> Memory.getShortAcquire(ring.address() + HEAD_OFFSET) != 0);
      assertPacket(link, ring);
    }
    owner.awaitDown();
  }

  @Test
  void shouldReceiveWhenTestpmdIsServer() {
    conductor.add(Configs.queues(Configs.client(INDEX, socket, ID), 2, 2));
    try (Testpmd testpmd = testpmd("server", "", 2)) {
      MemifLink link = owner.awaitUp();
      MemifStatus status = conductor.status(INDEX).orElseThrow();
      assertThat(status.peerInstance()).startsWith("DPDK 22.11");
      assertThat(status.peerInterface()).isEqualTo("net_memif0");

      MemifLink.Ring ring = link.receiveRings()[0];
      Memory.putShortRelease(ring.address() + HEAD_OFFSET, (short) (1 << ring.log2Size()));
      testpmd.command("set fwd txonly");
      testpmd.command("start");

      RecordingOwner.until(
          "packets", () -> Memory.getShortAcquire(ring.address() + TAIL_OFFSET) != 0);
      assertPacket(link, ring);
      assertThat(ring.bufferAddress())
          .isEqualTo(link.regionAddresses()[0] + ring.bufferRegionOffset());
      assertThat(Memory.getShortBe(ring.bufferAddress() + 12)).isEqualTo(0x0800);
    }
    owner.awaitDown();
  }

  /** testpmd's "txonly" makes IPv4 packets of 64 bytes. */
  private static void assertPacket(MemifLink link, MemifLink.Ring ring) {
    long descriptor = ring.address() + DESCRIPTORS_OFFSET;
    int region = Memory.getShort(descriptor + 2);
    long offset = Integer.toUnsignedLong(Memory.getInt(descriptor + 8));
    assertThat(region).isLessThan(link.regionAddresses().length);
    assertThat(Memory.getInt(descriptor + 4)).isEqualTo(64);
    assertThat(offset).isLessThan(link.regionBytes()[region]);
    assertThat(Memory.getShortBe(link.regionAddresses()[region] + offset + 12)).isEqualTo(0x0800);
  }

  @Test
  void shouldRefuseZeroCopyClientWhenItsMemoryIsUnsealed() {
    MemifMemory large = new MemifMemory(10, 2048, 512L << 20, false, false);
    conductor.add(Configs.memory(Configs.server(INDEX, socket, ID), large));
    try (Testpmd testpmd = testpmd("client", ",rsize=8,zero-copy=yes", 1)) {
      RecordingOwner.until(
          "the refusal", () -> lastReason().equals("region without F_SEAL_SHRINK"));
      assertThat(conductor.status(INDEX).orElseThrow().refusals().get(LinkRefusal.REGION_UNSEALED))
          .isPositive();
      assertThat(owner.hasNews()).isFalse();
      assertThat(testpmd.output()).doesNotContain("Segmentation");
    }
  }

  @Test
  void shouldReceiveWhenUnsealedMemoryOfZeroCopyClientIsAllowed() {
    MemifMemory trusting = new MemifMemory(10, 2048, 512L << 20, false, true);
    conductor.add(Configs.memory(Configs.server(INDEX, socket, ID), trusting));
    try (Testpmd testpmd = testpmd("client", ",rsize=8,zero-copy=yes", 1)) {
      MemifLink link = owner.awaitUp();
      assertThat(link.regionAddresses().length).isGreaterThan(1);

      testpmd.command("set fwd txonly");
      testpmd.command("start");

      MemifLink.Ring ring = link.receiveRings()[0];
      RecordingOwner.until(
          "packets", () -> Memory.getShortAcquire(ring.address() + HEAD_OFFSET) != 0);
      assertPacket(link, ring);
    }
    owner.awaitDown();
  }

  @Test
  void shouldConnectWhenTestpmdKnowsSecret() {
    conductor.add(Configs.secret(Configs.server(INDEX, socket, ID), "open sesame"));
    try (Testpmd testpmd = testpmd("client", ",secret=open sesame", 1)) {
      owner.awaitUp();
      assertThat(testpmd.output()).doesNotContain("ncorrect secret");
    }
  }

  @Test
  void shouldRefuseTestpmdWhenItsSecretIsWrong() {
    conductor.add(Configs.secret(Configs.server(INDEX, socket, ID), "open sesame"));
    try (Testpmd testpmd = testpmd("client", ",secret=open barley", 1)) {
      RecordingOwner.until("the refusal", () -> lastReason().equals("wrong secret"));
      assertThat(conductor.status(INDEX).orElseThrow().refusals().get(LinkRefusal.SECRET))
          .isPositive();
      assertThat(owner.hasNews()).isFalse();
      assertThat(testpmd.output()).doesNotContain("open sesame");
    }
  }

  @Test
  void shouldTellReasonWhenTestpmdRefusesUs() {
    conductor.add(Configs.secret(Configs.client(INDEX, socket, ID), "open barley"));
    try (Testpmd testpmd = testpmd("server", ",secret=open sesame", 1)) {
      RecordingOwner.until("testpmd's answer", () -> lastReason().equals("peer: Incorrect secret"));
      assertThat(testpmd.output()).doesNotContain("Segmentation");
    }
  }

  @Test
  void shouldServeNextTestpmdWhenFirstIsKilled() {
    conductor.add(Configs.server(INDEX, socket, ID));
    try (Testpmd first = testpmd("client", "", 1)) {
      MemifLink link = owner.awaitUp();
      first.kill();
      assertThat(owner.awaitDown()).isSameAs(link);
    }
    try (Testpmd second = testpmd("client", "", 1)) {
      owner.awaitUp();
      second.command("quit");
      owner.awaitDown();
    }
    assertThat(conductor.status(INDEX).orElseThrow().connects()).isEqualTo(2);
  }

  @Test
  void shouldReturnToTestpmdWhenItWasKilledAsServer() throws Exception {
    conductor.add(Configs.client(INDEX, socket, ID));
    try (Testpmd first = testpmd("server", "", 1)) {
      owner.awaitUp();
      first.kill();
      owner.awaitDown();
    }
    // A killed server leaves its file behind, and testpmd does not remove it.
    Files.delete(Path.of(socket.name()));
    try (Testpmd second = testpmd("server", "", 1)) {
      owner.awaitUp();
      second.command("quit");
      owner.awaitDown();
    }
  }

  @Test
  void shouldMeetTestpmdInItsNamespaceWhenSocketIsAbstract() throws Exception {
    Process pod = new ProcessBuilder("unshare", "--net", "sleep", "infinity").start();
    try {
      String namespace = "/proc/" + pod.pid() + "/ns/net";
      RecordingOwner.until("the pod's namespace", () -> !sameNamespace(namespace));
      String name = "heddle-memif-" + pod.pid();
      conductor.add(Configs.server(INDEX, MemifSocket.in(namespace, "@" + name), ID));
      try (Testpmd testpmd =
          Testpmd.start(
              directory,
              "role=client,id=" + ID + ",socket-abstract=yes,socket=" + name,
              1,
              "nsenter",
              "--net=" + namespace)) {
        owner.awaitUp();
        testpmd.command("quit");
        owner.awaitDown();
      }
      assertThat(Files.readString(Path.of("/proc/net/unix"))).doesNotContain(name);
    } finally {
      pod.destroyForcibly();
    }
  }

  private String lastReason() {
    return conductor.status(INDEX).orElseThrow().lastReason();
  }

  private static boolean sameNamespace(String namespace) {
    try {
      return Files.readSymbolicLink(Path.of(namespace))
          .equals(Files.readSymbolicLink(Path.of("/proc/self/ns/net")));
    } catch (IOException e) {
      return true;
    }
  }
}
