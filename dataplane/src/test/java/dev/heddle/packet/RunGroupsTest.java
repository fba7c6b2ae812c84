package dev.heddle.packet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Packets of one egress and version stay in order and keep all that is known of them. */
class RunGroupsTest {
  private static final int INTERFACES = 300;
  private static final int ROUNDS = 2_000;

  private final Random random = new Random(6);
  private final RunGroups groups = new RunGroups(INTERFACES);
  private final Batch batch = new Batch();

  /** Fills every column with a value that names the packet. */
  private void fill(int count, int egresses) {
    batch.count = count;
    batch.hasOffloads = random.nextBoolean();
    for (int i = 0; i < count; i++) {
      batch.frame[i] = i;
      batch.lengthBytes[i] = i;
      batch.destinationBytes4[i] = i;
      batch.destination4[i] = i;
      batch.destination6High[i] = random.nextInt(2) * (i + 1L);
      batch.destination6Low[i] = i;
      batch.route[i] = i;
      batch.hop[i] = i;
      batch.offload[i] = i;
      batch.egress[i] = random.nextInt(Batch.NO_EGRESS, egresses);
    }
  }

  private void assertSamePacketInAllColumns(int i) {
    long packet = batch.frame[i];
    assertThat(batch.lengthBytes[i]).isEqualTo((int) packet);
    assertThat(batch.destinationBytes4[i]).isEqualTo(packet);
    assertThat(batch.destination6High[i]).isIn(0L, packet + 1);
    assertThat(batch.destination6Low[i]).isEqualTo(packet);
    assertThat(batch.route[i]).isEqualTo((int) packet);
    assertThat(batch.hop[i]).isEqualTo((int) packet);
    if (batch.hasOffloads) {
      assertThat(batch.offload[i]).isEqualTo(packet);
    }
  }

  private String kind(int i) {
    return batch.egress[i] + " " + (batch.destination6High[i] == 0);
  }

  @Test
  void shouldMakeOneRunOfEachEgressWhenBatchGoesToManyInTurn() {
    for (int round = 0; round < ROUNDS; round++) {
      int egresses = random.nextInt(4, INTERFACES);
      fill(random.nextInt(128, Batch.CAPACITY + 1), egresses);
      int[] egressBefore = batch.egress.clone();

      groups.group(batch);

      Set<String> finished = new HashSet<>();
      List<Long> packets = new ArrayList<>();
      for (int i = 0; i < batch.count; i++) {
        assertSamePacketInAllColumns(i);
        long packet = batch.frame[i];
        packets.add(packet);
        assertThat(batch.egress[i]).isEqualTo(egressBefore[(int) packet]);
        if (i > 0 && kind(i).equals(kind(i - 1))) {
          assertThat(packet).isGreaterThan(batch.frame[i - 1]);
        } else {
          assertThat(finished.add(kind(i))).isTrue();
        }
      }
      assertThat(new HashSet<>(packets)).hasSize(batch.count);
    }
  }

  @Test
  void shouldLeaveBatchAsItIsWhenRunsAreLong() {
    fill(Batch.CAPACITY, 2);
    Arrays.fill(batch.destination6High, 0);
    for (int i = 0; i < Batch.CAPACITY; i++) {
      batch.egress[i] = i / 8 % 2;
    }

    groups.group(batch);

    for (int i = 0; i < Batch.CAPACITY; i++) {
      assertThat(batch.frame[i]).isEqualTo(i);
      assertThat(batch.egress[i]).isEqualTo(i / 8 % 2);
    }
  }

  /** A batch of one is what a quiet worker sees: nothing may be done to it that costs time. */
  @Test
  void shouldLeaveBatchAsItIsWhenItIsOneRun() {
    for (int count = 1; count < 8; count++) {
      fill(count, 2);
      Arrays.fill(batch.egress, 1);
      Arrays.fill(batch.destination6High, 0);
      batch.frame[0] = 77;

      groups.group(batch);

      assertThat(batch.frame[0]).isEqualTo(77);
      assertThat(batch.egress).startsWith(1);
    }
  }
}
