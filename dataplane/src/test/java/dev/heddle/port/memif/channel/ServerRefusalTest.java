package dev.heddle.port.memif.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.ffi.linux.EventFd;
import dev.heddle.ffi.linux.Memfd;
import dev.heddle.port.memif.MemifLink;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a client may not do. Each time: the peer is told and disconnected, exactly the named counter
 * moves, no link comes up, no descriptor stays open, and the next client is served.
 */
class ServerRefusalTest {
  private static final int INDEX = 1;
  private static final long ID = 7;
  private static final long SPARSE_BYTES = 1L << 40;

  @TempDir Path directory;

  private final RecordingOwner owner = new RecordingOwner();
  private MemifConductor conductor;
  private MemifSocket socket;

  @BeforeEach
  void start() {
    conductor = MemifConductor.start(owner, MemifLimits.DEFAULTS, "heddle");
    socket = MemifSocket.of(directory.resolve("memif.sock").toString());
    conductor.add(Configs.server(INDEX, socket, ID));
  }

  @AfterEach
  void stop() {
    conductor.close();
  }

  @Test
  void shouldRefuseWhenMessageIsHalf() {
    assertRefused(LinkRefusal.MESSAGE_SIZE, client -> client.sendBytes(new byte[64]));
  }

  @Test
  void shouldRefuseWhenMessageIsOversized() {
    assertRefused(LinkRefusal.MESSAGE_SIZE, client -> client.sendBytes(new byte[4096]));
  }

  @Test
  void shouldRefuseWhenMessageIsGarbage() {
    byte[] garbage = new byte[MessageCodec.MESSAGE_BYTES];
    Arrays.fill(garbage, (byte) 0xa5);
    assertRefused(LinkRefusal.MESSAGE_TYPE, client -> client.sendBytes(garbage));
  }

  @Test
  void shouldRefuseWhenMessageComesBeforeInit() {
    assertRefused(
        LinkRefusal.MESSAGE_ORDER, client -> client.send(new ControlMessage.Connect("raw")));
  }

  @Test
  void shouldRefuseWhenInitComesTwice() {
    assertRefusedAfterInit(LinkRefusal.MESSAGE_ORDER, client -> client.send(RawClient.init(ID)));
  }

  @Test
  void shouldRefuseWhenVersionIsOther() {
    assertRefused(
        LinkRefusal.VERSION,
        client -> client.send(new ControlMessage.Init(0x100, ID, 0, MemifSecret.NONE, "raw")));
  }

  @Test
  void shouldRefuseWhenIdIsUnknown() {
    assertRefused(LinkRefusal.UNKNOWN_ID, client -> client.send(RawClient.init(ID + 1)));
  }

  @Test
  void shouldRefuseWhenModeIsOther() {
    assertRefused(
        LinkRefusal.MODE,
        client ->
            client.send(
                new ControlMessage.Init(ControlMessage.VERSION, ID, 1, MemifSecret.NONE, "raw")));
  }

  @Test
  void shouldRefuseWhenSecretIsWrongOrMissing() {
    conductor.remove(INDEX);
    conductor.add(Configs.secret(Configs.server(INDEX, socket, ID), "right"));
    try (RawClient client = RawClient.connect(socket)) {
      client.send(RawClient.init(ID));
      assertThat(client.awaitFarewell()).isEqualTo("secret required");
    }
    try (RawClient client = RawClient.connect(socket)) {
      client.send(
          new ControlMessage.Init(ControlMessage.VERSION, ID, 0, MemifSecret.of("wrong"), "raw"));
      assertThat(client.awaitFarewell()).isEqualTo("wrong secret");
    }
    assertThat(count(LinkRefusal.SECRET)).isEqualTo(2);
  }

  @Test
  void shouldRefuseWhenInterfaceHasItsPeer() {
    try (RawClient first = RawClient.identified(socket, ID);
        RawClient second = RawClient.connect(socket)) {
      second.send(RawClient.init(ID));

      assertThat(second.awaitFarewell()).isEqualTo("already connected");
      assertThat(count(LinkRefusal.ALREADY_CONNECTED)).isEqualTo(1);
      first.share(
          new ControlMessage.AddRegion(0, RawClient.REGION_BYTES),
          RawClient.region(RawClient.REGION_BYTES, true));
      assertThat(first.receive()).isEqualTo(new ControlMessage.Ack());
    }
  }

