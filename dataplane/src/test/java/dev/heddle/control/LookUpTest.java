package dev.heddle.control;

import static dev.heddle.api.Operations.drop;
import static dev.heddle.api.Operations.toEndpoint;
import static dev.heddle.api.Operations.toGateway;
import static dev.heddle.api.Operations.toNode;
import static dev.heddle.api.Operations.upsert;
import static dev.heddle.api.Operations.upsertRoute;
import static dev.heddle.api.Operations.weighted;
import static dev.heddle.control.ControlFixture.network;
import static dev.heddle.control.ControlFixture.node;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.heddle.api.Addresses;
import dev.heddle.api.Operations;
import dev.heddle.api.v1.LookUpRouteRequest;
import dev.heddle.api.v1.NextHop;
import dev.heddle.api.v1.RouteLookup;
import dev.heddle.api.v1.Way;
import dev.heddle.table.NextHops;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which route an address takes, as the workers' tables say. */
class LookUpTest {
  private ControlFixture daemon;
  private long revision;

  @BeforeEach
  void start(@TempDir Path directory) throws IOException {
    daemon = new ControlFixture(directory);
    revision =
        daemon.client.apply(
            upsert(daemon.uplink("", "192.0.2.1/24")),
            upsert(daemon.uplink("wan", "198.51.100.1/24").toBuilder().setNetwork("blue").build()),
            upsert(node("east", "192.0.2.2")),
            upsert(node("west", "192.0.2.3")),
            upsert(
                network("blue", 56, "172.19.0.0/16", "fd00:19::/64").toBuilder()
                    .setCountRoutes(true)
                    .build()),
            upsert(network("red", 57, "172.19.0.0/16")),
            upsert(daemon.endpoint("a", "blue", "172.19.0.10", "fd00:19::10")),
            upsertRoute(
                "blue", "10.0.0.0/8", weighted(toNode("east"), 3), weighted(toNode("west"), 1)),
            upsertRoute("blue", "10.1.0.0/16", toEndpoint("a")),
            upsertRoute("blue", "10.1.1.0/24", drop()),
            upsertRoute("blue", "10.2.0.0/16", toGateway("172.19.9.9")),
            upsertRoute("blue", "0.0.0.0/0", toGateway("198.51.100.254")),
            upsertRoute("blue", "fd00:20::/32", toGateway("fd00:19::10")));
  }

  @AfterEach
  void stop() throws IOException {
    daemon.close();
  }

  private RouteLookup lookUp(String network, String address) {
    return daemon.client.lookUpRoute(request(network, address));
  }

  private static LookUpRouteRequest request(String network, String address) {
    return LookUpRouteRequest.newBuilder()
        .setNetwork(network)
        .setAddress(Addresses.parse(address))
        .build();
  }

  private Way onlyWay(String address, String prefix, NextHop... nextHops) {
    RouteLookup found = lookUp("blue", address);
    assertThat(Addresses.format(found.getPrefix())).isEqualTo(prefix);
    assertThat(found.getNextHopsList().stream().map(hop -> hop.toBuilder().clearWeight().build()))
        .containsExactly(nextHops);
    assertThat(found.getWaysList()).hasSize(1);
    return found.getWays(0);
  }

  @Test
  void shouldLeadToAnEndpoint() {
    Way way = onlyWay("10.1.2.3", "10.1.0.0/16", toEndpoint("a"));
    assertThat(way.getKind()).isEqualTo(Way.Kind.KIND_ENDPOINT);
    assertThat(way.getEndpoint()).isEqualTo("a");
    assertThat(way.getInterfaceIndex())
        .isEqualTo(daemon.client.endpoints("a").getFirst().getInterfaceIndex());
    assertThat(way.getMac())
        .isEqualTo(daemon.client.endpoints("a").getFirst().getEndpoint().getMac());
    assertThat(way.getMtu()).isEqualTo(1450);
    assertThat(lookUp("blue", "10.1.2.3").getOrigin()).isEqualTo(RouteLookup.Origin.ORIGIN_API);
    assertThat(lookUp("blue", "10.1.2.3").getRevision()).isEqualTo(revision);
    RouteLookup own = lookUp("blue", "172.19.0.10");
    assertThat(own.getOrigin()).isEqualTo(RouteLookup.Origin.ORIGIN_ENDPOINT);
    assertThat(own.getWays(0)).isEqualTo(way);
    Way overGateway = onlyWay("fd00:20::1", "fd00:20::/32", toGateway("fd00:19::10"));
    assertThat(overGateway.getEndpoint()).isEqualTo("a");
  }

