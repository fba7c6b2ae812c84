package dev.heddle.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Transactions over tables: visibility to readers, undoing, memory. */
class RouteStoreTest {
  private static final int NET_10 = 10 << 24;

  private RouteStore store = new RouteStore(64 << 20);
  private long revision;

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void shouldAnswerNoRouteWhenTableIsEmpty() {
    RouteTable table4 = store.create4();
    RouteTable table6 = store.create6();

    assertThat(Lpm4.lookup(table4.root(), NET_10)).isEqualTo(NextHops.NO_ROUTE);
    assertThat(Lpm6.lookup(table6.root(), 1, 2)).isEqualTo(NextHops.NO_ROUTE);
    assertThat(Lpm4.lookup(Lpm4.EMPTY_ROOT, NET_10)).isEqualTo(NextHops.NO_ROUTE);
    assertThat(Lpm6.lookup(Lpm6.EMPTY_ROOT, 1, 2)).isEqualTo(NextHops.NO_ROUTE);
    assertThat(store.usedBytes()).isZero();
  }

  @Test
  void shouldUncoverCoveringPrefixWhenRouteIsRemoved() {
    RouteTable table = store.create4();
    put(table, 0, 0, 1);
    put(table, NET_10, 8, 2);
    put(table, NET_10, 24, 3);
    put(table, NET_10 + 7, 32, 4);
    publish();

    assertThat(Lpm4.lookup(table.root(), NET_10 + 7)).isEqualTo(4);
    assertThat(table.remove(RouteTable.high4(NET_10 + 7), 0, 32)).isEqualTo(4);
    publish();
    assertThat(Lpm4.lookup(table.root(), NET_10 + 7)).isEqualTo(3);
    table.remove(RouteTable.high4(NET_10), 0, 24);
    publish();
    assertThat(Lpm4.lookup(table.root(), NET_10 + 7)).isEqualTo(2);
    table.remove(RouteTable.high4(NET_10), 0, 8);
    publish();
    assertThat(Lpm4.lookup(table.root(), NET_10 + 7)).isEqualTo(1);
    assertThat(table.remove(RouteTable.high4(NET_10), 0, 8)).isEqualTo(RouteTable.ABSENT);
  }

  @Test
  void shouldKeepOldVersionWhenNewOneIsPublished() {
    RouteTable table = store.create4();
    fill(table, 3000, 1);
    publish();
    long old = table.root();
    fill(table, 3000, 2);
    store.prepare();
    store.seal(++revision);

    for (int i = 0; i < 3000; i++) {
      assertThat(Lpm4.lookup(old, address(i))).isEqualTo(1);
      assertThat(Lpm4.lookup(table.root(), address(i))).isEqualTo(2);
    }
    assertThat(store.retiredBytes()).isPositive();
    store.reclaim(revision);
    assertThat(store.retiredBytes()).isZero();
  }

  @Test
  void shouldShowReaderOneVersionAtATimeWhenUpdatedConcurrently() throws InterruptedException {
    record Published(long revision, long root4, long root6, int value) {}
    RouteTable table4 = store.create4();
    RouteTable table6 = store.create6();
    AtomicReference<Published> published =
        new AtomicReference<>(new Published(0, table4.root(), table6.root(), NextHops.NO_ROUTE));
    AtomicLong passed = new AtomicLong();
    AtomicInteger wrong = new AtomicInteger();
    Thread reader =
        Thread.ofPlatform()
            .start(() -> {
              while (!Thread.currentThread().isInterrupted()) {
                Published now = published.get();
                for (int i = 0; i < 400; i++) {
                  int found4 = Lpm4.lookup(now.root4, address(i));
                  int found6 = Lpm6.lookup(now.root6, RouteTable.high4(address(i)), i);
                  if (found4 != now.value || found6 != now.value) {
                    wrong.incrementAndGet();
                  }
                }
                passed.set(now.revision);
              }
            });
    for (int value = 1; value <= 500; value++) {
      fill(table4, 400, value);
      fill(table6, 400, value);
      store.prepare();
      revision = value;
      published.set(new Published(value, table4.root(), table6.root(), value));
      store.seal(value);
      store.reclaim(passed.get());
    }
    while (passed.get() < revision && wrong.get() == 0) {
      Thread.onSpinWait();
    }
    reader.interrupt();
    reader.join();

    assertThat(wrong).hasValue(0);
    assertThat(passed).hasValue(500);
  }

