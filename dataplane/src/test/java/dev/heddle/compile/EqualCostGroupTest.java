package dev.heddle.compile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.table.NextHops;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EqualCostGroupTest {
  private static long[] shares(int[] hops, int[] weights) {
    int[] group = EqualCostGroup.layOut(hops, weights);
    assertThat(group[0]).isEqualTo(group.length - 1).isLessThanOrEqualTo(4096);
    assertThat(Integer.bitCount(group[0])).isEqualTo(1);
    return Arrays.stream(hops)
        .mapToLong(hop -> {
          long slots = 0;
          for (int flow = 0; flow < group[0]; flow++) {
            slots += NextHops.ecmpMember(group, 0, flow) == hop ? 1 : 0;
          }
          return slots;
        })
        .toArray();
  }

  @Test
  void shouldShareExactlyWhenWeightsSumToAPowerOfTwo() {
    assertThat(shares(new int[] {5, 6}, new int[] {3, 1})).containsExactly(3, 1);
    assertThat(shares(new int[] {5}, new int[] {1})).containsExactly(1);
  }

  @Test
  void shouldShareNearlyWhenWeightsDoNotDivideEvenly() {
    assertThat(shares(new int[] {5, 6, 7}, new int[] {1, 1, 1})).containsExactly(21, 22, 21);
  }

  @Test
  void shouldGiveEachMemberASlotAndItsShareWhateverTheWeights() {
    Random random = new Random(7);
    for (int round = 0; round < 500; round++) {
      int[] hops = random.ints(0, 1 << 20).distinct().limit(1 + random.nextInt(64)).toArray();
      int[] weights = random.ints(hops.length, 1, 257).toArray();
      long[] shares = shares(hops, weights);
      long slots = Arrays.stream(shares).sum();
      long sum = Arrays.stream(weights).sum();
      for (int i = 0; i < hops.length; i++) {
        assertThat(shares[i]).isPositive();
        assertThat((double) shares[i])
            .isBetween(
                (double) weights[i] * slots / sum - 64, (double) weights[i] * slots / sum + 64);
      }
    }
  }
}
