package dev.heddle.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.heddle.api.Addresses;
import dev.heddle.api.Operations;
import dev.heddle.api.stats.Accounting;
import dev.heddle.api.stats.Column;
import dev.heddle.api.stats.Snapshot;
import dev.heddle.api.v1.Endpoint;
import dev.heddle.api.v1.Memif;
import dev.heddle.api.v1.Network;
import dev.heddle.port.memif.channel.RecordingOwner;
import dev.heddle.port.memif.channel.Testpmd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Packets between two pods that are DPDK's net_memif, through a whole daemon with two workers. One
 * testpmd sends as fast as it can; both testpmds' own statistics are the witnesses.
 */
class TestpmdForwardingIT {
  private static final String SENDER = "sender";
  private static final String RECEIVER = "receiver";
  private static final String SENDER_ADDRESS = "172.19.0.10";
  private static final String RECEIVER_ADDRESS = "172.19.0.11";
  private static final String ROUTER_MAC = "02:48:45:44:44:4c";
  private static final int BUFFER_BYTES = 2048;
  private static final int MTU_BYTES = 9000;
  private static final long PACKETS = 5_000;
  private static final long JUMBO_PACKETS = 2_000;
  private static final String CHAIN_OF_FIVE = "2048,2048,2048,2048,808";
  private static final Pattern STOPPED = Pattern.compile("\\+{60}\\R\\RDone\\.");
  private static final Pattern STATISTICS =
      Pattern.compile(
          "RX-packets: (\\d+) .*?RX-bytes: +(\\d+).*?TX-packets: (\\d+) .*?TX-bytes: +(\\d+)",
          Pattern.DOTALL);

  @TempDir Path directory;

  private TestDaemon daemon;

  @BeforeEach
  void start() {
    daemon = new TestDaemon(directory, 2);
  }

  @AfterEach
  void stop() {
    daemon.close();
  }

  private void create(String senderRole, String receiverRole, int queues, int log2RingSize) {
    daemon.apply(
        Operations.upsert(
            Network.newBuilder()
                .setName("blue")
                .setVni(56)
                .setRange4(Addresses.parsePrefix("172.19.0.0/16"))
                .setMtu(MTU_BYTES)
                .build()),
        Operations.upsert(endpoint(SENDER, SENDER_ADDRESS, senderRole, queues, log2RingSize)),
        Operations.upsert(
            endpoint(RECEIVER, RECEIVER_ADDRESS, receiverRole, queues, log2RingSize)));
  }

  private Endpoint endpoint(
      String name, String address, String podRole, int queues, int log2RingSize) {
    boolean podIsServer = podRole.equals("server");
    return Endpoint.newBuilder()
        .setName(name)
        .setNetwork("blue")
        .setMac(ByteString.copyFrom(new byte[] {2, 0, 0, 0, 0, (byte) name.length()}))
        .addAddresses(Addresses.parse(address))
        .setMemif(
            Memif.newBuilder()
                .setRole(podIsServer ? Memif.Role.ROLE_CLIENT : Memif.Role.ROLE_SERVER)
                .setSocket(socket(name))
                .setQueues(queues)
                .setLog2RingSize(log2RingSize))
        .build();
  }

  private String socket(String name) {
    return directory.resolve(name + ".sock").toString();
  }

  private Testpmd pod(
      String name, String role, int queues, int log2RingSize, List<String> options) {
    String device =
        "role=%s,id=0,socket-abstract=no,socket=%s,rsize=%d,bsize=%d"
            .formatted(role, socket(name), log2RingSize, BUFFER_BYTES);
    return Testpmd.start(directory, device, queues, options, List.of());
  }

  private Testpmd sender(String role, int queues, int log2RingSize, String segmentBytes) {
    List<String> options =
        List.of(
            "--forward-mode=txonly",
            "--tx-ip=" + SENDER_ADDRESS + "," + RECEIVER_ADDRESS,
            "--eth-peer=0," + ROUTER_MAC,
            "--txpkts=" + segmentBytes);
    return pod(SENDER, role, queues, log2RingSize, options);
  }

  private Testpmd receiver(String role, int queues, int log2RingSize) {
    return pod(RECEIVER, role, queues, log2RingSize, List.of("--forward-mode=rxonly"));
  }

  /** A column of an endpoint's counters, all workers together, or of its events. */
  private long counted(String endpoint, String column) {
    Snapshot snapshot = daemon.snapshot();
    Snapshot.InterfaceStats stats = TestDaemon.of(snapshot, endpoint);
    for (int event = 0; event < snapshot.eventColumns().size(); event++) {
      if (snapshot.eventColumns().get(event).name().equals(column)) {
        return stats.events()[event];
      }
    }
    return stats.total(snapshot.column(column));
  }

  private void awaitConnects(String endpoint, long times) {
    RecordingOwner.until(
        endpoint + " to connect", () -> counted(endpoint, "memif-connects") == times);
  }

