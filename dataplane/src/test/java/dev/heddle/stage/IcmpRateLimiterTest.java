package dev.heddle.stage;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IcmpRateLimiterTest {
  private static final long SECOND_NS = 1_000_000_000L;

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MAX_VALUE - 5, Long.MIN_VALUE})
  void shouldAllowBurstAndThenRateWhenErrorsNeverEnd(long startNs) {
    IcmpRateLimiter limiter = new IcmpRateLimiter(2, startNs);
    assertThat(takenAt(limiter, startNs)).isEqualTo(IcmpRateLimiter.BURST_ERRORS);
    int taken = 0;
    for (long ns = 1_000; ns <= SECOND_NS; ns += 1_000) {
      taken += limiter.tryTake(0, startNs + ns) ? 1 : 0;
    }
    assertThat(taken).isEqualTo(IcmpRateLimiter.ERRORS_PER_SECOND);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 60, 1_000_000})
  void shouldSaveNoMoreThanBurstWhenQuietForSeconds(long seconds) {
    IcmpRateLimiter limiter = new IcmpRateLimiter(1, 0);
    takenAt(limiter, 0);
    assertThat(takenAt(limiter, seconds * SECOND_NS)).isEqualTo(IcmpRateLimiter.BURST_ERRORS);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 30})
  void shouldRefillOneTokenPerMillisecondWhenPaused(int milliseconds) {
    IcmpRateLimiter limiter = new IcmpRateLimiter(2, 0);
    takenAt(limiter, 0);
    assertThat(takenAt(limiter, milliseconds * IcmpRateLimiter.NS_PER_ERROR))
        .isEqualTo(milliseconds);
    assertThat(limiter.tryTake(1, 0)).as("another interface's bucket").isTrue();
  }

  private static int takenAt(IcmpRateLimiter limiter, long nowNs) {
    int taken = 0;
    while (limiter.tryTake(0, nowNs)) {
      taken++;
    }
    return taken;
  }
}
