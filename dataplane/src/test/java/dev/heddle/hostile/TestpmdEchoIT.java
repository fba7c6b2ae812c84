package dev.heddle.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.heddle.api.Addresses;
import dev.heddle.api.Operations;
import dev.heddle.api.stats.Column;
import dev.heddle.api.stats.Snapshot;
import dev.heddle.api.v1.Endpoint;
import dev.heddle.api.v1.Memif;
import dev.heddle.api.v1.Network;
import dev.heddle.daemon.TestDaemon;
import dev.heddle.ffi.linux.SeqpacketSocket;
import dev.heddle.ffi.linux.UnixAddress;
import dev.heddle.port.memif.channel.Testpmd;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A pod sends frames of up to 9,216 bytes, small ones among them, over buffers of 2,048 bytes to
 * DPDK's net_memif, which sends each one back: every byte of every frame returns, in order.
 *
 * <p>Fewer are under way than any ring holds, so there is no excuse to drop one.
 */
class TestpmdEchoIT {
  private static final Frames.Address ALICE = Frames.Address.ofPod(2);
  private static final Frames.Address ECHO = Frames.Address.ofPod(7);
  private static final int FRAMES = 1_000;
  private static final int LOG2_RING_SIZE = PodMemory.LOG2_RING_SIZE;
  private static final int MOST_UNDER_WAY = 24;
  private static final int MOST_ATTEMPTS = 10_000;
  private static final int MTU_BYTES = 9202;
  private static final int[] FRAME_BYTES = {
    9014, 60, 1500, 2048, 2049, 1514, 4096, 64, 4097, 9216, 6144, 6145, 128, 8192, 8193, 1000
  };
  private static final Pattern STATISTICS =
      Pattern.compile(
          "RX-packets: (\\d+) .*?RX-bytes: +(\\d+).*?TX-packets: (\\d+) .*?TX-bytes: +(\\d+)",
          Pattern.DOTALL);

  @TempDir Path directory;

  private TestDaemon daemon;

  @BeforeEach
  void start() {
    daemon = new TestDaemon(directory, 1);
  }

  @AfterEach
  void stop() {
    daemon.close();
  }

  private Endpoint endpoint(String name, Frames.Address address, String podRole) {
    boolean podIsServer = podRole.equals("server");
    return Endpoint.newBuilder()
        .setName(name)
        .setNetwork("blue")
        .setMac(ByteString.copyFrom(address.mac()))
        .addAddresses(Addresses.parse(address.toString()))
        .setMemif(
            Memif.newBuilder()
                .setRole(podIsServer ? Memif.Role.ROLE_CLIENT : Memif.Role.ROLE_SERVER)
                .setSocket(socket(name).toString())
                .setLog2RingSize(LOG2_RING_SIZE))
        .build();
  }

  private Path socket(String endpoint) {
    return directory.resolve(endpoint + ".sock");
  }

  private Pod connectAlice(SeqpacketSocket listener) {
    UnixAddress daemonSocket = UnixAddress.ofPath(socket("alice"));
    return listener == null ? ClientPod.connect(daemonSocket, 0) : ServerPod.accept(listener);
  }

  private Testpmd startEcho(String role) {
    String device =
        "role=%s,id=0,socket-abstract=no,socket=%s,rsize=%d,bsize=%d"
            .formatted(role, socket("echo"), LOG2_RING_SIZE, PodMemory.BUFFER_BYTES);
    // Otherwise it throws away what comes in its first moments.
    List<String> options = List.of("--forward-mode=5tswap", "--no-flush-rx");
    return Testpmd.start(directory, device, 1, options, List.of());
  }

