package dev.heddle.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** When the control side counts as stuck. */
class PulseTest {
  private final AtomicLong nowNs = new AtomicLong();
  private final Pulse pulse = new Pulse(nowNs::get);

  private void pass(long seconds) {
    nowNs.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
  }

  @Test
  void shouldBeStuckOnlyWhenOneStepTakesTooLong() {
    for (int i = 0; i < 4; i++) {
      pass(59);
      assertThat(pulse.stuck()).isEmpty();
      pulse.rests();
    }
    pulse.works("ports are opened");
    for (int i = 0; i < 4; i++) {
      pass(59);
      assertThat(pulse.stuck()).isEmpty();
      pulse.goesOn();
    }
    pass(61);
    assertThat(pulse.stuck())
        .contains("the control side has been stuck for 61 s: ports are opened");
    pulse.waits("not every worker runs revision 7");
    pass(9);
    assertThat(pulse.stuck()).isEmpty();
    pass(1);
    assertThat(pulse.stuck())
        .contains("the control side has been stuck for 10 s: not every worker runs revision 7");
    pulse.rests();
    assertThat(pulse.stuck()).isEmpty();
  }
}