  @Test
  void shouldRefuseWhenRegionHasNoDescriptor() {
    assertRefusedAfterInit(
        LinkRefusal.DESCRIPTOR_MISSING,
        client -> client.send(new ControlMessage.AddRegion(0, 4096)));
  }

  @Test
  void shouldRefuseWhenMessageHasManyDescriptors() {
    assertRefusedAfterInit(
        LinkRefusal.DESCRIPTOR_EXTRA,
        client -> {
          int[] fds = new int[40];
          Arrays.setAll(fds, i -> EventFd.create());
          client.share(new ControlMessage.AddRegion(0, 4096), fds);
        });
  }

  @Test
  void shouldRefuseWhenInitHasDescriptor() {
    assertRefused(
        LinkRefusal.DESCRIPTOR_EXTRA, client -> client.share(RawClient.init(ID), EventFd.create()));
  }

  @Test
  void shouldRefuseWhenRegionIndexLeavesGap() {
    assertRegionRefused(
        LinkRefusal.REGION_INDEX, new ControlMessage.AddRegion(1, 4096), 4096, true);
  }

  @Test
  void shouldRefuseWhenRegionsAreTooMany() {
    assertRefusedAfterInit(
        LinkRefusal.REGION_INDEX,
        client -> {
          for (int i = 0; i <= PeerOffer.MAX_REGIONS; i++) {
            client.share(new ControlMessage.AddRegion(i, 4096), RawClient.region(4096, true));
          }
        });
  }

  @Test
  void shouldRefuseWhenRegionIsEmpty() {
    assertRegionRefused(LinkRefusal.REGION_SIZE, new ControlMessage.AddRegion(0, 0), 4096, true);
  }

  @Test
  void shouldRefuseWhenRegionSizeIsNegative() {
    assertRegionRefused(LinkRefusal.REGION_SIZE, new ControlMessage.AddRegion(0, -1), 4096, true);
  }

  @Test
  void shouldRefuseWhenRegionIsSparseAndHuge() {
    assertRefusedAfterInit(
        LinkRefusal.REGION_SIZE,
        client -> {
          int fd = Memfd.create("sparse", SPARSE_BYTES);
          Memfd.addSeals(fd, Memfd.SEAL_SHRINK);
          client.share(new ControlMessage.AddRegion(0, SPARSE_BYTES), fd);
        });
  }

  @Test
  void shouldRefuseWhenRegionsTogetherAreTooLarge() {
    long half = Configs.MEMORY.maxRegionBytes() / 2 + 4096;
    assertRefusedAfterInit(
        LinkRefusal.REGION_SIZE,
        client -> {
          for (int i = 0; i < 2; i++) {
            int fd = Memfd.create("half", half);
            Memfd.addSeals(fd, Memfd.SEAL_SHRINK);
            client.share(new ControlMessage.AddRegion(i, half), fd);
          }
        });
  }

  @Test
  void shouldRefuseWhenRegionFileIsShorterThanDeclared() {
    assertRegionRefused(
        LinkRefusal.REGION_SHORT, new ControlMessage.AddRegion(0, 8192), 4096, true);
  }

  @Test
  void shouldRefuseWhenRegionIsNotSealed() {
    assertRegionRefused(
        LinkRefusal.REGION_UNSEALED, new ControlMessage.AddRegion(0, 4096), 4096, false);
  }

  @Test
  void shouldRefuseWhenRegionIsNoMemory() {
    assertRefusedAfterInit(
        LinkRefusal.REGION_UNMAPPABLE,
        client -> client.share(new ControlMessage.AddRegion(0, 4096), EventFd.create()));
  }

  @Test
  void shouldRefuseWhenRingHasNoDescriptor() {
    assertRefusedAfterRegion(
        LinkRefusal.DESCRIPTOR_MISSING, client -> client.send(RawClient.ring(true)));
  }

  @Test
  void shouldRefuseWhenInterruptIsNoEventFd() {
    assertRefusedAfterRegion(
        LinkRefusal.RING_INTERRUPT,
        client -> client.share(RawClient.ring(true), Memfd.create("no interrupt", 4096)));
  }