  @ParameterizedTest
  @CsvSource({"client, client", "client, server", "server, client", "server, server"})
  void shouldReturnEveryByteWhenFramesSpanSeveralBuffers(String aliceRole, String echoRole) {
    boolean isServer = aliceRole.equals("server");
    UnixAddress aliceSocket = UnixAddress.ofPath(socket("alice"));
    try (SeqpacketSocket listener = isServer ? ControlLine.listen(aliceSocket) : null) {
      daemon.apply(
          Operations.upsert(
              Network.newBuilder()
                  .setName("blue")
                  .setVni(56)
                  .setRange4(Addresses.parsePrefix("172.19.0.0/16"))
                  .setMtu(MTU_BYTES)
                  .build()),
          Operations.upsert(endpoint("alice", ALICE, aliceRole)),
          Operations.upsert(endpoint("echo", ECHO, echoRole)));
      try (Pod alice = connectAlice(listener);
          Testpmd echo = startEcho(echoRole)) {
        byte[] routerMac = Gateway.resolve(alice, ALICE);
        echo.command("start");
        awaitEcho(alice, routerMac);
        Map<String, Long> aliceBefore = daemon.counts("alice");
        Map<String, Long> echoBefore = daemon.counts("echo");

        long bytes = echoFrames(alice, routerMac);

        Map<String, Long> expected =
            Map.of(
                "rx-packets",
                (long) FRAMES,
                "tx-packets",
                (long) FRAMES,
                "rx-bytes",
                bytes,
                "tx-bytes",
                bytes);
        Await.until("all is counted", () -> changes(aliceBefore, "alice").equals(expected));
        assertThat(changes(echoBefore, "echo")).isEqualTo(expected);
        assertThat(Conservation.holds(daemon.snapshot())).isTrue();
        Await.until("the echo's own statistics agree", () -> agrees(echo));
      }
    }
  }

  /** Whether testpmd counted what the daemon did; it counts a little later than it sends. */
  private boolean agrees(Testpmd echo) {
    MatchResult statistics = echo.ask("show port stats 0", STATISTICS);
    Map<String, Long> counts = daemon.counts("echo");
    return Long.parseLong(statistics.group(1)) == counts.get("tx-packets")
        && Long.parseLong(statistics.group(2)) == counts.get("tx-bytes")
        && Long.parseLong(statistics.group(3)) == counts.get("rx-packets")
        && Long.parseLong(statistics.group(4)) == counts.get("rx-bytes");
  }

  /** Sends single frames until one comes back. */
  private void awaitEcho(Pod alice, byte[] routerMac) {
    byte[][] frame = new byte[1][];
    for (int attempt = 0; frame[0] == null; attempt++) {
      assertThat(attempt).as("%s", daemon.counts("echo")).isLessThan(MOST_ATTEMPTS);
      long lost = dropped();
      alice.awaitSend(frame(routerMac, 0));
      Await.until("the echo", () -> (frame[0] = alice.receive()) != null || dropped() > lost);
    }
  }

  private long dropped() {
    Snapshot snapshot = daemon.snapshot();
    long dropped = 0;
    for (Column column : snapshot.columns()) {
      if (column.kind() == Column.Kind.DROP) {
        dropped += snapshot.workerTotal(0, snapshot.column(column.name()));
      }
    }
    return dropped;
  }

  /** Returns how many bytes went each way. */
  private long echoFrames(Pod alice, byte[] routerMac) {
    long lost = dropped();
    long bytes = 0;
    int sent = 0;
    byte[][] frame = new byte[1][];
    for (int returned = 0; returned < FRAMES; returned++) {
      for (; sent < FRAMES && sent - returned < MOST_UNDER_WAY; sent++) {
        byte[] next = frame(routerMac, sent);
        alice.awaitSend(next);
        bytes += next.length;
      }
      Await.until("an echo", () -> (frame[0] = alice.receive()) != null || dropped() > lost);
      byte[] expected = returned(frame(routerMac, returned), routerMac);
      assertThat(frame[0])
          .as("frame %d of %d; %s", returned, sent, daemon.counts("echo"))
          .isEqualTo(expected);
    }
    assertThat(alice.receive()).isNull();
    return bytes;
  }

  private static byte[] frame(byte[] routerMac, int number) {
    int bytes = FRAME_BYTES[number * 7 % FRAME_BYTES.length];
    return Frames.udp(routerMac, ALICE, ECHO, number, bytes);
  }

  /** As the frame comes back: routed, turned round by testpmd, and routed once more. */
  private static byte[] returned(byte[] frame, byte[] routerMac) {
    byte[] there = Frames.routed(frame, routerMac, ECHO);
    byte[] back = there.clone();
    swap(there, back, 0, 6, 6);
    swap(there, back, Frames.ETHERNET_BYTES + 12, Frames.ETHERNET_BYTES + 16, 4);
    swap(there, back, Frames.ETHERNET_BYTES + 20, Frames.ETHERNET_BYTES + 22, 2);
    return Frames.routed(back, routerMac, ALICE);
  }

  private static void swap(byte[] from, byte[] to, int one, int other, int bytes) {
    System.arraycopy(from, one, to, other, bytes);
    System.arraycopy(from, other, to, one, bytes);
  }

  private Map<String, Long> changes(Map<String, Long> before, String endpoint) {
    return RouterScene.changes(before, daemon.counts(endpoint));
  }
}
