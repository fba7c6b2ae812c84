package dev.heddle.benchmarks.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.benchmarks.traffic.VxlanFrames;
import org.junit.jupiter.api.Test;

class WorkTest {
  private static final int FRAME_BYTES = 64;

  @Test
  void shouldExpectTheRoutedFrameInATunnelWhenItIsEncapsulated() {
    byte[] sent = Work.ENCAPSULATE.frame(0, FRAME_BYTES);

    byte[] expected = Work.ENCAPSULATE.expected(sent);

    assertThat(expected).hasSize(FRAME_BYTES + VxlanFrames.OVERHEAD_BYTES);
    assertThat(VxlanFrames.unwrap(expected))
        .startsWith(2, 0, 0, 0, 0, 0x22, 2, 0x48, 0x45, 0x44, 0x44, 0x4c);
  }

  @Test
  void shouldExpectTheInnerFrameRoutedWhenItIsDecapsulated() {
    byte[] sent = Work.DECAPSULATE.frame(0, FRAME_BYTES);

    byte[] expected = Work.DECAPSULATE.expected(sent);

    assertThat(sent).hasSize(FRAME_BYTES + VxlanFrames.OVERHEAD_BYTES);
    assertThat(expected).isEqualTo(Work.ROUTE.expected(VxlanFrames.unwrap(sent)));
  }

  @Test
  void shouldCompareAllButTheSourcePortWhenATunnelsFrameArrives() {
    byte[] expected = Work.ENCAPSULATE.expected(Work.ENCAPSULATE.frame(0, FRAME_BYTES));
    byte[] arrived = expected.clone();
    arrived[34] = (byte) 0xc3;
    arrived[35] = 0x50;

    assertThat(Work.ENCAPSULATE.comparable(arrived)).isEqualTo(expected);
    assertThat(Work.ROUTE.comparable(arrived)).isEqualTo(arrived);
  }
}
