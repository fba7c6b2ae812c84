package dev.heddle.control;

import static dev.heddle.api.Operations.deleteNode;
import static dev.heddle.api.Operations.deleteRoute;
import static dev.heddle.api.Operations.deleteUplink;
import static dev.heddle.api.Operations.toEndpoint;
import static dev.heddle.api.Operations.toGateway;
import static dev.heddle.api.Operations.toNode;
import static dev.heddle.api.Operations.upsert;
import static dev.heddle.api.Operations.upsertRoute;
import static dev.heddle.api.Operations.weighted;
import static dev.heddle.control.ControlFixture.network;
import static dev.heddle.control.ControlFixture.node;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.api.Addresses;
import dev.heddle.api.v1.NeighbourStatus;
import dev.heddle.api.v1.NetworkStatus;
import dev.heddle.api.v1.TunnelStatus;
import dev.heddle.api.v1.Uplink;
import dev.heddle.api.v1.UplinkStatus;
import dev.heddle.compile.WantedNeighbour;
import dev.heddle.model.IpAddress;
import dev.heddle.model.RouterMac;
import dev.heddle.table.KeyTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From uplinks, nodes and routes to what workers look up. */
class TunnelPathTest {
  private static final int BLUE = 56;
  private static final int RED = 57;
  private static final String HEDDLE_MAC = "4c4444454802";

  private ControlFixture daemon;

  @BeforeEach
  void start(@TempDir Path directory) throws IOException {
    daemon = new ControlFixture(directory);
  }

  @AfterEach
  void stop() throws IOException {
    daemon.close();
  }

  private void createTwoNetworksAndAnUplink() {
    daemon.client.apply(
        upsert(daemon.uplink("", "192.0.2.1/24")),
        upsert(node("east", "192.0.2.2")),
        upsert(network("blue", BLUE, "172.19.0.0/16", "fd00:19::/64")),
        upsert(network("red", RED, "172.19.0.0/16")),
        upsert(daemon.endpoint("blue-a", "blue", "172.19.0.10")),
        upsert(daemon.endpoint("red-a", "red", "172.19.0.10")),
        upsertRoute("blue", "172.19.1.0/24", toNode("east")));
  }

  private String way(int vni, String address) {
    return new Lookup(daemon.tables()).way(vni, address);
  }

  private dev.heddle.table.Uplink uplink(String name) {
    int index =
        daemon.client.uplinks().stream()
            .filter(status -> status.getUplink().getName().equals(name))
            .findFirst()
            .orElseThrow()
            .getInterfaceIndex();
    return daemon.tables().underlay().uplink(index);
  }

  private List<IpAddress> wantedAddresses() {
    return daemon.neighbourhood.wanted.stream().map(WantedNeighbour::address).sorted().toList();
  }

  private static IpAddress address(String text) {
    return AddressReader.toAddress(Addresses.parse(text));
  }

  @Test
  void shouldLeadThroughATunnelWhenARouteLeadsToANode() {
    createTwoNetworksAndAnUplink();

    assertThat(way(BLUE, "172.19.1.7"))
        .isEqualTo("node at 192.0.2.2 from 192.0.2.1, " + HEDDLE_MAC + " mtu 1450");
    assertThat(way(RED, "172.19.1.7")).isEqualTo("no route");
    assertThat(way(BLUE, "172.19.0.10")).endsWith(" mtu 1450");
    dev.heddle.table.Uplink uplink = uplink("");
    assertThat(uplink.address4()).isEqualTo(0xc000_0201);
    assertThat(uplink.hasAddress6()).isFalse();
    assertThat(uplink.mtuBytes()).isEqualTo(1500);
    assertThat(uplink.nodes().getAddress4(0xc000_0202)).isZero();
    assertThat(uplink.nodes().getAddress4(0xc000_0203)).isEqualTo(KeyTable.NONE);
    assertThat(uplink.vrfs().get(BLUE)).isEqualTo(new Lookup(daemon.tables()).vrf(BLUE).index());
    assertThat(uplink.vrfs().get(RED)).isEqualTo(new Lookup(daemon.tables()).vrf(RED).index());
    assertThat(uplink.vrfs().get(RED + 1)).isEqualTo(KeyTable.NONE);
    assertThat(daemon.tables().underlay().routerMac()).isEqualTo(RouterMac.ADDRESS);
    assertThat(daemon.client.serverInfo().getRouterMac())
        .isEqualTo(Addresses.parseMac("02:48:45:44:44:4c"));
  }

