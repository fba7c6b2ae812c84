package dev.heddle.benchmarks.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.benchmarks.traffic.SharedRings.Shape;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TrafficLoopTest {
  private static final int FRAME_BYTES = 64;
  private static final int SLOTS = 64;

  private final SharedRings source = new SharedRings(new Shape(6, 128, 256));
  private final SharedRings sink = new SharedRings(new Shape(6, 2048, SLOTS));
  private final TrafficLoop loop = new TrafficLoop(source, sink);
  private final IdleForwarder forwarder = new IdleForwarder(source, sink, FRAME_BYTES);

  TrafficLoopTest() {
    for (int buffer = 0; buffer < 256; buffer++) {
      source.fill(buffer, frame(buffer));
    }
  }

  @AfterEach
  void close() {
    source.close();
    sink.close();
  }

  @Test
  void shouldCountEveryPacketWhenIndexesWrapAround() {
    for (int turn = 0; turn < 2_000; turn++) {
      loop.offer(SLOTS);
      forwarder.poll();
      loop.drainNow();
    }

    assertThat(loop.offered()).isEqualTo(2_000L * SLOTS);
    assertThat(loop.consumed()).isEqualTo(loop.offered());
    assertThat(loop.received()).isEqualTo(loop.offered());
  }

  @Test
  void shouldSendOtherBuffersWhenThereAreMoreThanDescriptors() {
    loop.offer(SLOTS);
    forwarder.poll();
    assertThat(loop.arrived()).isEqualTo(SLOTS);
    assertThat(loop.arrivedFrame(3)).startsWith(frame(3));
    loop.drainNow();

    loop.offer(SLOTS);
    forwarder.poll();

    assertThat(loop.arrivedFrame(3)).startsWith(frame(SLOTS + 3));
  }

  @Test
  void shouldRefuseWhenTheRingHasNoRoom() {
    loop.offer(SLOTS);

    assertThatThrownBy(() -> loop.offer(1)).isInstanceOf(IllegalStateException.class);
  }

  private static byte[] frame(int number) {
    byte[] frame = new byte[FRAME_BYTES];
    frame[0] = (byte) number;
    frame[63] = (byte) (number * 7);
    return frame;
  }
}
