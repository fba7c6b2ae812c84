package dev.heddle.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Versions of a table that others read, whatever becomes of the table. */
class SharedRoutesTest {
  private static final int ROUNDS = 300;
  private static final int MOST_CHANGES = 400;
  private static final int ADDRESSES = 4_000;
  private static final int MOST_VERSIONS = 20;

  private record Route(long high, long low, int length, int value) {}

  private record Version(SharedRoutes routes, List<Route> expected) {}

  private static List<Route> all(RouteTable table) {
    List<Route> all = new ArrayList<>();
    table.forEach((high, low, length, value) -> all.add(new Route(high, low, length, value)));
    return all;
  }

  private static List<Route> rest(SharedRoutes routes) {
    List<Route> rest = new ArrayList<>();
    for (; !routes.atEnd(); routes.advance()) {
      routes.show((high, low, length, value) -> rest.add(new Route(high, low, length, value)));
    }
    return rest;
  }

  private static void change(RouteTable table, Random random) {
    boolean removes = random.nextInt(3) == 0;
    for (int i = random.nextInt(MOST_CHANGES); i > 0; i--) {
      long high = (long) random.nextInt(ADDRESSES) << 40;
      if (removes) {
        table.remove(high, 0, 24);
      } else {
        table.put(high, 0, 24, random.nextInt(1, 100));
      }
    }
  }

  private static void check(RouteStore store, RouteTable table, Random random) {
    List<Version> versions = new ArrayList<>();
    long revision = 0;
    for (int round = 0; round < ROUNDS; round++) {
      if (random.nextBoolean()) {
        versions.add(new Version(table.share(), all(table)));
      }
      List<Route> before = all(table);
      change(table, random);
      store.prepare();
      if (random.nextInt(4) == 0) {
        store.rollback();
        assertThat(all(table)).isEqualTo(before);
      } else {
        store.seal(++revision);
        store.reclaim(revision);
      }
      if (versions.size() > MOST_VERSIONS) {
        Version oldest = versions.removeFirst();
        assertThat(rest(oldest.routes)).isEqualTo(oldest.expected);
      }
    }
    versions.forEach(version -> assertThat(rest(version.routes)).isEqualTo(version.expected));
  }

  @Test
  void shouldStayAsTheyWereWhenTheyWereTaken() {
    for (int seed = 0; seed < 4; seed++) {
      try (RouteStore store = new RouteStore(64 << 20)) {
        Random random = new Random(seed);
        check(store, random.nextBoolean() ? store.create4() : store.create6(), random);
      }
    }
  }
}
