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

/** What a server pod writes into rings that are ours, in both directions. */
class HostileServerIT {
  private static final int ROUNDS = 200;
  private static final int VICTIMS_FRAMES = 2_000;
  private static final int SLOTS = PodMemory.SLOTS;

  private Scene scene;
  private ServerPod mallory;

  @BeforeEach
  void start() {
    scene = new Scene(true);
    mallory = (ServerPod) scene.connectHostile();
    Await.until("the daemon offers buffers", mallory::isAllTaken);
  }

  @AfterEach
  void stop() {
    mallory.close();
    scene.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2049, 9216, 65_536, Integer.MAX_VALUE, Integer.MIN_VALUE, -1})
  void shouldDropAndPassTheNeighboursWhenALengthIsBad(int length) {
    for (int round = 0; round < ROUNDS; round++) {
      byte[] before = scene.fromMallory(Scene.DAVE, 2 * round);
      byte[] after = scene.fromMallory(Scene.DAVE, 2 * round + 1);
      mallory.fill(0, before);
      describeNextButOne(0, length);
      mallory.fill(2, after);
      mallory.publish(3);
      assertDaveGets(before, after);
      mallory.awaitSent();
    }
    Await.until("bad lengths are counted", () -> dropped(DropReason.RX_BAD_LENGTH) == ROUNDS);
    finish();
    assertThat(scene.drops()).isEqualTo(ROUNDS);
  }

  private void describeNextButOne(int flags, int length) {
    int index = mallory.sendIndex() + 1;
    WireRing ring = mallory.toDaemon();
    mallory.describe(1, flags, ring.region(index), length, (int) ring.offset(index));
  }

  /** A bad place for a buffer. */
  private record Bad(int region, int offset) {}

  static Stream<Bad> badPlaces() {
    return Stream.of(new Bad(1, 0), new Bad(0xffff, 0), new Bad(0, -1), new Bad(0, 1 << 30));
  }

  /** The buffers are ours: what the server says about their place is not even looked at. */
  @ParameterizedTest
  @MethodSource("badPlaces")
  void shouldReadItsOwnBuffersWhenTheServerNamesOthers(Bad bad) {
    for (int round = 0; round < ROUNDS; round++) {
      byte[] frame = scene.fromMallory(Scene.DAVE, round);
      mallory.fill(0, frame);
      mallory.describe(0, 0, bad.region(), frame.length, bad.offset());
      mallory.publish(1);
      assertDaveGets(frame);
      mallory.awaitSent();
    }
    finish();
    assertThat(scene.drops()).isZero();
  }

  @ParameterizedTest
  @MethodSource("badPlaces")
  void shouldWriteItsOwnBuffersWhenTheServerNamesOthers(Bad bad) {
    for (int round = 0; round < ROUNDS; round++) {
      for (int slot = 0; slot < SLOTS; slot++) {
        mallory.fromDaemon().describe(slot, WireRing.NEXT, bad.region(), -1, bad.offset());
      }
      byte[] frame = scene.toMallory(round);
      assertThat(scene.dave().send(frame)).isTrue();
      assertThat(mallory.awaitFrame()).isEqualTo(scene.routed(frame, Scene.MALLORY));
    }
    finish();
    assertThat(scene.drops()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {SLOTS, 3})
  void shouldDropAndGoOnWhenAChainHasNoEnd(int descriptors) {
    for (int round = 0; round < ROUNDS; round++) {
      for (int piece = 0; piece < descriptors; piece++) {
        int index = mallory.sendIndex() + piece;
        int offset = (int) mallory.toDaemon().offset(index);
        mallory.describe(piece, WireRing.NEXT, 0, 64, offset);
      }
      mallory.publish(descriptors);
      mallory.awaitSent();
      byte[] after = scene.fromMallory(Scene.DAVE, round);
      assertThat(mallory.send(after)).isTrue();
      assertDaveGets(after);
      mallory.awaitSent();
    }
    assertThat(dropped(DropReason.RX_BAD_CHAIN)).isGreaterThanOrEqualTo(ROUNDS);
    finish();
  }

  @ParameterizedTest
  @ValueSource(ints = {SLOTS + 1, 0x7fff, 0x8000, 0xffff})
  void shouldDisconnectWhenTheTailOfTheReceiveRingJumps(int descriptors) {
    for (int round = 1; round <= 5; round++) {
      mallory.publish(descriptors);
      assertCutOff(round);
    }
    finish();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 0x7fff, 0x8000, 0xff00 - 1})
  void shouldDisconnectWhenTheTailOfTheTransmitRingJumps(int ahead) {
    for (int round = 1; round <= 5; round++) {
      mallory.fromDaemon().setTail(mallory.fromDaemon().head() + ahead);
      assertThat(scene.dave().send(scene.toMallory(round))).isTrue();
      assertCutOff(round);
    }
    finish();
  }

  private void assertCutOff(int faults) {
    mallory.control().awaitEnd();
    Await.until("the fault is counted", () -> scene.happened(LinkFault.INDEX_JUMP) == faults);
    mallory.close();
    mallory = (ServerPod) scene.connectHostile();
    Await.until("the daemon offers buffers", mallory::isAllTaken);
    byte[] frame = scene.fromMallory(Scene.DAVE, faults);
    assertThat(mallory.send(frame)).isTrue();
    assertDaveGets(frame);
  }

  @Test
  void shouldGoOnWhenOurOwnIndexesAreOverwritten() {
    for (int round = 0; round < ROUNDS; round++) {
      mallory.toDaemon().setHead(round * 7919);
      mallory.fromDaemon().setHead(round * 104_729);
      byte[] frame = scene.fromMallory(Scene.DAVE, round);
      mallory.fill(0, frame);
      mallory.publish(1);
      assertDaveGets(frame);
      int expectedHead = mallory.sendIndex() + SLOTS;
      Await.until("the daemon offers buffers", () -> mallory.toDaemon().head() == expectedHead);
      assertThat(scene.dave().send(scene.toMallory(round))).isTrue();
      int nextHead = mallory.receiveIndex() + 1;
      Await.until("the frame comes", () -> mallory.fromDaemon().head() == nextHead);
      mallory.receive();
    }
    finish();
    assertThat(scene.drops()).isZero();
  }

  @Test
  void shouldDropOnlyItsOwnPacketsWhenThePeerNeverDrains() {
    int frames = 10 * SLOTS;
    for (int sent = 0; sent < frames; sent++) {
      scene.dave().awaitSend(scene.toMallory(sent));
    }
    long lost = frames - SLOTS;
    Await.until("the rest is dropped", () -> dropped(DropReason.TX_RING_FULL) == lost);
    scene.victims().awaitMore(VICTIMS_FRAMES);
    assertThat(mallory.receiveAll()).hasSize(SLOTS);
    finish();
    assertThat(scene.drops()).isEqualTo(lost);
  }

  private long dropped(DropReason reason) {
    return scene.dropped(reason);
  }

  private void assertDaveGets(byte[]... sent) {
    for (byte[] frame : sent) {
      assertThat(scene.dave().awaitFrame()).isEqualTo(scene.routed(frame, Scene.DAVE));
    }
  }

  private void finish() {
    scene.victims().awaitMore(VICTIMS_FRAMES);
    scene.assertOthersUnharmed();
  }
}