  @Test
  void shouldChangeNothingWhenRolledBack() {
    RouteTable table = store.create4();
    fill(table, 500, 1);
    publish();
    long root = table.root();
    long used = store.usedBytes();
    fill(table, 900, 2);
    table.remove(RouteTable.high4(address(3)), 0, 24);
    store.prepare();
    store.rollback();

    assertThat(table.root()).isEqualTo(root);
    assertThat(table.size()).isEqualTo(500);
    assertThat(table.get(RouteTable.high4(address(3)), 0, 24)).isEqualTo(1);
    assertThat(table.get(RouteTable.high4(address(700)), 0, 24)).isEqualTo(RouteTable.ABSENT);
    assertThat(store.usedBytes()).isEqualTo(used);
    publish();
    assertThat(Lpm4.lookup(table.root(), address(3))).isEqualTo(1);
  }

  @Test
  void shouldKeepDroppedTableWhenRolledBack() {
    RouteTable table = store.create4();
    fill(table, 500, 1);
    publish();
    store.drop(table);
    store.prepare();
    store.rollback();
    publish();
    assertThat(Lpm4.lookup(table.root(), address(3))).isEqualTo(1);

    store.drop(table);
    publish();
    assertThat(store.usedBytes()).isZero();
  }

  @Test
  void shouldRefuseAndChangeNothingWhenMemoryIsExhausted() {
    store.close();
    store = new RouteStore(1 << 18);
    RouteTable small = store.create4();
    RouteTable large = store.create4();
    fill(small, 10, 1);
    publish();
    long root = small.root();
    long used = store.usedBytes();
    long footprint = store.footprintBytes();
    fill(small, 10, 2);
    fill(large, 60_000, 3);

    assertThatThrownBy(store::prepare)
        .isInstanceOf(TableMemoryExhaustedException.class)
        .hasMessageContaining("limit of 262144 bytes");
    assertThat(small.root()).isEqualTo(root);
    assertThat(small.get(RouteTable.high4(address(3)), 0, 24)).isEqualTo(1);
    assertThat(large.size()).isZero();
    assertThat(store.usedBytes()).isEqualTo(used);
    assertThat(store.footprintBytes()).isEqualTo(footprint);
    fill(large, 100, 3);
    publish();
    assertThat(Lpm4.lookup(large.root(), address(99))).isEqualTo(3);
  }

  @Test
  void shouldNotGrowWhenUpdatedAMillionTimes() {
    RouteTable table = store.create4();
    fill(table, 5000, 1);
    publish();
    Random random = new Random(7);
    long footprint = 0;
    for (int i = 0; i < 1_000_000; i++) {
      int route = random.nextInt(6000);
      if (random.nextInt(3) == 0) {
        table.remove(RouteTable.high4(address(route)), 0, 24);
      } else {
        put(table, address(route), 24, random.nextInt(8));
      }
      // Small transactions, so that roots are copied too, but not one for each route.
      if (i % 64 == 0) {
        publish();
      }
      if (i == 200_000) {
        footprint = store.footprintBytes();
      }
    }
    assertThat(store.footprintBytes()).isLessThan(footprint * 11 / 10);
  }

  @Test
  void shouldTakeLittleMemoryWhenTableHasFewHostRoutes() {
    RouteTable table = store.create4();
    for (int i = 0; i < 8; i++) {
      put(table, 0xac13_0002 + i, 32, 2 + i);
    }
    publish();
    assertThat(table.trieBytes()).isLessThan(1024);
    assertThat(Lpm4.lookup(table.root(), 0xac13_0005)).isEqualTo(5);
  }

  @Test
  void shouldRefuseRouteWhenFieldIsOutOfRange() {
    RouteTable table = store.create4();
    assertThatThrownBy(() -> put(table, NET_10, 33, 1)).hasMessageContaining("length: 33");
    assertThatThrownBy(() -> put(table, NET_10 + 1, 24, 1)).hasMessageContaining("beyond /24");
    assertThatThrownBy(() -> put(table, NET_10, 24, 1 << 30)).hasMessageContaining("value");
    assertThatThrownBy(() -> new RouteStore(1L << 33)).hasMessageContaining("limitBytes");
    assertThat(table.size()).isZero();
  }

  /** Every other /24, so that no two routes become one run. */
  private static int address(int index) {
    return NET_10 + (index << 9);
  }

  private static void fill(RouteTable table, int routes, int value) {
    for (int i = 0; i < routes; i++) {
      put(table, address(i), 24, value);
    }
  }

  private static void put(RouteTable table, int address, int length, int value) {
    table.put(RouteTable.high4(address), 0, length, value);
  }

  private void publish() {
    store.prepare();
    store.seal(++revision);
    store.reclaim(revision);
  }
}
