package dev.heddle.compile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.model.IpAddress;
import dev.heddle.model.IpPrefix;
import dev.heddle.model.Network;
import dev.heddle.model.NextHopSet;
import dev.heddle.table.Neighbours;
import dev.heddle.table.RouteStore;
import java.lang.foreign.Arena;
import org.junit.jupiter.api.Test;

/** How many routes there may be, in all networks together. */
class RouteLimitTest {
  private static final int MAX_ROUTES = 10;
  private static final int SLASH24 = 24;

  private static Network network(String name, int vni) {
    IpAddress gateway = IpAddress.v4(0x0a00_0001);
    IpPrefix range = IpPrefix.containing(gateway, SLASH24);
    return new Network(name, vni, range, null, gateway, null, 1500, "", false);
  }

  private static void put(TableCompiler compiler, String network, int routes) {
    int hop = compiler.hop(network, NextHopSet.DROP);
    for (int i = 0; i < routes; i++) {
      compiler.putRoute(network, hop, false, 0, 0x1400_0000L + (i << 8), SLASH24);
    }
  }

  private static void finish(TableCompiler compiler, long revision) {
    compiler.prepare();
    compiler.finish(revision);
    compiler.settle(routeId -> {});
  }

  @Test
  void shouldRefuseAndChangeNothingWhenThereWouldBeTooMany() {
    try (Arena arena = Arena.ofConfined();
        TableCompiler compiler =
            new TableCompiler(new RouteStore(1 << 20), new Neighbours(arena), MAX_ROUTES)) {
      compiler.begin();
      compiler.addNetwork(network("blue", 1));
      compiler.addNetwork(network("red", 2));
      put(compiler, "blue", 4);
      put(compiler, "red", 5);
      finish(compiler, 1);

      compiler.begin();
      put(compiler, "blue", 6);
      assertThatThrownBy(compiler::prepare)
          .isInstanceOf(RoutesExhaustedException.class)
          .hasMessage(
              "routes: 11 in all networks together: there is room for 10; delete others first");
      compiler.undo();
      assertThat(compiler.totalRoutes()).isEqualTo(9);
      assertThat(compiler.routeCount("blue")).isEqualTo(4);

      compiler.begin();
      put(compiler, "blue", 5);
      finish(compiler, 2);
      assertThat(compiler.totalRoutes()).isEqualTo(MAX_ROUTES);
    }
  }
}