  @Test
  void shouldTellTheSharesOfTunnels() {
    RouteLookup found = lookUp("blue", "10.9.9.9");
    assertThat(found.getWaysList())
        .extracting(way -> way.getTunnel().getNode() + " " + way.getShare())
        .containsExactly("east 3", "west 1");
    Way east = found.getWays(0);
    assertThat(east.getKind()).isEqualTo(Way.Kind.KIND_TUNNEL);
    assertThat(east.getTunnel()).isEqualTo(daemon.client.tunnels("east").getFirst());
    assertThat(east.getInterfaceIndex()).isEqualTo(east.getTunnel().getInterfaceIndex());
    assertThat(Addresses.formatMac(east.getMac())).isEqualTo("02:48:45:44:44:4c");
    assertThat(found.getNextHopsList())
        .extracting(NextHop::getNode, NextHop::getWeight)
        .containsExactly(tuple("east", 3), tuple("west", 1));
  }

  @Test
  void shouldLeadToAGatewayOutside() {
    Way way = onlyWay("8.8.8.8", "0.0.0.0/0", toGateway("198.51.100.254"));
    assertThat(way.getKind()).isEqualTo(Way.Kind.KIND_OUTSIDE);
    assertThat(way.getUplink()).isEqualTo("wan");
    assertThat(way.getGateway()).isEqualTo(Addresses.parse("198.51.100.254"));
    assertThat(way.getMac()).isEmpty();
    assertThat(way.getMtu()).isEqualTo(1500);
  }

  @Test
  void shouldSayWherePacketsEnd() {
    assertThat(onlyWay("10.1.1.1", "10.1.1.0/24", drop()).getKind()).isEqualTo(Way.Kind.KIND_DROP);
    assertThat(lookUp("red", "10.1.1.1").hasPrefix()).isFalse();
    assertThat(lookUp("red", "10.1.1.1").getOrigin())
        .isEqualTo(RouteLookup.Origin.ORIGIN_UNSPECIFIED);
    assertThat(lookUp("red", "10.1.1.1").getWaysList())
        .containsExactly(Way.newBuilder().setKind(Way.Kind.KIND_NO_ROUTE).setShare(1).build());
    Way router = onlyWay("172.19.0.1", "172.19.0.1/32");
    assertThat(router)
        .isEqualTo(Way.newBuilder().setKind(Way.Kind.KIND_ROUTER).setShare(1).build());
    assertThat(lookUp("blue", "172.19.0.1").getOrigin())
        .isEqualTo(RouteLookup.Origin.ORIGIN_ROUTER);
    daemon.client.apply(Operations.deleteRoute("blue", "0.0.0.0/0"));
    assertThat(onlyWay("10.2.0.1", "10.2.0.0/16", toGateway("172.19.9.9")).getKind())
        .isEqualTo(Way.Kind.KIND_UNRESOLVED);
  }

  @Test
  void shouldTellWhatTookARouteThatCounts() {
    int value = new Lookup(daemon.tables()).value(new Lookup(daemon.tables()).vrf(56), "10.1.2.3");
    daemon.meter.packets.put(NextHops.routeId(value), 7L);
    RouteLookup found = lookUp("blue", "10.1.2.3");
    assertThat(found.getCounted()).isTrue();
    assertThat(found.getPackets()).isEqualTo(7);
    assertThat(found.getBytes()).isEqualTo(700);
    assertThat(lookUp("red", "172.19.0.1").getCounted()).isFalse();
  }

  @Test
  void shouldRefuseWhatCannotBeLookedUp() {
    assertRefused(request("green", "10.0.0.1"), "no such network");
    assertRefused(request("", "10.0.0.1"), "an address is looked up in one network; name it");
    assertRefused(LookUpRouteRequest.newBuilder().setNetwork("blue").build(), "not 4 or 16 bytes");
  }

  private void assertRefused(LookUpRouteRequest request, String why) {
    assertThatThrownBy(() -> daemon.client.lookUpRoute(request)).hasMessageContaining(why);
  }
}
