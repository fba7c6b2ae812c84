package dev.heddle.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.observe.DropReason;
import dev.heddle.port.memif.LinkFault;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client pod offers us, as a server, to write to: its descriptors choose where. */
class HostileTransmitIT {
  private static final int ROUNDS = 200;
  private static final int VICTIMS_FRAMES = 2_000;
  private static final int REGION_BYTES = (int) PodMemory.BYTES;

  private Scene scene;
  private ClientPod mallory;

  @BeforeEach
  void start() {
    scene = new Scene(false);
    mallory = (ClientPod) scene.connectHostile();
  }

  @AfterEach
  void stop() {
    mallory.close();
    scene.close();
  }

  /** A bad buffer. */
  private record Bad(int region, int length, int offset) {}

  static Stream<Bad> badBuffers() {
    return Stream.of(
        new Bad(1, 2048, 0),
        new Bad(0x7fff, 2048, 0),
        new Bad(0xffff, 2048, 0),
        new Bad(0, 2048, REGION_BYTES - 2047),
        new Bad(0, 2048, REGION_BYTES),
        new Bad(0, 2048, -1),
        new Bad(0, 2048, -2048),
        new Bad(0, 2048, Integer.MAX_VALUE),
        new Bad(0, 2048, Integer.MIN_VALUE),
        new Bad(0, Integer.MAX_VALUE, PodMemory.fromDaemonOffset(0)),
        new Bad(0, Integer.MIN_VALUE, PodMemory.fromDaemonOffset(0)),
        new Bad(0, -1, PodMemory.fromDaemonOffset(0)),
        new Bad(0, -2048, PodMemory.fromDaemonOffset(0)),
        new Bad(0, 0, PodMemory.fromDaemonOffset(0)));
  }

  /** Every third buffer is bad. Frames for the others arrive there, whole and in order. */
  @ParameterizedTest
  @MethodSource("badBuffers")
  void shouldDropAndFillTheNeighboursWhenABufferIsBad(Bad bad) {
    WireRing ring = mallory.fromDaemon();
    int index = mallory.receiveIndex();
    for (int round = 0; round < ROUNDS; round++) {
      // The next three descriptors: good, bad, good. Nobody else sends to mallory.
      ring.describe(index + 1, 0, bad.region(), bad.length(), bad.offset());
      byte[][] sent = {scene.toMallory(round), scene.toMallory(-round), scene.toMallory(round + 7)};
      for (byte[] frame : sent) {
        assertThat(scene.dave().send(frame)).isTrue();
      }
      int end = index + 3 & 0xffff;
      Await.until("three descriptors come back", () -> ring.tail() == end);
      assertReceived(index, sent[0]);
      assertThat(ring.length(index + 1)).as("length of the bad descriptor").isZero();
      assertReceived(index + 2, sent[2]);
      offerAgain(index, 3);
      index = end;
    }
    Await.until("drops are counted", () -> scene.dropped(DropReason.TX_BAD_DESCRIPTOR) == ROUNDS);
    mallory.memory().assertGuardsUntouched();
    scene.victims().awaitMore(VICTIMS_FRAMES);
    scene.assertOthersUnharmed();
  }

  private void assertReceived(int index, byte[] sent) {
    WireRing ring = mallory.fromDaemon();
    assertThat(ring.flags(index)).isZero();
    byte[] frame = mallory.memory().read(ring.offset(index), ring.length(index));
    assertThat(frame).isEqualTo(scene.routed(sent, Scene.MALLORY));
  }

  /** Flags are ours to write: what stood there does not make a chain of what we fill. */
  @Test
  void shouldSayWhereEachPacketEndsWhenAllBuffersAreMarkedAsChained() {
    WireRing ring = mallory.fromDaemon();
    int first = mallory.receiveIndex();
    for (int round = 0; round < ROUNDS; round++) {
      for (int slot = 0; slot < PodMemory.SLOTS; slot++) {
        int offset = PodMemory.fromDaemonOffset(slot);
        ring.describe(slot, 0xffff, 0, PodMemory.BUFFER_BYTES, offset);
      }
      int index = first + round;
      byte[] sent = scene.toMallory(round);
      assertThat(scene.dave().send(sent)).isTrue();
      Await.until("the frame arrives", () -> ring.tail() == index + 1);
      assertReceived(index, sent);
      ring.setHead(ring.tail() + PodMemory.SLOTS);
    }
    scene.assertOthersUnharmed();
    assertThat(scene.drops()).isZero();
  }

  private void offerAgain(int index, int descriptors) {
    for (int i = index; i < index + descriptors; i++) {
      mallory.fromDaemon().describe(i, 0, 0, PodMemory.BUFFER_BYTES, PodMemory.fromDaemonOffset(i));
    }
    mallory.fromDaemon().setHead(index + descriptors + PodMemory.SLOTS);
  }

