package dev.heddle.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.table.RandomRoutes.Route;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random histories of routes, compared with {@link RouteOracle} at every edge of every prefix. */
class LpmPropertyTest {
  private static final int ROUNDS = 40;
  private static final int LARGE_TABLE_ROUTES = 3000;

  private final RouteStore store = new RouteStore(256 << 20);
  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);
  private final RandomRoutes history = new RandomRoutes(random);
  private long revision;

  @AfterEach
  void close() {
    store.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {32, 128})
  void shouldMatchOracleWhenRoutesComeAndGoAtRandom(int addressBits) {
    for (int round = 0; round < ROUNDS; round++) {
      RouteTable table = table(addressBits);
      RouteOracle oracle = new RouteOracle(addressBits);
      List<Route> known = new ArrayList<>();
      int spread = 1 + random.nextInt(addressBits);
      int transactions = 1 + random.nextInt(60);
      for (int t = 0; t < transactions; t++) {
        history.change(table, oracle, known, spread);
        publish();
        if (t % 8 == 0 || t == transactions - 1) {
          assertSameAnswers(table, oracle, known);
        }
      }
      assertThat(table.size()).isEqualTo(oracle.size());
      assertSameAsBuiltAtOnce(table, addressBits);
      removeAll(table, known);
      assertThat(table.trieBytes()).as("seed %d", seed).isZero();
    }
    assertThat(store.usedBytes()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {32, 128})
  void shouldGiveSameTrieWhenRoutesComeInAnyOrder(int addressBits) {
    for (int round = 0; round < ROUNDS; round++) {
      List<Route> routes = new ArrayList<>();
      int spread = 1 + random.nextInt(addressBits);
      for (int i = random.nextInt(300); i >= 0; i--) {
        routes.add(history.next(addressBits, spread, routes));
      }
      RouteTable first = table(addressBits);
      RouteOracle oracle = new RouteOracle(addressBits);
      for (Route route : routes) {
        first.put(route.high(), route.low(), route.length(), route.hashCode() & 0xff);
        oracle.put(route.high(), route.low(), route.length(), route.hashCode() & 0xff);
        publish();
      }
      Collections.shuffle(routes, random);
      RouteTable second = table(addressBits);
      for (Route route : routes) {
        second.put(route.high(), route.low(), route.length(), route.hashCode() & 0xff);
        publish();
      }
      assertSameAnswers(first, oracle, routes);
      assertSameAnswers(second, oracle, routes);
      assertThat(second.trieBytes()).as("seed %d", seed).isEqualTo(first.trieBytes());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {32, 128})
  void shouldMatchOracleWhenTableIsLarge(int addressBits) {
    RouteTable table = table(addressBits);
    RouteOracle oracle = new RouteOracle(addressBits);
    List<Route> known = new ArrayList<>();
    int spread = random.nextInt(12);
    while (oracle.size() < LARGE_TABLE_ROUTES) {
      history.change(table, oracle, known, spread);
      if (random.nextInt(16) == 0) {
        publish();
      }
    }
    publish();
    assertSameAnswers(table, oracle, known);
    for (int i = 0; i < 60; i++) {
      history.change(table, oracle, known, spread);
      publish();
    }
    assertSameAnswers(table, oracle, known);
    removeAll(table, known);
    assertThat(table.trieBytes()).as("seed %d", seed).isLessThan(TrieLayout.ROOT_BYTES + 1);
  }

  private void assertSameAnswers(RouteTable table, RouteOracle oracle, List<Route> routes) {
    for (Route route : routes) {
      long lastHigh = route.high() | ~Prefixes.maskHigh(-1, route.length());
      long lastLow = route.low() | ~Prefixes.maskLow(-1, route.length());
      assertSameAnswer(table, oracle, route.high(), route.low());
      assertSameAnswer(table, oracle, lastHigh, lastLow);
      assertSameAnswer(table, oracle, route.high() ^ random.nextLong() >>> 8, random.nextLong());
      if (table.addressBits() == 32) {
        assertSameAnswer(table, oracle, route.high() - (1L << 32), 0);
        assertSameAnswer(table, oracle, lastHigh + (1L << 32), 0);
      } else {
        long before = route.low() - 1;
        assertSameAnswer(table, oracle, route.low() == 0 ? route.high() - 1 : route.high(), before);
        assertSameAnswer(table, oracle, lastLow == -1 ? lastHigh + 1 : lastHigh, lastLow + 1);
      }
    }
    for (int i = 0; i < 20; i++) {
      assertSameAnswer(table, oracle, random.nextLong(), random.nextLong());
    }
    assertBulkAgrees(table, routes);
  }

  private void assertSameAnswer(RouteTable table, RouteOracle oracle, long high, long low) {
    boolean v4 = table.addressBits() == 32;
    long wantedHigh = v4 ? high & -1L << 32 : high;
    long wantedLow = v4 ? 0 : low;
    int expected = oracle.lookup(wantedHigh, wantedLow);
    int found =
        v4 ? Lpm4.lookup(table.root(), (int) (high >>> 32)) : Lpm6.lookup(table.root(), high, low);
    if (found != expected) {
      assertThat(found)
          .as("seed %d, address %016x%016x", seed, wantedHigh, wantedLow)
          .isEqualTo(expected);
    }
    int matched = table.longestMatch(wantedHigh, wantedLow);
    assertThat(matched == RouteTable.ABSENT ? NextHops.NO_ROUTE : matched)
        .as("seed %d, RIB, address %016x%016x", seed, wantedHigh, wantedLow)
        .isEqualTo(expected);
  }

  private void assertBulkAgrees(RouteTable table, List<Route> routes) {
    int count = routes.size();
    int[] addresses = new int[count];
    long[] highs = new long[count];
    long[] lows = new long[count];
    int[] expected = new int[count];
    int[] found = new int[count];
    boolean v4 = table.addressBits() == 32;
    for (int i = 0; i < count; i++) {
      Route route = routes.get(i);
      highs[i] = route.high() | random.nextLong() & ~Prefixes.maskHigh(-1, route.length());
      lows[i] = route.low() | random.nextLong() & ~Prefixes.maskLow(-1, route.length());
      addresses[i] = (int) (highs[i] >>> 32);
      expected[i] =
          v4
              ? Lpm4.lookup(table.root(), addresses[i])
              : Lpm6.lookup(table.root(), highs[i], lows[i]);
    }
    if (v4) {
      Lpm4.lookupAll(table.root(), addresses, found, count);
    } else {
      Lpm6.lookupAll(table.root(), highs, lows, found, count);
    }
    assertThat(found).as("seed %d", seed).isEqualTo(expected);
  }

  private void assertSameAsBuiltAtOnce(RouteTable table, int addressBits) {
    RouteTable atOnce = table(addressBits);
    table.forEach(atOnce::put);
    publish();
    assertThat(atOnce.trieBytes()).as("seed %d", seed).isEqualTo(table.trieBytes());
    store.drop(atOnce);
    publish();
  }

  private void removeAll(RouteTable table, List<Route> known) {
    for (Route route : known) {
      table.remove(route.high(), route.low(), route.length());
    }
    publish();
    assertThat(table.size()).isZero();
  }

  private RouteTable table(int addressBits) {
    return addressBits == 32 ? store.create4() : store.create6();
  }

  private void publish() {
    store.prepare();
    store.seal(++revision);
    store.reclaim(revision);
  }
}
