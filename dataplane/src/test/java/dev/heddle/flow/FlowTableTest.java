package dev.heddle.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.wire.IpProtocol;
import dev.heddle.wire.Tcp;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The flow table, from one thread and from several. */
class FlowTableTest {
  private static final int CAPACITY = 1 << 12;

  private final FlowTable table = new FlowTable(CAPACITY, 99, 0);
  private final FlowCursor cursor = new FlowCursor(table);

  @AfterEach
  void close() {
    table.close();
  }

  private static void aim(FlowCursor cursor, int number, boolean reversed, int vrf) {
    int pair = reversed ? 80 << 16 | number & 0xffff : (number & 0xffff) << 16 | 80;
    long client = 0xac13_000aL + (number >>> 16);
    long server = 0xac13_0102L;
    long from = reversed ? server : client;
    long to = reversed ? client : server;
    aim(cursor, from, to, pair, IpProtocol.TCP, vrf);
  }

  private static void aim(FlowCursor cursor, long from, long to, int pair, int protocol, int vrf) {
    long hash = cursor.hash(0, from, 0, to, pair, protocol, FlowCursor.KIND_IP4, vrf);
    cursor.aim(0, from, 0, to, pair, protocol, FlowCursor.KIND_IP4, vrf, hash);
  }

  private void addFlow(int number, int vrf, int second) {
    aim(cursor, number, false, vrf);
    assertThat(cursor.insert(number, second)).isTrue();
  }

  @Test
  void shouldFindAFlowFromBothSidesInItsNetworkOnly() {
    addFlow(5, 3, 0);
    aim(cursor, 5, false, 3);
    assertThat(cursor.find()).isTrue();
    assertThat(cursor.isReversed()).isFalse();
    assertThat(cursor.generations()).isEqualTo(5);
    aim(cursor, 5, true, 3);
    assertThat(cursor.find()).isTrue();
    assertThat(cursor.isReversed()).isTrue();
    aim(cursor, 5, false, 4);
    assertThat(cursor.find()).isFalse();
    aim(cursor, 6, false, 3);
    assertThat(cursor.find()).isFalse();
    aim(cursor, 0xac13_000aL, 0xac13_0102L, 5 << 16 | 80, IpProtocol.UDP, 3);
    assertThat(cursor.find()).isFalse();
    assertThat(table.flows(3)).isOne();
    assertThat(table.flows(4)).isZero();
  }

  @Test
  void shouldTimeOutByPhase() {
    Map<Integer, Integer> timeouts = new HashMap<>();
    timeouts.put(0, FlowPhase.UNANSWERED_S);
    timeouts.put(FlowPhase.after(0, true, Tcp.ACK), FlowPhase.TCP_ESTABLISHED_S);
    int closing = FlowPhase.after(FlowPhase.REPLIED, true, Tcp.FIN);
    timeouts.put(closing, FlowPhase.TCP_CLOSING_S);
    timeouts.put(FlowPhase.after(closing, false, Tcp.FIN), FlowPhase.TCP_CLOSED_S);
    timeouts.put(FlowPhase.after(FlowPhase.REPLIED, false, Tcp.RST), FlowPhase.TCP_CLOSED_S);
    timeouts.forEach((phase, seconds) -> {
      addFlow(phase, 1, 100);
      aim(cursor, phase, false, 1);
      assertThat(cursor.find()).isTrue();
      cursor.see(1000, phase);
      assertThat(cursor.isTimedOut(1000 + seconds)).isFalse();
      assertThat(cursor.isTimedOut(1001 + seconds)).isTrue();
      assertThat(table.sweep(0, 1, 1000 + seconds)).isZero();
      assertThat(table.sweep(0, 1, 1001 + seconds)).isOne();
      assertThat(cursor.find()).isFalse();
    });
    assertThat(table.flows(1)).isZero();
  }

  @Test
  void shouldSweepTheWholeTableInParts() {
    for (int i = 0; i < 500; i++) {
      addFlow(i, 1, 0);
    }
    int ended = 0;
    for (int part = 0; part < 7; part++) {
      ended += table.sweep(part, 7, FlowPhase.UNANSWERED_S + 1);
    }
    assertThat(ended).isEqualTo(500);
    assertThat(table.flows(1)).isZero();
  }

  @Test
  void shouldLeaveRoomForOtherNetworksWhenOneHasTooMany() {
    for (int i = 0; i < 4 * CAPACITY; i++) {
      aim(cursor, i, false, 1);
      cursor.insert(i, 0);
    }
    assertThat(table.flows(1)).isEqualTo(table.quota()).isEqualTo(CAPACITY / 2);
    int added = 0;
    for (int i = 0; i < CAPACITY / 4; i++) {
      aim(cursor, i, false, 2);
      added += cursor.insert(i, 0) ? 1 : 0;
    }
    assertThat(added).isGreaterThan(CAPACITY / 4 * 9 / 10);
    // In full buckets some of them made room for others.
    assertThat(table.flows(2)).isBetween(CAPACITY / 4 * 3L / 4, (long) added);
  }

  @Test
  void shouldAgreeWithAMapWhateverComes() {
    SplittableRandom random = new SplittableRandom(1);
    Map<Integer, Long> oracle = new HashMap<>();
    for (int step = 0; step < 200_000; step++) {
      int number = random.nextInt(1000);
      aim(cursor, number, random.nextBoolean(), 1);
      boolean found = cursor.find();
      assertThat(found).isEqualTo(oracle.containsKey(number));
      if (found) {
        assertThat(cursor.generations()).isEqualTo(oracle.get(number));
      }
      if (!found) {
        if (cursor.insert(step, 0)) {
          oracle.put(number, (long) step);
        }
      } else if (random.nextInt(3) == 0) {
        cursor.remove();
        oracle.remove(number);
      } else {
        cursor.renew(step, 0, 0, 0);
        oracle.put(number, (long) step);
      }
    }
    assertThat(table.flows(1)).isEqualTo(oracle.size());
  }

  /**
   * Each thread has numbers of its own and all share the buckets: none may ever see another's, nor
   * miss one of its own, and at the end the counts add up.
   */
  @Test
  void shouldKeepWhatEachThreadAddedWhileOthersAddAndRemove() throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Callable<Integer>> tasks = new ArrayList<>();
      for (int thread = 0; thread < 4; thread++) {
        int own = thread;
        tasks.add(() -> churn(own));
      }
      int left = 0;
      for (Future<Integer> each : threads.invokeAll(tasks)) {
        left += each.get();
      }
      assertThat(table.flows(1)).isEqualTo(left);
    }
  }

  private int churn(int thread) {
    FlowCursor mine = new FlowCursor(table);
    SplittableRandom random = new SplittableRandom(thread);
    Map<Integer, Long> oracle = new HashMap<>();
    for (int step = 0; step < 100_000; step++) {
      int number = random.nextInt(150) * 4 + thread;
      aim(mine, number, random.nextBoolean(), 1);
      if (mine.find()) {
        assertThat(mine.generations()).isEqualTo(oracle.get(number));
        if (random.nextBoolean()) {
          mine.remove();
          oracle.remove(number);
        } else {
          mine.see(0, FlowPhase.REPLIED);
        }
      } else {
        assertThat(oracle).doesNotContainKey(number);
        if (mine.insert(step, 0)) {
          oracle.put(number, (long) step);
          // Answered, so that no other thread may take its place.
          assertThat(mine.find()).isTrue();
          mine.see(0, FlowPhase.REPLIED);
        }
      }
    }
    return oracle.size();
  }
}
