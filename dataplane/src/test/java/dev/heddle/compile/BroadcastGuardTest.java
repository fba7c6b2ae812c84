package dev.heddle.compile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.model.IpAddress;
import dev.heddle.model.IpPrefix;
import dev.heddle.model.Network;
import dev.heddle.model.NextHop;
import dev.heddle.model.NextHopSet;
import dev.heddle.table.Lpm4;
import dev.heddle.table.Neighbours;
import dev.heddle.table.NextHops;
import dev.heddle.table.RouteStore;
import dev.heddle.table.Tables;
import java.lang.foreign.Arena;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** No route leads to all of a network (RFC 2644), whichever comes first, the route or the range. */
class BroadcastGuardTest {
  private static final String BLUE = "blue";
  private static final int SMALL = 0xac13_0000;
  private static final int BROADCAST = 0xac13_ffff;
  private static final int OTHER_BROADCAST = 0xac13_00ff;

  private final Arena arena = Arena.ofConfined();
  private final TableCompiler compiler =
      new TableCompiler(new RouteStore(1 << 24), new Neighbours(arena));
  private Tables tables;
  private int revision;

  @BeforeEach
  void create() {
    compiler.begin();
    compiler.addNetwork(network(16));
    compiler.announceGateways(BLUE);
    publish();
  }

  @AfterEach
  void close() {
    compiler.close();
    arena.close();
  }

  private static Network network(int length) {
    IpPrefix range = new IpPrefix(IpAddress.v4(SMALL), length);
    return new Network(BLUE, 56, range, null, IpAddress.v4(SMALL + 1), null, 0, "", false);
  }

  private void publish() {
    compiler.prepare();
    tables = compiler.finish(++revision);
    compiler.settle(routeId -> {});
  }

  private void put(int prefix, int length) {
    compiler.begin();
    NextHopSet drop = new NextHopSet(List.of(new NextHopSet.Member(new NextHop.Drop(), 1)));
    long low = Integer.toUnsignedLong(prefix);
    compiler.putRoute(BLUE, compiler.hop(BLUE, drop), false, 0, low, length);
    publish();
  }

  private void remove(int prefix, int length) {
    compiler.begin();
    compiler.removeRoute(BLUE, false, 0, Integer.toUnsignedLong(prefix), length);
    publish();
  }

  private void changeRange(int length) {
    compiler.begin();
    compiler.changeNetwork(network(length));
    compiler.announceGateways(BLUE);
    publish();
  }

  private int kindOf(int address) {
    int hop = Lpm4.lookup(tables.vrfs()[0].lpm4Root(), address);
    return NextHops.kind(tables.hops()[hop * NextHops.LONGS_PER_HOP + 2]);
  }

  @Test
  void shouldKeepBroadcastToRouterWhileRoutesCoverIt() {
    assertThat(kindOf(BROADCAST)).isEqualTo(NextHops.KIND_NO_ROUTE);
    put(0, 0);
    put(SMALL, 16);
    assertThat(kindOf(BROADCAST)).isEqualTo(NextHops.KIND_ROUTER);
    assertThat(kindOf(BROADCAST - 1)).isEqualTo(NextHops.KIND_DROP);
    remove(0, 0);
    assertThat(kindOf(BROADCAST)).isEqualTo(NextHops.KIND_ROUTER);
    remove(SMALL, 16);
    assertThat(kindOf(BROADCAST)).isEqualTo(NextHops.KIND_NO_ROUTE);
  }

  @Test
  void shouldMoveWithRangeWhenRouteIsThere() {
    put(0, 0);
    changeRange(24);
    assertThat(kindOf(BROADCAST)).isEqualTo(NextHops.KIND_DROP);
    assertThat(kindOf(OTHER_BROADCAST)).isEqualTo(NextHops.KIND_ROUTER);
    changeRange(16);
    assertThat(kindOf(BROADCAST)).isEqualTo(NextHops.KIND_ROUTER);
    assertThat(kindOf(OTHER_BROADCAST)).isEqualTo(NextHops.KIND_DROP);
  }
}
