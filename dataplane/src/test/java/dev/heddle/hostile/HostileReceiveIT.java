package dev.heddle.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.observe.DropReason;
import dev.heddle.port.memif.LinkFault;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client pod writes into the ring that we take packets from, as a server. */
class HostileReceiveIT {
  private static final int ROUNDS = 200;
  private static final int VICTIMS_FRAMES = 2_000;
  private static final int REGION_BYTES = (int) PodMemory.BYTES;
  private static final int LONGEST_FRAME_BYTES = 9230;

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

  /** A bad descriptor, and the name that its drop must have. */
  private record Bad(DropReason reason, int flags, int region, int length, int offset) {}

  static Stream<Bad> badDescriptors() {
    return Stream.of(
        new Bad(DropReason.RX_BAD_REGION, 0, 1, 64, 0),
        new Bad(DropReason.RX_BAD_REGION, 0, 0x7fff, 64, 0),
        new Bad(DropReason.RX_BAD_REGION, 0, 0xffff, 64, 0),
        new Bad(DropReason.RX_BAD_RANGE, 0, 0, 64, REGION_BYTES - 63),
        new Bad(DropReason.RX_BAD_RANGE, 0, 0, 64, REGION_BYTES),
        new Bad(DropReason.RX_BAD_RANGE, 0, 0, LONGEST_FRAME_BYTES, REGION_BYTES - 4096),
        new Bad(DropReason.RX_BAD_RANGE, 0, 0, 64, -1),
        new Bad(DropReason.RX_BAD_RANGE, 0, 0, 64, -64),
        new Bad(DropReason.RX_BAD_RANGE, 0, 0, 64, Integer.MAX_VALUE),
        new Bad(DropReason.RX_BAD_RANGE, 0, 0, 64, Integer.MIN_VALUE),
        new Bad(DropReason.RX_BAD_LENGTH, 0, 0, 0, 0),
        new Bad(DropReason.RX_BAD_LENGTH, 0, 0, LONGEST_FRAME_BYTES + 1, 0),
        new Bad(DropReason.RX_BAD_LENGTH, 0, 0, Integer.MAX_VALUE, 0),
        new Bad(DropReason.RX_BAD_LENGTH, 0, 0, Integer.MIN_VALUE, 0),
        new Bad(DropReason.RX_BAD_LENGTH, 0, 0, -1, 0),
        new Bad(DropReason.RX_BAD_LENGTH, 0, 0, -64, 64));
  }

  @ParameterizedTest
  @MethodSource("badDescriptors")
  void shouldDropAndPassTheNeighboursWhenADescriptorIsBad(Bad bad) {
    for (int round = 0; round < ROUNDS; round++) {
      byte[] before = scene.fromMallory(Scene.DAVE, 2 * round);
      byte[] after = scene.fromMallory(Scene.DAVE, 2 * round + 1);
      mallory.fill(0, before);
      mallory.describe(1, bad.flags(), bad.region(), bad.length(), bad.offset());
      mallory.fill(2, after);
      mallory.publish(3);
      assertDaveGets(scene.routed(before, Scene.DAVE), scene.routed(after, Scene.DAVE));
    }
    Await.until("bad descriptors are counted", () -> scene.dropped(bad.reason()) == ROUNDS);
    Await.until("all is counted", () -> received() == 3 * ROUNDS);
    scene.victims().awaitMore(VICTIMS_FRAMES);
    scene.assertOthersUnharmed();
    assertThat(scene.drops()).isEqualTo(ROUNDS);
  }

  /** Dave gets exactly these, in this order. */
  private void assertDaveGets(byte[]... expected) {
    for (byte[] frame : expected) {
      assertThat(scene.dave().awaitFrame()).isEqualTo(frame);
    }
  }

  static Stream<Arguments> badChains() {
    return Stream.of(
        Arguments.of("endless", PodMemory.SLOTS, 64, true),
        Arguments.of("truncated", 3, 64, true),
        Arguments.of("longer than a packet", 10, 2048, false),
        Arguments.of("of empty pieces", 5, 0, false));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badChains")
  void shouldDropAndGoOnWhenAChainIsBad(
      String name, int descriptors, int pieceBytes, boolean isOpenEnded) {
    for (int round = 0; round < ROUNDS; round++) {
      for (int piece = 0; piece < descriptors; piece++) {
        boolean isLast = piece == descriptors - 1;
        int flags = isLast && !isOpenEnded ? 0 : WireRing.NEXT;
        int offset = PodMemory.toDaemonOffset(mallory.sendIndex() + piece);
        mallory.describe(piece, flags, 0, pieceBytes, offset);
      }
      mallory.publish(descriptors);
      mallory.awaitSent();
      byte[] after = scene.fromMallory(Scene.DAVE, round);
      assertThat(mallory.send(after)).isTrue();
      assertDaveGets(scene.routed(after, Scene.DAVE));
    }
    scene.victims().awaitMore(VICTIMS_FRAMES);
    scene.assertOthersUnharmed();
    assertThat(dropsOfDescriptors()).isEqualTo(received() - ROUNDS);
    assertThat(dropsOfDescriptors()).isGreaterThanOrEqualTo(ROUNDS);
  }

  /** Packets taken from mallory, but for the one that asked for its gateway. */
  private long received() {
    return scene.counted("rx-packets") - 1;
  }

  private long dropsOfDescriptors() {
    return scene.dropped(DropReason.RX_BAD_CHAIN) + scene.dropped(DropReason.RX_BAD_LENGTH);
  }

  @Test
  void shouldPassWhenAChainIsProper() {
    byte[] frame = Frames.udp(scene.routerMac(), Scene.MALLORY, Scene.DAVE, 1, 1500);
    int pieceBytes = 500;
    for (int piece = 0; piece < 3; piece++) {
      byte[] bytes = Arrays.copyOfRange(frame, piece * pieceBytes, (piece + 1) * pieceBytes);
      mallory.fill(piece, bytes);
      int index = mallory.sendIndex() + piece;
      int flags = piece < 2 ? WireRing.NEXT : 0;
      mallory.describe(piece, flags, 0, pieceBytes, PodMemory.toDaemonOffset(index));
    }
    mallory.publish(3);
    assertDaveGets(scene.routed(frame, Scene.DAVE));
    scene.assertOthersUnharmed();
  }

  @Test
  void shouldGoOnWhenOurOwnIndexIsOverwritten() {
    for (int round = 0; round < ROUNDS; round++) {
      byte[] frame = scene.fromMallory(Scene.DAVE, round);
      mallory.toDaemon().setTail(round * 7919);
      mallory.fill(0, frame);
      mallory.publish(1);
      assertDaveGets(scene.routed(frame, Scene.DAVE));
    }
    scene.assertOthersUnharmed();
    assertThat(scene.drops()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {PodMemory.SLOTS + 1, 0x7fff, 0x8000, 0xffff})
  void shouldDisconnectWhenTheHeadJumps(int descriptors) {
    for (int round = 1; round <= 5; round++) {
      int faults = round;
      mallory.publish(descriptors);
      mallory.control().awaitEnd();
      Await.until("the fault is counted", () -> scene.happened(LinkFault.INDEX_JUMP) == faults);
      mallory.close();
      mallory = (ClientPod) scene.connectHostile();
      byte[] frame = scene.fromMallory(Scene.DAVE, round);
      mallory.send(frame);
      assertDaveGets(scene.routed(frame, Scene.DAVE));
    }
    scene.victims().awaitMore(VICTIMS_FRAMES);
    scene.assertOthersUnharmed();
  }
}
