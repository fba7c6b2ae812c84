package dev.heddle.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.observe.DropReason;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two workers that send to the same pods at the same time. */
class TwoWorkersTest {
  private static final int LOG2_SLOTS = 9;
  private static final int MAX_IN_FLIGHT = 300;
  private static final int PACKETS = 200_000;
  private static final int BURST = 64;

  @TempDir private Path directory;

  @Test
  void shouldLoseNothingWhenBothSendToOneSingleQueuePod() throws Exception {
    try (Pods pods = new Pods(directory, LOG2_SLOTS)) {
      while (pods.sent() < PACKETS) {
        burst(pods, 0, 2, 2);
        burst(pods, 1, 2, 2);
        pods.drain(2, false);
      }
      drainAll(pods, 2);

      pods.awaitBalance();
      assertThat(pods.received(0, 2)).isEqualTo(pods.sent(0, 2)).isPositive();
      assertThat(pods.received(1, 2)).isEqualTo(pods.sent(1, 2)).isPositive();
    }
  }

  @Test
  void shouldLoseNothingWhenPacketsCrossFromOneWorkersPodsToTheOthers() throws Exception {
    try (Pods pods = new Pods(directory, LOG2_SLOTS)) {
      // Each batch goes to both rings, in opposite orders: neither worker may hold one and wait.
      while (pods.sent() < PACKETS) {
        burst(pods, 0, 2, 3);
        burst(pods, 1, 3, 2);
        pods.drain(2, false);
        pods.drain(3, false);
      }
      drainAll(pods, 2, 3);

      pods.awaitBalance();
      assertThat(pods.received()).isEqualTo(pods.sent());
      assertThat(pods.received(0, 3)).isPositive();
      assertThat(pods.received(1, 2)).isPositive();
    }
  }

  @Test
  void shouldAccountForEveryPacketWhenReceiversAreTooSlow() throws Exception {
    try (Pods pods = new Pods(directory, LOG2_SLOTS)) {
      for (int turn = 0; pods.sent() < PACKETS; turn++) {
        flood(pods, 0, 2);
        flood(pods, 1, 2);
        flood(pods, 3, 0);
        if (turn % 3 == 0) {
          pods.drain(2, true);
          pods.drain(0, true);
        }
      }
      pods.awaitBalance();
      pods.drain(2, true);
      pods.drain(0, true);

      for (int pod : new int[] {0, 2}) {
        long sent = pods.sent(0, pod) + pods.sent(1, pod) + pods.sent(3, pod);
        long received = pods.received(0, pod) + pods.received(1, pod) + pods.received(3, pod);
        assertThat(received + pods.dropped(pod, DropReason.TX_RING_FULL)).isEqualTo(sent);
      }
    }
  }

  @Test
  void shouldDropOnlyItsOwnPacketsWhenPeerNeverDrains() throws Exception {
    try (Pods pods = new Pods(directory, LOG2_SLOTS)) {
      while (pods.sent() < PACKETS) {
        long toOthers = pods.sent(0, 2) + pods.sent(1, 3);
        if (toOthers - pods.received() < MAX_IN_FLIGHT) {
          burst(pods, 0, 4, 2);
          burst(pods, 1, 3, 4);
        }
        pods.drain(2, false);
        pods.drain(3, false);
      }
      pods.awaitBalance();
      pods.drain(2, false);
      pods.drain(3, false);

      assertThat(pods.received(0, 2)).isEqualTo(pods.sent(0, 2));
      assertThat(pods.received(1, 3)).isEqualTo(pods.sent(1, 3));
      assertThat(pods.dropped(4, DropReason.TX_RING_FULL))
          .isEqualTo(pods.sent(0, 4) + pods.sent(1, 4) - (1 << LOG2_SLOTS));
      for (int pod : new int[] {0, 1, 2, 3, 5}) {
        assertThat(pods.dropped(pod, DropReason.TX_RING_FULL)).isZero();
      }
    }
  }

  /** Sends by turns to two pods, unless too much is under way already. */
  private static void burst(Pods pods, int from, int first, int second) {
    boolean ignoresBacklog = first == 4 || second == 4;
    for (int i = 0; i < BURST; i++) {
      if (ignoresBacklog || pods.sent() - pods.received() < MAX_IN_FLIGHT) {
        pods.fill(from, i % 2 == 0 ? first : second);
      }
    }
    pods.publish(from);
  }

  private static void flood(Pods pods, int from, int to) {
    int packets = 0;
    while (packets++ < BURST && pods.fill(from, to)) {
      // As many as fit.
    }
    pods.publish(from);
  }

  private static void drainAll(Pods pods, int... receivers) {
    Pods.await(() -> {
      for (int pod : receivers) {
        pods.drain(pod, false);
      }
      return pods.received() == pods.sent();
    });
  }
}