  private void awaitReceived(long packets) {
    RecordingOwner.until(
        packets + " packets for the receiver", () -> counted(RECEIVER, "tx-packets") >= packets);
  }

  private static Traffic traffic(Testpmd testpmd) {
    MatchResult match = testpmd.ask("show port stats 0", STATISTICS);
    return new Traffic(
        Long.parseLong(match.group(1)),
        Long.parseLong(match.group(2)),
        Long.parseLong(match.group(3)),
        Long.parseLong(match.group(4)));
  }

  private record Traffic(long inPackets, long inBytes, long outPackets, long outBytes) {}

  /** What the sender sent came in, whole. */
  private void assertTaken(Testpmd sender) {
    sender.ask("stop", STOPPED);
    Traffic sent = traffic(sender);
    RecordingOwner.until(
        "all packets of the sender", () -> counted(SENDER, "rx-packets") == sent.outPackets());
    assertThat(counted(SENDER, "rx-bytes")).isEqualTo(sent.outBytes());
  }

  /** What went out to the receiver since then arrived, whole. */
  private void assertArrived(Testpmd receiver, long packetsBefore, long bytesBefore) {
    // Read anew each time: a worker that has not been scheduled may have something left to take.
    RecordingOwner.until(
        "balanced books and all packets at the receiver",
        () ->
            isBalanced()
                && traffic(receiver).inPackets()
                    == counted(RECEIVER, "tx-packets") - packetsBefore);
    assertThat(traffic(receiver).inBytes()).isEqualTo(counted(RECEIVER, "tx-bytes") - bytesBefore);
  }

  private boolean isBalanced() {
    return Accounting.of(daemon.snapshot()).stream().allMatch(Accounting.Balance::balanced);
  }

  private void assertOnlyDropped(String... reasons) {
    List<String> dropped =
        dropReasons()
            .filter(reason -> counted(SENDER, reason) + counted(RECEIVER, reason) > 0)
            .toList();
    assertThat(List.of(reasons)).containsAll(dropped);
  }

  private long dropped(String endpoint) {
    return dropReasons().mapToLong(reason -> counted(endpoint, reason)).sum();
  }

  private Stream<String> dropReasons() {
    return daemon.snapshot().columns().stream()
        .filter(column -> column.kind() == Column.Kind.DROP)
        .map(Column::name);
  }

  /** Bytes of a frame of these segments. */
  private static long bytes(String segmentBytes) {
    return Stream.of(segmentBytes.split(",")).mapToInt(Integer::parseInt).sum();
  }

  /** A sender's rings hold a whole number of its chains; see what it does otherwise below. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "client | client | 1 |  6 | 64",
        "server | client | 2 | 10 | 64",
        "client | server | 2 | 12 | 1514",
        "server | server | 1 | 12 | 64",
        "client | client | 1 |  8 | 2048,2048",
        "server | client | 1 | 10 | 2048,2048,2048,2048",
        "client | server | 2 | 10 | 2048,2048,2048,2000",
        "server | server | 1 |  8 | 2048,1000"
      })
  void shouldBringEachPacketWholeOrCountItsDropWhenSenderFloods(
      String senderRole, String receiverRole, int queues, int log2RingSize, String segmentBytes) {
    create(senderRole, receiverRole, queues, log2RingSize);
    try (Testpmd receiver = receiver(receiverRole, queues, log2RingSize);
        Testpmd sender = sender(senderRole, queues, log2RingSize, segmentBytes)) {
      awaitConnects(RECEIVER, 1);
      awaitConnects(SENDER, 1);
      receiver.command("start");
      sender.command("start");
      awaitReceived(segmentBytes.contains(",") ? JUMBO_PACKETS : PACKETS);

      assertTaken(sender);
      assertArrived(receiver, 0, 0);

      long packets = counted(RECEIVER, "tx-packets");
      assertThat(counted(RECEIVER, "tx-bytes")).isEqualTo(packets * bytes(segmentBytes));
      assertOnlyDropped("tx-ring-full");
    }
  }

  /**
   * net_memif writes a chain that does not fit beyond the free descriptors, and its index jumps
   * where it ends just there: 64 descriptors leave 4 for a chain of 5. See
   * docs/design/memif-control.md.
   */
  @ParameterizedTest
  @ValueSource(strings = {"client", "server"})
  void shouldCutOffOnlySenderWhenItsChainsOverrunRing(String senderRole) throws IOException {
    create(senderRole, "client", 1, 6);
    try (Testpmd receiver = receiver("client", 1, 6)) {
      awaitConnects(RECEIVER, 1);
      receiver.command("start");
      try (Testpmd overrunning = sender(senderRole, 1, 6, CHAIN_OF_FIVE)) {
        awaitConnects(SENDER, 1);
        overrunning.command("start");
        RecordingOwner.until("the end", () -> counted(SENDER, "memif-index-jump") > 0);
      }
      // As a server, it may have come back and done it again.
      RecordingOwner.until(
          "the disconnect",
          () -> counted(SENDER, "memif-disconnects") == counted(SENDER, "memif-connects"));
      if (senderRole.equals("server")) {
        // A killed server leaves its file behind, and testpmd does not remove it.
        Files.delete(Path.of(socket(SENDER)));
      }
      long connects = counted(SENDER, "memif-connects");
      long packets = counted(RECEIVER, "tx-packets");
      try (Testpmd next = sender(senderRole, 1, 6, "64")) {
        awaitConnects(SENDER, connects + 1);
        next.command("start");
        awaitReceived(packets + PACKETS);
        next.ask("stop", STOPPED);
        assertArrived(receiver, 0, 0);
        assertThat(counted(RECEIVER, "memif-disconnects")).isZero();
      }
    }
  }

