package dev.heddle.benchmarks.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.benchmarks.traffic.SharedRings.Shape;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StampedFlowTest {
  private static final int FRAME_BYTES = 64;
  private static final int PACKETS_AFTER = 100;

  private final SharedRings source = new SharedRings(new Shape(6, 2048, 64));
  private final SharedRings sink = new SharedRings(new Shape(6, 2048, 64));
  private final StampedFlow flow = new StampedFlow(source, sink, PACKETS_AFTER);
  private volatile boolean passes = true;
  private volatile boolean ended;
  private Thread peer;

  @BeforeEach
  void start() {
    for (int buffer = 0; buffer < 64; buffer++) {
      source.fill(buffer, new byte[FRAME_BYTES]);
    }
    IdleForwarder forwarder = new IdleForwarder(source, sink, FRAME_BYTES);
    peer =
        Thread.ofPlatform()
            .start(() -> {
              while (!ended) {
                if (passes) {
                  forwarder.poll();
                } else {
                  int head = RingLayout.head(source.transmitRing());
                  RingLayout.tail(source.transmitRing(), head);
                }
                LockSupport.parkNanos(1_000);
              }
            });
  }

  @AfterEach
  void close() throws InterruptedException {
    ended = true;
    peer.join();
    source.close();
    sink.close();
  }

  @Test
  void shouldCountPacketsThatPassWhenTheAnswerPromisesThatNoneDoes() throws InterruptedException {
    flow.awaitPassing();

    StampedFlow.Change change = flow.during(() -> {});

    assertThat(change.sentAfter()).isGreaterThanOrEqualTo(PACKETS_AFTER);
    assertThat(change.passedAfter()).isEqualTo(change.sentAfter());
    assertThat(change.lastArrivalNs()).isGreaterThan(change.answeredNs());
  }

  @Test
  void shouldCountNoneWhenTheChangeHoldsAtItsAnswer() throws InterruptedException {
    flow.awaitPassing();

    StampedFlow.Change change =
        flow.during(() -> {
          passes = false;
          // The peer may be about to forward one batch more.
          awaitTaken(RingLayout.tail(source.transmitRing()));
        });

    assertThat(change.sentAfter()).isGreaterThanOrEqualTo(PACKETS_AFTER);
    assertThat(change.passedAfter()).isZero();
    assertThat(change.longestGapNs()).isPositive();
  }

  @Test
  void shouldSaySoWhenTheChangeFails() {
    flow.awaitPassing();

    assertThatThrownBy(() ->
            flow.during(() -> {
              throw new IllegalArgumentException("refused");
            }))
        .hasRootCauseMessage("refused");
  }

  private void awaitTaken(int tail) {
    while (((RingLayout.tail(source.transmitRing()) - tail) & RingLayout.INDEX_MASK) < 8) {
      Thread.onSpinWait();
    }
  }
}
