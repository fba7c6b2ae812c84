package dev.heddle.hostile;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A pod of either role that changes headers while they are checked and forwarded, from one valid
 * packet to another: addresses and lengths are changed such that the checksum stays right.
 */
class HeaderChangeIT {
  private static final int FRAMES = 100_000;
  private static final int BURST = PodMemory.SLOTS / 2;
  private static final int VICTIMS_FRAMES = 2_000;
  private static final int FRAME_BYTES = 1294;
  private static final int SHORT_FRAME_BYTES = 64;

  /** Total length and identification of an IPv4 header, and the six bytes around them. */
  private static final int LENGTH_AND_ID_OFFSET = 14 + 2;

  /** The low half of the source, and the destination, of an IPv4 header. */
  private static final int LOW_SOURCE_AND_DESTINATION_OFFSET = 14 + 12;

  private Scene scene;
  private Pod mallory;
  private int arrived;

  private void start(boolean isServer) {
    scene = new Scene(isServer);
    mallory = scene.connectHostile();
    mallory.awaitSent();
  }

  @AfterEach
  void stop() {
    mallory.close();
    scene.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldDeliverOnlyWhereTheDeliveredHeaderSaysWhenAddressesChange(boolean isServer) {
    start(isServer);
    byte[] toDave = frame(Scene.MALLORY, Scene.DAVE);
    byte[] toErin = frame(Scene.MALLORY_ALSO, Scene.ERIN);
    Map<Pod, byte[]> expected = new HashMap<>();
    expected.put(scene.dave(), scene.routed(toDave, Scene.DAVE));
    expected.put(scene.erin(), scene.routed(toErin, Scene.ERIN));
    sendWhileChanging(
        toDave,
        toErin,
        LOW_SOURCE_AND_DESTINATION_OFFSET,
        (pod, frame) -> Arrays.equals(frame, expected.get(pod)));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldDeliverAsLongAPacketAsItsHeaderSaysWhenLengthsChange(boolean isServer) {
    start(isServer);
    byte[] longer = frame(Scene.MALLORY, Scene.DAVE);
    byte[] shorter = longer.clone();
    int length = FRAME_BYTES - 14;
    int shortLength = SHORT_FRAME_BYTES - 14;
    // Length and identification change places, so that their sum stays.
    putShort(longer, LENGTH_AND_ID_OFFSET, length);
    putShort(longer, LENGTH_AND_ID_OFFSET + 2, shortLength);
    putShort(shorter, LENGTH_AND_ID_OFFSET, shortLength);
    putShort(shorter, LENGTH_AND_ID_OFFSET + 2, length);
    Frames.setChecksum(longer);
    Frames.setChecksum(shorter);
    byte[] routedLonger = scene.routed(longer, Scene.DAVE);
    byte[] routedShorter = Arrays.copyOf(scene.routed(shorter, Scene.DAVE), SHORT_FRAME_BYTES);
    sendWhileChanging(
        longer,
        shorter,
        LENGTH_AND_ID_OFFSET,
        (pod, frame) -> Arrays.equals(frame, routedLonger) || Arrays.equals(frame, routedShorter));
  }

  private interface Judge {
    boolean isRight(Pod receiver, byte[] frame);
  }

  private void sendWhileChanging(byte[] one, byte[] other, int offset, Judge judge) {
    MemorySegment[] buffers = fillAll(one);
    long oneWord = word(one, offset);
    long otherWord = word(other, offset);
    try (Flipper flipper =
        new Flipper(() -> {
          overwriteAll(buffers, offset, otherWord);
          overwriteAll(buffers, offset, oneWord);
        })) {
      flipper.awaitMore(1);
      for (int sent = 0; sent < FRAMES; sent += BURST) {
        int burst = Math.min(BURST, FRAMES - sent);
        for (int ahead = 0; ahead < burst; ahead++) {
          describe(ahead, one.length);
        }
        mallory.publish(burst);
        takeAll(judge);
        mallory.awaitSent();
      }
    }
    Await.until(
        "all is accounted for",
        () -> {
          takeAll(judge);
          return arrived + scene.drops() == FRAMES;
        });
    assertThat(arrived).isPositive();
    scene.victims().awaitMore(VICTIMS_FRAMES);
    scene.assertOthersUnharmed();
  }

  /** Writes a frame to every buffer that frames are sent from; returns these buffers. */
  private MemorySegment[] fillAll(byte[] frame) {
    MemorySegment[] buffers = new MemorySegment[PodMemory.SLOTS];
    for (int ahead = 0; ahead < buffers.length; ahead++) {
      mallory.fill(ahead, frame);
      int index = mallory.sendIndex() + ahead;
      MemorySegment region = mallory.region(mallory.toDaemon().region(index)).segment();
      buffers[ahead] = region.asSlice(mallory.toDaemon().offset(index), frame.length);
    }
    return buffers;
  }

  /** Fills a descriptor anew: as a client, the daemon has offered its buffer since. */
  private void describe(int ahead, int bytes) {
    WireRing ring = mallory.toDaemon();
    int index = mallory.sendIndex() + ahead;
    mallory.describe(ahead, 0, ring.region(index), bytes, (int) ring.offset(index));
  }

  private static void overwriteAll(MemorySegment[] buffers, int offset, long word) {
    for (MemorySegment buffer : buffers) {
      buffer.set(JAVA_LONG_UNALIGNED, offset, word);
    }
  }

  private void takeAll(Judge judge) {
    for (Pod pod : new Pod[] {scene.dave(), scene.erin()}) {
      for (byte[] frame : pod.receiveAll()) {
        if (!judge.isRight(pod, frame)) {
          assertThat(frame).as("frame that no check has passed").isNull();
        }
        arrived++;
      }
    }
  }

  private byte[] frame(Frames.Address from, Frames.Address to) {
    return Frames.udp(scene.routerMac(), from, to, 1, FRAME_BYTES);
  }

  private static long word(byte[] frame, int offset) {
    return MemorySegment.ofArray(frame).get(JAVA_LONG_UNALIGNED, offset);
  }

  private static void putShort(byte[] frame, int offset, int value) {
    MemorySegment.ofArray(frame).set(JAVA_BYTE, offset, (byte) (value >>> 8));
    MemorySegment.ofArray(frame).set(JAVA_BYTE, offset + 1, (byte) value);
  }
}
