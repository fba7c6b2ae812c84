package dev.heddle.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What is told of a control side that may be stuck. */
class LastKnownTest {
  private static final long PATIENCE_MS = 50;

  @Test
  void shouldTellWhatWasKnownWhileTheControlSideIsStuck() {
    CountDownLatch goOn = new CountDownLatch(1);
    boolean[] isStuck = new boolean[1];
    try (LastKnown<String> known =
        new LastKnown<>(
            "test",
            () -> {
              if (isStuck[0]) {
                await(goOn);
                return "after";
              }
              return "before";
            },
            "nothing",
            PATIENCE_MS)) {
      while (!known.get().equals("before")) {
        assertThat(known.get()).isIn("nothing", "before");
      }
      isStuck[0] = true;
      assertThat(known.get()).isEqualTo("before");
      goOn.countDown();
      while (!known.get().equals("after")) {
        assertThat(known.get()).isIn("before", "after");
      }
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