  @Test
  void shouldWriteNoByteBeyondThePacketWhenTheBufferIsLarger() {
    int bytes = 61;
    scene.dave().send(Frames.udp(scene.routerMac(), Scene.DAVE, Scene.MALLORY, 1, bytes));
    int index = mallory.receiveIndex();
    Await.until("the frame arrives", () -> mallory.fromDaemon().tail() == index + 1);
    assertThat(mallory.fromDaemon().length(index)).isEqualTo(bytes);
    int rest = PodMemory.BUFFER_BYTES - bytes;
    mallory.memory().assertUntouched(PodMemory.fromDaemonOffset(index) + bytes, rest);
    scene.assertOthersUnharmed();
  }

  @Test
  void shouldSpreadOverSeveralOrDropWhenBuffersAreTiny() {
    long sentBefore = scene.counted("tx-packets");
    for (int slot = 0; slot < PodMemory.SLOTS; slot++) {
      mallory.fromDaemon().describe(slot, 0, 0, 1, PodMemory.fromDaemonOffset(slot));
    }
    for (int sent = 0; sent < ROUNDS; sent++) {
      scene.dave().awaitSend(scene.toMallory(sent));
    }
    scene.dave().awaitSent();
    Await.until(
        "frames are sent or dropped",
        () -> scene.counted("tx-packets") - sentBefore + tooBigOrFull() == ROUNDS);
    assertThat(tooBigOrFull()).isPositive();
    mallory.memory().assertGuardsUntouched();
    scene.victims().awaitMore(VICTIMS_FRAMES);
    scene.assertOthersUnharmed();
  }

  private long tooBigOrFull() {
    return scene.dropped(DropReason.TX_TOO_BIG) + scene.dropped(DropReason.TX_RING_FULL);
  }

  /** Descriptors change from sane to insane and back all the while that we write where they say. */
  @Test
  void shouldStayInsideTheRegionWhenBuffersChangeAfterTheCheck() {
    long sentBefore = scene.counted("tx-packets");
    WireRing ring = mallory.fromDaemon();
    int beyond = REGION_BYTES - 16;
    try (Flipper flipper =
        new Flipper(() -> {
          describeAll(0xffff, Integer.MAX_VALUE, -1);
          describeAll(0, 2048, beyond);
          describeAll(0, 0, 0);
          describeAll(0, PodMemory.BUFFER_BYTES, PodMemory.fromDaemonOffset(0));
        })) {
      flipper.awaitMore(1);
      for (int sent = 0; sent < 100 * ROUNDS; sent++) {
        scene.dave().awaitSend(scene.toMallory(sent));
        ring.setHead(ring.tail() + PodMemory.SLOTS);
      }
      scene.dave().awaitSent();
    }
    scene.victims().awaitMore(VICTIMS_FRAMES);
    scene.assertOthersUnharmed();
    Await.until(
        "frames are sent or dropped",
        () -> scene.counted("tx-packets") - sentBefore + scene.drops() == 100 * ROUNDS);
  }

  private void describeAll(int region, int length, int offset) {
    for (int slot = 0; slot < PodMemory.SLOTS; slot++) {
      mallory.fromDaemon().describe(slot, 0, region, length, offset);
    }
  }

  @Test
  void shouldGoOnWhenOurOwnIndexIsOverwritten() {
    for (int round = 0; round < ROUNDS; round++) {
      int index = mallory.receiveIndex();
      mallory.fromDaemon().setTail(round * 7919);
      byte[] frame = scene.toMallory(round);
      assertThat(scene.dave().send(frame)).isTrue();
      Await.until("the tail is ours again", () -> mallory.fromDaemon().tail() == index + 1);
      assertThat(mallory.receive()).isEqualTo(scene.routed(frame, Scene.MALLORY));
    }
    scene.assertOthersUnharmed();
    assertThat(scene.drops()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {PodMemory.SLOTS + 1, 0x7fff, 0x8000, 0xffff})
  void shouldDisconnectWhenTheHeadJumps(int descriptors) {
    for (int round = 1; round <= 5; round++) {
      int faults = round;
      mallory.fromDaemon().setHead(mallory.fromDaemon().tail() + descriptors);
      assertThat(scene.dave().send(scene.toMallory(round))).isTrue();
      mallory.control().awaitEnd();
      Await.until("the fault is counted", () -> scene.happened(LinkFault.INDEX_JUMP) == faults);
      mallory.close();
      mallory = (ClientPod) scene.connectHostile();
    }
    scene.victims().awaitMore(VICTIMS_FRAMES);
    scene.assertOthersUnharmed();
  }

  @Test
  void shouldDropOnlyItsOwnPacketsWhenThePeerNeverDrains() {
    int frames = 10 * PodMemory.SLOTS;
    for (int sent = 0; sent < frames; sent++) {
      scene.dave().awaitSend(scene.toMallory(sent));
    }
    long lost = frames - PodMemory.SLOTS;
    Await.until("the rest is dropped", () -> scene.dropped(DropReason.TX_RING_FULL) == lost);
    scene.victims().awaitMore(VICTIMS_FRAMES);
    assertThat(mallory.receiveAll()).hasSize(PodMemory.SLOTS);
    byte[] next = scene.toMallory(1);
    assertThat(scene.dave().send(next)).isTrue();
    assertThat(mallory.awaitFrame()).isEqualTo(scene.routed(next, Scene.MALLORY));
    scene.assertOthersUnharmed();
    assertThat(scene.drops()).isEqualTo(lost);
  }
}