  @Test
  void shouldListTunnelsAsTheTablesHaveThem() {
    createTwoNetworksAndAnUplink();
    TunnelStatus east = daemon.client.tunnels("").getFirst();
    assertThat(east.getNode()).isEqualTo("east");
    assertThat(east.getLocalAddress()).isEqualTo(Addresses.parse("192.0.2.1"));
    assertThat(east.getRemoteAddress()).isEqualTo(Addresses.parse("192.0.2.2"));
    assertThat(east.getNextHop()).isEqualTo(Addresses.parse("192.0.2.2"));
    assertThat(east.getNextHopMac()).isEmpty();
    assertThat(east.getMtu()).isEqualTo(1450);
    int neighbour = new Lookup(daemon.tables()).neighbour(BLUE, "172.19.1.7");
    daemon.tables().underlay().neighbours().set(neighbour, 0x0200_0000_0002L);
    assertThat(daemon.client.tunnels("east").getFirst().getNextHopMac())
        .isEqualTo(Addresses.parseMac("02:00:00:00:00:02"));
  }

  @Test
  void shouldListTunnelsOverIpv6ThroughAGateway() {
    Uplink uplink =
        daemon.uplink("", "2001:db8::1/64").toBuilder()
            .setGateway6(Addresses.parse("fe80::1"))
            .build();
    daemon.client.apply(upsert(uplink), upsert(node("east", "2001:db8:1::2")));
    TunnelStatus east = daemon.client.tunnels("east").getFirst();
    assertThat(east.getLocalAddress()).isEqualTo(Addresses.parse("2001:db8::1"));
    assertThat(east.getRemoteAddress()).isEqualTo(Addresses.parse("2001:db8:1::2"));
    assertThat(east.getNextHop()).isEqualTo(Addresses.parse("fe80::1"));
    assertThat(east.getMtu()).isEqualTo(1430);
    assertThat(east.getUdpChecksums()).isTrue();
  }

  @Test
  void shouldWantTheNodeOrTheGatewayWhicheverIsOnTheLink() {
    Uplink uplink =
        daemon.uplink("", "192.0.2.1/24").toBuilder()
            .setGateway4(Addresses.parse("192.0.2.254"))
            .build();
    daemon.client.apply(
        upsert(uplink),
        upsert(node("near", "192.0.2.2")),
        upsert(node("far", "198.51.100.2")),
        upsert(node("further", "203.0.113.2")),
        upsert(network("blue", BLUE, "172.19.0.0/16")),
        upsertRoute("blue", "172.19.1.0/24", toNode("near")),
        upsertRoute("blue", "172.19.2.0/24", toNode("far")),
        upsertRoute("blue", "172.19.3.0/24", toNode("further")));

    assertThat(wantedAddresses()).containsExactly(address("192.0.2.2"), address("192.0.2.254"));
    Lookup lookup = new Lookup(daemon.tables());
    assertThat(lookup.neighbour(BLUE, "172.19.2.1"))
        .isEqualTo(lookup.neighbour(BLUE, "172.19.3.1"))
        .isNotEqualTo(lookup.neighbour(BLUE, "172.19.1.1"))
        .isEqualTo(uplink("").neighbours().getAddress4(0xc000_02fe));

    daemon.client.apply(
        upsert(uplink.toBuilder().setGateway4(Addresses.parse("192.0.2.253")).build()));
    assertThat(wantedAddresses()).containsExactly(address("192.0.2.2"), address("192.0.2.253"));
    assertThat(new Lookup(daemon.tables()).neighbour(BLUE, "172.19.1.1"))
        .isEqualTo(lookup.neighbour(BLUE, "172.19.1.1"));
  }

  @Test
  void shouldTakeIpv6WhereTheTwoHaveNothingElseInCommon() {
    daemon.client.apply(
        upsert(daemon.uplink("", "192.0.2.1/24", "2001:db8::1/64")),
        upsert(node("six", "2001:db8::2")),
        upsert(node("both", "2001:db8::3", "192.0.2.3")),
        upsert(network("blue", BLUE, "172.19.0.0/16")),
        upsertRoute("blue", "172.19.1.0/24", toNode("six")),
        upsertRoute("blue", "172.19.2.0/24", toNode("both")));

    assertThat(way(BLUE, "172.19.1.1")).contains("at 2001:db8::2 from 2001:db8::1");
    assertThat(way(BLUE, "172.19.1.1")).contains("with checksums").endsWith("mtu 1430");
    assertThat(way(BLUE, "172.19.2.1")).contains("at 192.0.2.3 from 192.0.2.1");
    assertThat(way(BLUE, "172.19.2.1")).endsWith("mtu 1430");
    daemon.client.apply(
        upsert(node("six", "2001:db8::2").toBuilder().setAcceptsZeroUdp6Checksum(true).build()));
    assertThat(way(BLUE, "172.19.1.1")).doesNotContain("with checksums");
  }