  /**
   * Where it does not end there, net_memif takes the chain back, but has overwritten the beginning
   * of its oldest one: 256 descriptors leave 1 for a chain of 5. The pieces come as packets of
   * their own.
   */
  @ParameterizedTest
  @ValueSource(strings = {"client", "server"})
  void shouldAccountForPiecesWhenSenderOverwritesItsOwnChains(String senderRole) {
    create(senderRole, "client", 1, 8);
    try (Testpmd receiver = receiver("client", 1, 8);
        Testpmd sender = sender(senderRole, 1, 8, CHAIN_OF_FIVE)) {
      awaitConnects(RECEIVER, 1);
      awaitConnects(SENDER, 1);
      receiver.command("start");
      sender.command("start");
      awaitReceived(JUMBO_PACKETS);
      sender.ask("stop", STOPPED);
      long sent = traffic(sender).outPackets();
      RecordingOwner.until(
          "all packets of the sender, whole or in pieces",
          () -> counted(SENDER, "rx-packets") >= sent);
      assertArrived(receiver, 0, 0);

      long received = counted(SENDER, "rx-packets");
      long pieces = received - sent;
      long malformed = dropped(SENDER);
      long whole = counted(RECEIVER, "tx-packets") + counted(RECEIVER, "tx-ring-full");
      assertThat(pieces).isNotNegative().isLessThanOrEqualTo(malformed);
      assertThat(whole + malformed).isEqualTo(received);
      assertThat(counted(RECEIVER, "tx-bytes"))
          .isEqualTo(counted(RECEIVER, "tx-packets") * bytes(CHAIN_OF_FIVE));
    }
  }

  @Test
  void shouldServeNextReceiverWhenFirstIsKilledUnderTraffic() {
    create("client", "client", 2, 10);
    try (Testpmd sender = sender("client", 2, 10, "64")) {
      try (Testpmd first = receiver("client", 2, 10)) {
        awaitConnects(RECEIVER, 1);
        awaitConnects(SENDER, 1);
        first.command("start");
        sender.command("start");
        awaitReceived(PACKETS);
      }
      RecordingOwner.until("the disconnect", () -> counted(RECEIVER, "memif-disconnects") == 1);
      long down = counted(RECEIVER, "tx-interface-down");
      RecordingOwner.until(
          "packets for nobody", () -> counted(RECEIVER, "tx-interface-down") > down);
      long packetsBefore = counted(RECEIVER, "tx-packets");
      long bytesBefore = counted(RECEIVER, "tx-bytes");
      try (Testpmd second = receiver("client", 2, 10)) {
        awaitConnects(RECEIVER, 2);
        second.command("start");
        awaitReceived(packetsBefore + PACKETS);

        assertTaken(sender);
        assertArrived(second, packetsBefore, bytesBefore);
        assertOnlyDropped("tx-ring-full", "tx-interface-down");
      }
    }
  }

  @Test
  void shouldServeNextSenderWhenFirstIsKilledUnderTraffic() {
    create("client", "server", 2, 8);
    try (Testpmd receiver = receiver("server", 2, 8)) {
      awaitConnects(RECEIVER, 1);
      receiver.command("start");
      try (Testpmd first = sender("client", 2, 8, "64")) {
        awaitConnects(SENDER, 1);
        first.command("start");
        awaitReceived(PACKETS);
      }
      RecordingOwner.until("the disconnect", () -> counted(SENDER, "memif-disconnects") == 1);
      RecordingOwner.until("the books to balance", this::isBalanced);
      long packets = counted(RECEIVER, "tx-packets");
      try (Testpmd second = sender("client", 2, 8, "64")) {
        awaitConnects(SENDER, 2);
        second.command("start");
        awaitReceived(packets + PACKETS);
        second.ask("stop", STOPPED);
        long sent = traffic(second).outPackets();

        assertThat(sent).isGreaterThanOrEqualTo(PACKETS);
        assertArrived(receiver, 0, 0);
        assertOnlyDropped("tx-ring-full");
      }
    }
  }
}
