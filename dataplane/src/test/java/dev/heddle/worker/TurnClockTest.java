package dev.heddle.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.observe.WorkerCounters;
import java.lang.foreign.Arena;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How long a worker is told to have been busy. */
class TurnClockTest {
  private final Arena arena = Arena.ofShared();
  private final TurnClock clock = new TurnClock(WorkerCounters.scratch(arena, 1));

  @AfterEach
  void stop() {
    arena.close();
  }

  private void assertAt(long nowNs, long busyNs, long idleNs) {
    assertThat(clock.busyNs(nowNs)).isEqualTo(busyNs);
    assertThat(clock.idleNs(nowNs)).isEqualTo(idleNs);
  }

  @Test
  void shouldTellAWorkerThatIsBusyOrIdleAllTheTime() {
    clock.start(1_000);
    assertAt(1_000, 0, 0);
    assertAt(1_500, 0, 500);
    clock.change(true, 1_700);
    assertAt(1_700, 0, 700);
    assertAt(9_700, 8_000, 700);
    clock.change(false, 9_700);
    assertAt(9_700, 8_000, 700);
    assertAt(10_000, 8_000, 1_000);
  }
}