  @Test
  void shouldSpreadFlowsWhenNextHopsAreNodesAndEndpoints() {
    createTwoNetworksAndAnUplink();
    daemon.client.apply(
        upsert(node("west", "192.0.2.3")),
        upsertRoute(
            "blue",
            "10.0.0.0/8",
            weighted(toNode("east"), 2),
            toNode("west"),
            toEndpoint("blue-a")));

    assertThat(way(BLUE, "10.0.0.1"))
        .contains("at 192.0.2.2 from 192.0.2.1, " + HEDDLE_MAC + " mtu 1450=2")
        .contains("at 192.0.2.3 from 192.0.2.1, " + HEDDLE_MAC + " mtu 1450=1");

    daemon.client.apply(deleteRoute("blue", "10.0.0.0/8"), deleteNode("west"));
    assertThat(wantedAddresses()).containsExactly(address("192.0.2.2"));
  }

  @Test
  void shouldFollowAGatewayWhenItStandsOnANode() {
    createTwoNetworksAndAnUplink();
    daemon.client.apply(
        upsertRoute("blue", "10.0.0.0/8", toGateway("172.19.1.20")),
        upsertRoute("blue", "20.0.0.0/8", toGateway("10.0.0.1"), toGateway("172.19.0.10")));
    String toEast = way(BLUE, "172.19.1.20");
    assertThat(way(BLUE, "10.9.9.9")).isEqualTo(toEast).startsWith("node");
    assertThat(way(BLUE, "20.9.9.9")).contains(toEast + "=1");

    daemon.client.apply(deleteRoute("blue", "172.19.1.0/24"));
    assertThat(way(BLUE, "10.9.9.9")).isEqualTo("unresolved");

    daemon.client.apply(upsertRoute("blue", "172.19.1.20/32", toNode("east")));
    assertThat(way(BLUE, "10.9.9.9")).isEqualTo(toEast);
  }

  @Test
  void shouldKeepEachNetworkOnItsOwnUplinkWhenThereAreSeveral() {
    daemon.client.apply(
        upsert(daemon.uplink("", "192.0.2.1/24")),
        upsert(daemon.uplink("fast", "198.51.100.1/24").toBuilder().setMtu(9000).build()),
        upsert(
            node("east", "192.0.2.2").toBuilder()
                .addVteps(ControlFixture.vtep("fast", "198.51.100.2"))
                .build()),
        upsert(network("blue", BLUE, "172.19.0.0/16")),
        upsert(
            network("red", RED, "172.19.0.0/16").toBuilder()
                .setPhysicalNetworkName("fast")
                .build()),
        upsertRoute("blue", "172.19.1.0/24", toNode("east")),
        upsertRoute("red", "172.19.1.0/24", toNode("east")));

    assertThat(way(BLUE, "172.19.1.1"))
        .isEqualTo("node at 192.0.2.2 from 192.0.2.1, " + HEDDLE_MAC + " mtu 1450");
    assertThat(way(RED, "172.19.1.1"))
        .isEqualTo("node at 198.51.100.2 from 198.51.100.1, " + HEDDLE_MAC + " mtu 8950");
    assertThat(uplink("").vrfs().get(RED)).isEqualTo(KeyTable.NONE);
    assertThat(uplink("fast").vrfs().get(BLUE)).isEqualTo(KeyTable.NONE);
    assertThat(uplink("fast").nodes().getAddress4(0xc000_0202)).isEqualTo(KeyTable.NONE);
    assertThat(daemon.client.networks().stream().map(NetworkStatus::getMtu))
        .containsExactly(1450, 8950);

    daemon.client.apply(
        upsert(
            network("blue", BLUE, "172.19.0.0/16").toBuilder()
                .setPhysicalNetworkName("fast")
                .build()));
    assertThat(way(BLUE, "172.19.1.1")).contains("at 198.51.100.2").endsWith("mtu 8950");
    assertThat(uplink("").vrfs().get(BLUE)).isEqualTo(KeyTable.NONE);
  }

