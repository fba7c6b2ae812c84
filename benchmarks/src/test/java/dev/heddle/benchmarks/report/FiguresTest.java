package dev.heddle.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class FiguresTest {
  @Test
  void shouldTakeTheMiddleValueWhenTheirNumberIsOdd() {
    assertThat(Figures.median(3, 1, 2)).isEqualTo(2);
  }

  @Test
  void shouldTakeTheMeanOfTheMiddleTwoWhenTheirNumberIsEven() {
    assertThat(Figures.median(4, 1, 2, 3)).isEqualTo(2.5);
  }

  @Test
  void shouldRefuseWhenThereIsNoValue() {
    assertThatThrownBy(Figures::median).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldNameSmallestAndGreatestWhenAskedForTheSpread() {
    assertThat(Figures.spread(1.25, 1.0625, 1.5)).isEqualTo("1.0625..1.5");
  }

  @Test
  void shouldWriteWithoutExponentWhenAValueIsLargeOrSmall() {
    assertThat(Figures.plain(71_692_544)).isEqualTo("71692544");
    assertThat(Figures.plain(0.00023696)).isEqualTo("0.00023696");
    assertThat(Figures.plain(37.5999999)).isEqualTo("37.6");
    assertThat(Figures.plain(0)).isEqualTo("0");
    assertThat(Figures.plain(4000)).isEqualTo("4000");
  }
}
