package dev.heddle.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class KeyTableTest {
  private record Key(long high, long low) {}

  @Test
  void shouldFindNothingWhenEmpty() {
    assertThat(KeyTable.EMPTY.get(0)).isEqualTo(KeyTable.NONE);
    assertThat(KeyTable.EMPTY.get(0, 0)).isEqualTo(KeyTable.NONE);
    assertThat(KeyTable.EMPTY.getAddress4(0)).isEqualTo(KeyTable.NONE);
  }

  @Test
  void shouldFindWhatWasPutAndNothingElseWhenKeysAreRandom() {
    SplittableRandom random = new SplittableRandom(7348);
    for (int count : new int[] {1, 2, 3, 4, 5, 100, 1000, 10_000}) {
      Map<Key, Integer> expected = new HashMap<>();
      KeyTable.Builder builder = new KeyTable.Builder(count);
      while (expected.size() < count) {
        Key key = new Key(random.nextInt(3), random.nextInt(4 * count));
        if (expected.putIfAbsent(key, expected.size()) == null) {
          builder.put(key.high, key.low, expected.get(key));
        }
      }
      KeyTable table = builder.build();
      for (long high = 0; high < 3; high++) {
        for (long low = 0; low < 4L * count; low++) {
          int number = expected.getOrDefault(new Key(high, low), KeyTable.NONE);
          assertThat(table.get(high, low)).isEqualTo(number);
        }
      }
    }
  }

  @Test
  void shouldKeepFamiliesApartWhenBothAreInOneTable() {
    KeyTable table =
        new KeyTable.Builder(3).putAddress4(-1, 1).put(-1, 2).put(0xfd00L << 48, 1, 3).build();
    assertThat(table.getAddress4(-1)).isEqualTo(1);
    assertThat(table.get(-1)).isEqualTo(2);
    assertThat(table.get(0xfd00L << 48, 1)).isEqualTo(3);
    assertThat(table.getAddress4(1)).isEqualTo(KeyTable.NONE);
  }

  @Test
  void shouldRefuseWhenKeyIsThereOrNotAnnounced() {
    KeyTable.Builder builder = new KeyTable.Builder(1).put(7, 1);
    assertThatThrownBy(() -> builder.put(7, 2)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.put(8, 2)).isInstanceOf(IllegalStateException.class);
  }
}
