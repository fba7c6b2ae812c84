package dev.heddle.control;

import static dev.heddle.api.Operations.deleteEndpoint;
import static dev.heddle.api.Operations.deleteNetwork;
import static dev.heddle.api.Operations.deleteRoute;
import static dev.heddle.api.Operations.drop;
import static dev.heddle.api.Operations.toEndpoint;
import static dev.heddle.api.Operations.toGateway;
import static dev.heddle.api.Operations.upsert;
import static dev.heddle.api.Operations.upsertRoute;
import static dev.heddle.api.Operations.weighted;
import static dev.heddle.control.ControlFixture.network;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.api.Addresses;
import dev.heddle.api.v1.Endpoint;
import dev.heddle.api.v1.Routes;
import dev.heddle.table.Attachment;
import dev.heddle.table.NextHops;
import dev.heddle.table.Vrf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlPathTest {
  private static final int BLUE = 56;
  private static final int RED = 57;

  private ControlFixture daemon;

  @BeforeEach
  void start(@TempDir Path directory) throws IOException {
    daemon = new ControlFixture(directory);
  }

  @AfterEach
  void stop() throws IOException {
    daemon.close();
  }

  private Lookup lookup() {
    return new Lookup(daemon.tables());
  }

  private String macOf(String endpoint) {
    return "%012x".formatted(attachment(endpoint).podMac());
  }

  private Attachment attachment(String endpoint) {
    int index =
        daemon.client.endpoints().stream()
            .filter(status -> status.getEndpoint().getName().equals(endpoint))
            .findFirst()
            .orElseThrow()
            .getInterfaceIndex();
    return daemon.tables().attachments()[index];
  }

  private void createBlueAndRed() {
    daemon.client.apply(
        upsert(network("blue", BLUE, "172.19.0.0/16", "fd00:19::/64")),
        upsert(network("red", RED, "172.19.0.0/16", "fd00:19::/64")),
        upsert(daemon.endpoint("blue-a", "blue", "172.19.0.10", "fd00:19::10")),
        upsert(daemon.endpoint("blue-b", "blue", "172.19.0.11")),
        upsert(daemon.endpoint("red-a", "red", "172.19.0.10", "fd00:19::10")));
  }

  @Test
  void shouldLeadToItsOwnEndpointsWhenNetworksShareARange() {
    createBlueAndRed();

    assertThat(lookup().way(BLUE, "172.19.0.10")).isEqualTo(macOf("blue-a") + " mtu 1500");
    assertThat(lookup().way(RED, "172.19.0.10")).isEqualTo(macOf("red-a") + " mtu 1500");
    assertThat(lookup().way(RED, "fd00:19::10")).isEqualTo(macOf("red-a") + " mtu 1500");
    assertThat(lookup().way(RED, "172.19.0.11")).isEqualTo("no route");
    assertThat(lookup().way(BLUE, "172.19.0.1")).isEqualTo("router");
    assertThat(lookup().way(BLUE, "fd00:19::1")).isEqualTo("router");
    assertThat(lookup().way(BLUE, "172.19.0.2")).isEqualTo("no route");
  }

  @Test
  void shouldTellWorkersOfNetworkAndEndpointInTheirByteOrders() {
    Endpoint pod =
        daemon.endpoint("pod", "blue", "172.19.0.10", "172.19.0.11", "fd00:19::10").toBuilder()
            .setMtu(1400)
            .addAllowedSourcePrefixes(Addresses.parsePrefix("10.1.0.0/16"))
            .addAllowedSourcePrefixes(Addresses.parsePrefix("fd00:20::/64"))
            .setMac(Addresses.parseMac("02:11:22:33:44:55"))
            .build();
    daemon.client.apply(
        upsert(network("blue", BLUE, "172.19.0.0/16", "fd00:19::/64")), upsert(pod));

    Attachment attachment = attachment("pod");
    assertThat(attachment.podMac()).isEqualTo(0x5544_3322_1102L);
    assertThat(attachment.address4()).isEqualTo(0x0a00_13ac);
    assertThat(attachment.address6High()).isEqualTo(Long.reverseBytes(0xfd00_0019_0000_0000L));
    assertThat(attachment.address6Low()).isEqualTo(Long.reverseBytes(0x10L));
    assertThat(attachment.otherSources4())
        .containsExactly(0xac13_000b, -1, 0x0a01_0000, 0xffff_0000);
    assertThat(attachment.otherSources6()).containsExactly(0xfd00_0020_0000_0000L, 0, 64);
    assertThat(attachment.mtuBytes()).isEqualTo(1400);
    Vrf vrf = lookup().vrf(BLUE);
    assertThat(attachment.vrfIndex()).isEqualTo(vrf.index());
    assertThat(vrf.range4()).isEqualTo(0xac13_0000);
    assertThat(vrf.range4Mask()).isEqualTo(0xffff_0000);
    assertThat(vrf.gateway4()).isEqualTo(0xac13_0001);
    assertThat(vrf.range6High()).isEqualTo(0xfd00_0019_0000_0000L);
    assertThat(vrf.range6Length()).isEqualTo(64);
    assertThat(vrf.gateway6Low()).isEqualTo(1);
    long word0 = daemon.tables().hops()[4 * lookup().hop(vrf, "172.19.0.10")];
    long word1 = daemon.tables().hops()[4 * lookup().hop(vrf, "172.19.0.10") + 1];
    assertThat(word0).isEqualTo(0x4802_5544_3322_1102L);
    assertThat(word1).isEqualTo(0x4c44_4445L);
  }

  @Test
  void shouldAnswerWithGrowingRevisionsWhenSomethingChanges() {
    long first = daemon.client.apply(upsert(network("blue", BLUE, "172.19.0.0/16")));
    long same = daemon.client.apply(upsert(network("blue", BLUE, "172.19.0.0/16")));
    long second = daemon.client.apply(upsert(network("red", RED, "172.19.0.0/16")));

    assertThat(first).isEqualTo(1);
    assertThat(same).isEqualTo(1);
    assertThat(second).isEqualTo(2);
    assertThat(daemon.tables().revision()).isEqualTo(2);
    assertThat(daemon.client.serverInfo().getRevision()).isEqualTo(2);
  }

  @Test
  void shouldTouchNoTableWhenRoutesAreRepeated() {
    createBlueAndRed();
    daemon.client.apply(upsertRoute("blue", "10.0.0.0/8", toEndpoint("blue-a")));
    Object before = daemon.tables();

    daemon.client.apply(upsertRoute("blue", "10.0.0.0/8", toEndpoint("blue-a")));

    assertThat(daemon.tables()).isSameAs(before);
  }

  @Test
  void shouldUncoverShorterPrefixWhenRouteIsDeleted() {
    createBlueAndRed();
    daemon.client.apply(
        upsertRoute("blue", "10.0.0.0/8", toEndpoint("blue-a")),
        upsertRoute("blue", "10.1.0.0/16", toEndpoint("blue-b")),
        upsertRoute("blue", "10.1.1.0/24", drop()));
    assertThat(lookup().way(BLUE, "10.1.1.1")).isEqualTo("drop");
    assertThat(lookup().way(RED, "10.1.1.1")).isEqualTo("no route");

    daemon.client.apply(deleteRoute("blue", "10.1.1.0/24"));
    assertThat(lookup().way(BLUE, "10.1.1.1")).startsWith(macOf("blue-b"));

    daemon.client.apply(deleteRoute("blue", "10.1.0.0/16"));
    assertThat(lookup().way(BLUE, "10.1.1.1")).startsWith(macOf("blue-a"));
  }

  @Test
  void shouldSpreadFlowsByWeightWhenNextHopsAreSeveral() {
    createBlueAndRed();
    daemon.client.apply(
        upsertRoute(
            "blue",
            "0.0.0.0/0",
            weighted(toEndpoint("blue-a"), 3),
            weighted(toEndpoint("blue-b"), 1)));

    assertThat(lookup().way(BLUE, "8.8.8.8"))
        .contains(macOf("blue-a") + " mtu 1500=3")
        .contains(macOf("blue-b") + " mtu 1500=1");

    daemon.client.apply(
        upsertRoute("blue", "0.0.0.0/0", toEndpoint("blue-b"), toEndpoint("blue-a")));
    assertThat(lookup().way(BLUE, "8.8.8.8"))
        .contains(macOf("blue-a") + " mtu 1500=1")
        .contains(macOf("blue-b") + " mtu 1500=1");
  }

  @Test
  void shouldFollowGatewayWhenEndpointsComeAndGo() {
    createBlueAndRed();
    daemon.client.apply(
        upsertRoute("blue", "10.0.0.0/8", toGateway("172.19.0.20")),
        upsertRoute("blue", "20.0.0.0/8", toGateway("10.9.9.9")));
    assertThat(lookup().way(BLUE, "10.1.1.1")).isEqualTo("unresolved");
    assertThat(lookup().way(BLUE, "20.1.1.1")).isEqualTo("unresolved");

    daemon.client.apply(upsert(daemon.endpoint("blue-gw", "blue", "172.19.0.20")));
    assertThat(lookup().way(BLUE, "10.1.1.1")).startsWith(macOf("blue-gw"));
    assertThat(lookup().way(BLUE, "20.1.1.1")).startsWith(macOf("blue-gw"));

    daemon.client.apply(
        upsert(
            daemon.endpoint("blue-gw", "blue", "172.19.0.20").toBuilder()
                .setMac(Addresses.parseMac("02:aa:aa:aa:aa:aa"))
                .build()));
    assertThat(lookup().way(BLUE, "20.1.1.1")).startsWith("aaaaaaaaaa02");

    daemon.client.apply(deleteEndpoint("blue-gw"));
    assertThat(lookup().way(BLUE, "10.1.1.1")).isEqualTo("unresolved");

    daemon.client.apply(upsertRoute("blue", "172.19.0.16/28", toEndpoint("blue-b")));
    assertThat(lookup().way(BLUE, "20.1.1.1")).startsWith(macOf("blue-b"));
  }

  @Test
  void shouldUseReachableMembersOnlyWhenAGatewayOfSeveralIsUnresolved() {
    createBlueAndRed();
    daemon.client.apply(
        upsertRoute("blue", "10.0.0.0/8", toGateway("172.19.0.20"), toGateway("172.19.0.11")));
    assertThat(lookup().way(BLUE, "10.1.1.1")).startsWith(macOf("blue-b"));

    daemon.client.apply(upsert(daemon.endpoint("blue-gw", "blue", "172.19.0.20")));
    assertThat(lookup().way(BLUE, "10.1.1.1"))
        .contains(macOf("blue-b") + " mtu 1500=1")
        .contains(macOf("blue-gw") + " mtu 1500=1");
  }

  @Test
  void shouldStayUnresolvedWhenGatewaysPointAtEachOther() {
    createBlueAndRed();
    daemon.client.apply(
        upsertRoute("blue", "10.0.0.0/8", toGateway("20.0.0.1")),
        upsertRoute("blue", "20.0.0.0/8", toGateway("10.0.0.1")));

    assertThat(lookup().way(BLUE, "10.1.1.1")).isEqualTo("unresolved");
  }

  @Test
  void shouldCountEachRouteByItselfWhenNetworkCountsRoutes() {
    daemon.client.apply(
        upsert(network("blue", BLUE, "172.19.0.0/16").toBuilder().setCountRoutes(true).build()),
        upsert(daemon.endpoint("a", "blue", "172.19.0.10")),
        upsertRoute("blue", "10.0.0.0/8", toEndpoint("a")),
        upsertRoute("blue", "20.0.0.0/8", toEndpoint("a")));
    assertThat(lookup().way(BLUE, "10.0.0.1")).startsWith(macOf("a"));
    assertThat(lookup().way(BLUE, "172.19.0.10")).startsWith(macOf("a"));

    daemon.meter.packets.put(routeId("10.0.0.1"), 7L);
    int former = routeId("20.0.0.1");
    daemon.meter.packets.put(former, 8L);
    assertThat(counted()).containsExactly(List.of(7L, 8L), List.of(700L, 800L));

    daemon.client.apply(upsertRoute("blue", "20.0.0.0/8", drop()));
    assertThat(lookup().way(BLUE, "20.0.0.1")).isEqualTo("drop");
    assertThat(counted()).containsExactly(List.of(7L, 0L), List.of(700L, 0L));
    daemon.client.apply(upsertRoute("blue", "30.0.0.0/8", drop()));
    assertThat(routeId("30.0.0.1")).isEqualTo(former);
    assertThat(counted()).containsExactly(List.of(7L, 0L, 0L), List.of(700L, 0L, 0L));

    daemon.client.apply(deleteRoute("blue", "10.0.0.0/8"), deleteRoute("blue", "20.0.0.0/8"));
    assertThat(lookup().way(BLUE, "10.0.0.1")).isEqualTo("no route");
  }

  private int routeId(String address) {
    return lookup().value(lookup().vrf(BLUE), address) & ~NextHops.COUNTED_ROUTE;
  }

  /** Packets and bytes of the routes in blue. */
  private List<List<Long>> counted() {
    List<Long> packets = new ArrayList<>();
    List<Long> bytes = new ArrayList<>();
    daemon
        .client
        .routes("blue")
        .forEachRemaining(routes -> {
          packets.addAll(routes.getPacketsList());
          bytes.addAll(routes.getBytesList());
        });
    return List.of(packets, bytes);
  }

  @Test
  void shouldOpenAndRemoveSocketsWithTheirEndpoints() {
    createBlueAndRed();
    Path socket = daemon.directory.resolve("red-a.sock");
    assertThat(Files.exists(socket)).isTrue();
    int index = attachment("red-a").interfaceIndex();

    daemon.client.apply(deleteEndpoint("red-a"), deleteNetwork("red"));

    assertThat(Files.exists(socket)).isFalse();
    assertThat(daemon.tables().attachments()[index]).isNull();
    assertThat(daemon.client.networks()).hasSize(1);
    daemon.client.apply(
        upsert(network("green", 58, "172.19.0.0/16")),
        upsert(daemon.endpoint("green-a", "green", "172.19.0.10")));
    assertThat(attachment("green-a").interfaceIndex()).isEqualTo(index);
    assertThat(lookup().way(58, "172.19.0.10")).startsWith(macOf("green-a"));
  }

  @Test
  void shouldListRoutesByPrefixWithTheirNextHops() {
    createBlueAndRed();
    daemon.client.apply(
        upsertRoute("blue", "10.2.0.0/16", toGateway("172.19.0.11")),
        upsertRoute("blue", "10.0.0.0/8", toEndpoint("blue-a")),
        upsertRoute("blue", "10.1.0.0/16", toEndpoint("blue-a")),
        upsertRoute("blue", "fd00:99::/64", drop()));

    List<String> listed = new ArrayList<>();
    daemon.client.routes("blue").forEachRemaining(routes -> listed.add(describe(routes)));

    assertThat(listed)
        .containsExactly(
            "10.0.0.0/8 10.1.0.0/16 -> ENDPOINT", "10.2.0.0/16 -> GATEWAY", "fd00:99::/64 -> DROP");
    assertThat(daemon.client.networks().getFirst().getRouteCount()).isEqualTo(4);
  }

  private static String describe(Routes routes) {
    return String.join(" ", routes.getPrefixesList().stream().map(Addresses::format).toList())
        + " -> "
        + routes.getNextHops(0).getViaCase();
  }
}