  @Test
  void shouldTellTheEffectiveMtuWhenTheUplinkChanges() {
    daemon.client.apply(
        upsert(network("blue", BLUE, "172.19.0.0/16")),
        upsert(network("red", RED, "172.19.0.0/16").toBuilder().setMtu(1300).build()),
        upsert(daemon.endpoint("blue-a", "blue", "172.19.0.10")),
        upsert(daemon.endpoint("blue-b", "blue", "172.19.0.11").toBuilder().setMtu(1400).build()),
        upsert(daemon.endpoint("red-a", "red", "172.19.0.10")));
    assertMtus(1500, 1400, 1300);

    daemon.client.apply(upsert(daemon.uplink("", "192.0.2.1/24")));
    assertMtus(1450, 1400, 1300);
    assertThat(way(BLUE, "172.19.0.10")).endsWith("mtu 1450");
    daemon.client.apply(upsert(daemon.uplink("", "192.0.2.1/24", "2001:db8::1/64")));
    assertMtus(1430, 1400, 1300);
    daemon.client.apply(upsert(daemon.uplink("", "192.0.2.1/24").toBuilder().setMtu(9000).build()));
    assertMtus(8950, 1400, 1300);
    assertThat(way(BLUE, "172.19.0.10")).endsWith("mtu 8950");
    daemon.client.apply(deleteUplink(""));
    assertMtus(1500, 1400, 1300);
  }

  private void assertMtus(int blueA, int blueB, int redA) {
    assertThat(daemon.client.networks().stream().map(NetworkStatus::getMtu))
        .containsExactly(blueA, redA);
    assertThat(daemon.client.endpoints().stream().map(status -> status.getMtu()))
        .containsExactly(blueA, blueB, redA);
  }

  @Test
  void shouldReplaceANodesAddressWhenItMoves() {
    createTwoNetworksAndAnUplink();
    int before = new Lookup(daemon.tables()).neighbour(BLUE, "172.19.1.1");

    daemon.client.apply(
        upsert(
            node("east", "192.0.2.9").toBuilder()
                .setRouterMac(Addresses.parseMac("02:00:00:00:00:09"))
                .build()));

    assertThat(way(BLUE, "172.19.1.1"))
        .isEqualTo("node at 192.0.2.9 from 192.0.2.1, 090000000002 mtu 1450");
    assertThat(uplink("").nodes().getAddress4(0xc000_0202)).isEqualTo(KeyTable.NONE);
    assertThat(uplink("").nodes().getAddress4(0xc000_0209)).isZero();
    assertThat(wantedAddresses()).containsExactly(address("192.0.2.9"));
    assertThat(new Lookup(daemon.tables()).neighbour(BLUE, "172.19.1.1")).isNotEqualTo(before);
  }

  @Test
  void shouldOpenAndCloseThePortWithTheUplink() {
    daemon.client.apply(upsert(daemon.uplink("", "192.0.2.1/24")));
    Path socket = daemon.directory.resolve("uplink.sock");
    assertThat(Files.exists(socket)).isTrue();
    UplinkStatus status = daemon.client.uplinks().getFirst();
    assertThat(status.getUplink().getMtu()).isEqualTo(1500);
    assertThat(status.getMtu()).isEqualTo(1500);
    assertThat(status.getLinkUp()).isFalse();
    assertThat(MacReader.toBytes(uplink("").mac())).isEqualTo(status.getMac());
    assertThat(status.getMac().byteAt(0)).isEqualTo((byte) 2);

    daemon.client.apply(deleteUplink(""), upsert(daemon.uplink("fast", "192.0.2.1/24")));

    assertThat(Files.exists(socket)).isFalse();
    assertThat(daemon.client.uplinks()).hasSize(1);
    assertThat(daemon.tables().underlay().uplink(status.getInterfaceIndex())).isNull();
    daemon.client.apply(upsert(daemon.uplink("", "192.0.2.1/24")));
    assertThat(daemon.client.uplinks().getFirst().getInterfaceIndex())
        .isEqualTo(status.getInterfaceIndex());
  }

  @Test
  void shouldListWhatIsKnownOfNodesAndNeighbours() {
    createTwoNetworksAndAnUplink();
    WantedNeighbour wanted = daemon.neighbourhood.wanted.getFirst();
    daemon.neighbourhood.known =
        List.of(
            new KnownNeighbour(
                wanted.interfaceIndex(),
                wanted.address(),
                0x0500_0000_0002L,
                KnownNeighbour.State.REACHABLE,
                1500));

    assertThat(daemon.client.neighbours())
        .containsExactly(
            NeighbourStatus.newBuilder()
                .setInterfaceIndex(wanted.interfaceIndex())
                .setAddress(Addresses.parse("192.0.2.2"))
                .setMac(Addresses.parseMac("02:00:00:00:00:05"))
                .setState(NeighbourStatus.State.STATE_REACHABLE)
                .setAgeMs(1500)
                .build());
    assertThat(daemon.client.nodes())
        .containsExactly(
            node("east", "192.0.2.2").toBuilder()
                .setRouterMac(Addresses.parseMac("02:48:45:44:44:4c"))
                .build());
  }
}