  @Test
  void shouldRefuseWhenRingIndexIsBeyondQueues() {
    assertRingRefused(LinkRefusal.RING_INDEX, new ControlMessage.AddRing(true, 1, 0, 0, 8, 0));
  }

  @Test
  void shouldRefuseWhenRingComesTwice() {
    assertRefusedAfterRegion(
        LinkRefusal.RING_INDEX,
        client -> {
          client.shareRing(RawClient.ring(true));
          client.shareRing(RawClient.ring(true));
        });
  }

  @Test
  void shouldRefuseWhenRingIsTooLarge() {
    assertRingRefused(LinkRefusal.RING_SIZE, new ControlMessage.AddRing(true, 0, 0, 0, 9, 0));
    assertRingRefused(LinkRefusal.RING_SIZE, new ControlMessage.AddRing(true, 0, 0, 0, 255, 0));
  }

  @Test
  void shouldRefuseWhenRingHasOneDescriptor() {
    assertRingRefused(LinkRefusal.RING_SIZE, new ControlMessage.AddRing(true, 0, 0, 0, 0, 0));
  }

  @Test
  void shouldRefuseWhenRingEndsOutsideRegion() {
    long lastFitting = RawClient.REGION_BYTES - RingLayout.ringBytes(RawClient.LOG2_RING_SIZE);
    assertRingRefused(
        LinkRefusal.RING_PLACE, new ControlMessage.AddRing(true, 0, 0, lastFitting + 16, 8, 0));
    assertRingRefused(
        LinkRefusal.RING_PLACE, new ControlMessage.AddRing(true, 0, 0, 0xffff_fff0L, 8, 0));
  }

  @Test
  void shouldRefuseWhenRingIsMisaligned() {
    assertRingRefused(LinkRefusal.RING_PLACE, new ControlMessage.AddRing(true, 0, 0, 8, 8, 0));
  }

  @Test
  void shouldRefuseWhenRingIsInUnknownRegion() {
    assertRingRefused(LinkRefusal.RING_PLACE, new ControlMessage.AddRing(true, 0, 1, 0, 8, 0));
  }

  @Test
  void shouldRefuseWhenRingWantsPrivateHeader() {
    assertRingRefused(
        LinkRefusal.RING_PRIVATE_HEADER, new ControlMessage.AddRing(true, 0, 0, 0, 8, 64));
  }

  @Test
  void shouldRefuseWhenOneDirectionHasNoRing() {
    assertRefusedAfterRegion(
        LinkRefusal.RING_MISSING,
        client -> {
          client.shareRing(RawClient.ring(true));
          client.send(new ControlMessage.Connect("raw"));
        });
  }

  @Test
  void shouldRefuseWhenRingHasNoCookie() {
    assertRefusedAfterRegion(
        LinkRefusal.RING_COOKIE,
        client -> {
          client.shareRing(new ControlMessage.AddRing(true, 0, 0, 4096, 8, 0));
          client.shareRing(RawClient.ring(false));
          client.send(new ControlMessage.Connect("raw"));
        });
  }

  @Test
  void shouldDisconnectWhenConnectedPeerGoesOnTalking() {
    try (RawClient client = RawClient.withRegion(socket, ID)) {
      MemifLink link = connect(client);

      client.shareRing(RawClient.ring(true));

      assertThat(client.awaitFarewell()).isEqualTo("unexpected message AddRing");
      assertThat(owner.awaitDown()).isSameAs(link);
    }
    assertThat(count(LinkRefusal.MESSAGE_ORDER)).isEqualTo(1);
    assertServesNext();
  }

  @Test
  void shouldTimeOutWhenHandshakeStalls() {
    restart(limits(TimeUnit.MILLISECONDS.toNanos(50), 16, 64));
    assertRefused(LinkRefusal.HANDSHAKE_TIMEOUT, client -> {});
  }

  @Test
  void shouldServeNextOnlyThenWhenTooManyHandshakesAreUnfinished() {
    restart(limits(TimeUnit.SECONDS.toNanos(60), 1, 64));
    RawClient silent = RawClient.connect(socket);
    try (RawClient next = RawClient.connect(socket)) {
      assertThat(silent.receive()).isInstanceOf(ControlMessage.Hello.class);
      RecordingOwner.until("the limit", () -> count(LinkRefusal.TOO_MANY_HANDSHAKES) == 1);

      silent.close();

      assertThat(next.receive()).isInstanceOf(ControlMessage.Hello.class);
    }
    assertServesNext();
  }

