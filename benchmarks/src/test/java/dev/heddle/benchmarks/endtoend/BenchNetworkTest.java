package dev.heddle.benchmarks.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BenchNetworkTest {
  private static final int ROUTES = 1_000_000;

  @Test
  void shouldLayRoutesOutSideBySideWhenTheyAreMany() {
    long end = Integer.toUnsignedLong(BenchNetwork.routePrefix(0));
    for (int route = 0; route < ROUTES; route++) {
      long first = Integer.toUnsignedLong(BenchNetwork.routePrefix(route));
      long addresses = 1L << 32 - BenchNetwork.routeLength(route);

      assertThat(first).isGreaterThanOrEqualTo(end);
      assertThat(first % addresses).isZero();
      end = first + addresses;
    }
    assertThat(end).isLessThan(127L << 24);
  }

  @Test
  void shouldSendToAnAddressOfTheRouteWhenARouteIsMeant() {
    for (int route = 0; route < ROUTES; route += 997) {
      int destination = BenchNetwork.toRoute(route).destination();
      int length = BenchNetwork.routeLength(route);

      assertThat(destination >>> 32 - length)
          .isEqualTo(BenchNetwork.routePrefix(route) >>> 32 - length);
    }
  }
}