  @Test
  void shouldSlowDownAndServeWhenPeerConnectsTooOften() {
    restart(limits(TimeUnit.SECONDS.toNanos(60), 16, 2));
    for (int i = 0; i < 10; i++) {
      try (RawClient client = RawClient.connect(socket)) {
        assertThat(client.receive()).isInstanceOf(ControlMessage.Hello.class);
      }
    }
    assertThat(count(LinkRefusal.CONNECT_STORM)).isPositive();
    assertServesNext();
  }

  private void restart(MemifLimits limits) {
    conductor.close();
    conductor = MemifConductor.start(owner, limits, "heddle");
    conductor.add(Configs.server(INDEX, socket, ID));
  }

  private static MemifLimits limits(long timeoutNs, int handshakes, int burst) {
    MemifLimits usual = MemifLimits.DEFAULTS;
    return new MemifLimits(
        timeoutNs,
        handshakes,
        burst,
        usual.connectIntervalNs(),
        usual.firstRetryNs(),
        usual.maxRetryNs());
  }

  private void assertRegionRefused(
      LinkRefusal expected, ControlMessage.AddRegion region, int fileBytes, boolean sealed) {
    assertRefusedAfterInit(
        expected, client -> client.share(region, RawClient.region(fileBytes, sealed)));
  }

  private void assertRingRefused(LinkRefusal expected, ControlMessage.AddRing ring) {
    assertRefusedAfterRegion(expected, client -> client.shareRing(ring));
  }

  private void assertRefused(LinkRefusal expected, Consumer<RawClient> attack) {
    assertRefused(expected, () -> RawClient.connect(socket), attack);
  }

  private void assertRefusedAfterInit(LinkRefusal expected, Consumer<RawClient> attack) {
    assertRefused(expected, () -> RawClient.identified(socket, ID), attack);
  }

  private void assertRefusedAfterRegion(LinkRefusal expected, Consumer<RawClient> attack) {
    assertRefused(expected, () -> RawClient.withRegion(socket, ID), attack);
  }

  private void assertRefused(
      LinkRefusal expected, Supplier<RawClient> start, Consumer<RawClient> attack) {
    int openBefore = openDescriptors();
    long countBefore = count(expected);
    long allBefore = allCounts();
    try (RawClient client = start.get()) {
      attack.accept(client);
      assertThat(client.awaitFarewell()).isNotEmpty();
    }
    assertThat(count(expected)).as("count of %s", expected).isEqualTo(countBefore + 1);
    assertThat(allCounts()).as("all refusals").isEqualTo(allBefore + 1);
    assertThat(owner.hasNews()).as("a link came up or went down").isFalse();
    RecordingOwner.until("all descriptors to be closed", () -> openDescriptors() <= openBefore);
    assertServesNext();
  }

  private void assertServesNext() {
    RecordingOwner.until(
        "the interface to be free",
        () -> conductor.status(INDEX).orElseThrow().peerInstance().isEmpty());
    try (RawClient client = RawClient.withRegion(socket, ID)) {
      connect(client);
    }
    owner.awaitDown();
  }

  private MemifLink connect(RawClient client) {
    for (boolean toServer : new boolean[] {true, false}) {
      client.shareRing(RawClient.ring(toServer));
      assertThat(client.receive()).isEqualTo(new ControlMessage.Ack());
    }
    client.send(new ControlMessage.Connect("raw"));
    assertThat(client.receive()).isEqualTo(new ControlMessage.Connected("pod" + INDEX));
    return owner.awaitUp();
  }

  private long count(LinkRefusal refusal) {
    return conductor.status(INDEX).orElseThrow().refusals().get(refusal);
  }

  private long allCounts() {
    return conductor.status(INDEX).orElseThrow().refusals().values().stream()
        .mapToLong(Long::longValue)
        .sum();
  }

  private static int openDescriptors() {
    String[] names = Path.of("/proc/self/fd").toFile().list();
    return names == null ? 0 : names.length;
  }
}
