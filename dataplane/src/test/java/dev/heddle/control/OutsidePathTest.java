package dev.heddle.control;

import static dev.heddle.api.Operations.deleteRoute;
import static dev.heddle.api.Operations.deleteUplink;
import static dev.heddle.api.Operations.toEndpoint;
import static dev.heddle.api.Operations.toGateway;
import static dev.heddle.api.Operations.toNode;
import static dev.heddle.api.Operations.upsert;
import static dev.heddle.api.Operations.upsertRoute;
import static dev.heddle.control.ControlFixture.network;
import static dev.heddle.control.ControlFixture.node;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.api.Addresses;
import dev.heddle.api.v1.Uplink;
import dev.heddle.compile.WantedNeighbour;
import dev.heddle.table.Neighbours;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From uplinks that lead outside and routes by gateways there to what workers look up. */
class OutsidePathTest {
  private static final int BLUE = 56;
  private static final int RED = 57;

  private ControlFixture daemon;

  @BeforeEach
  void start(@TempDir Path directory) throws IOException {
    daemon = new ControlFixture(directory);
    daemon.client.apply(
        upsert(network("blue", BLUE, "172.19.0.0/16", "fd00:19::/64")),
        upsert(network("red", RED, "172.19.0.0/16")),
        upsert(daemon.endpoint("blue-a", "blue", "172.19.0.10")));
  }

  @AfterEach
  void stop() throws IOException {
    daemon.close();
  }

  private Uplink outside(String name, String network, String... addresses) {
    return daemon.uplink(name, addresses).toBuilder().setNetwork(network).build();
  }

  private String way(int vni, String address) {
    return new Lookup(daemon.tables()).way(vni, address);
  }

  private int index(String uplink) {
    return daemon.client.uplinks().stream()
        .filter(status -> status.getUplink().getName().equals(uplink))
        .findFirst()
        .orElseThrow()
        .getInterfaceIndex();
  }

  /** What a hop to a gateway must say. */
  private String leadsTo(String uplink, String gateway, int mtuBytes) {
    WantedNeighbour neighbour =
        daemon.neighbourhood.wanted.stream()
            .filter(wanted ->
                wanted.interfaceIndex() == index(uplink)
                    && wanted.address().equals(AddressReader.toAddress(Addresses.parse(gateway))))
            .findFirst()
            .orElseThrow();
    return "outside through %d to neighbour %d mtu %d"
        .formatted(index(uplink), neighbour.index(), mtuBytes);
  }

  @Test
  void shouldLeadToGatewaysOnTheLinkWhenRoutesNameThem() {
    daemon.client.apply(
        upsert(outside("wan", "blue", "192.0.2.10/24", "2001:db8::10/64")),
        upsertRoute("blue", "0.0.0.0/0", toGateway("192.0.2.1")),
        upsertRoute("blue", "192.0.2.77/32", toGateway("192.0.2.77")),
        upsertRoute("blue", "10.0.0.0/8", toGateway("192.0.2.1"), toGateway("192.0.2.2")),
        upsertRoute("blue", "::/0", toGateway("2001:db8::1")),
        upsertRoute("red", "0.0.0.0/0", toGateway("192.0.2.1")));

    assertThat(way(BLUE, "8.8.8.8")).isEqualTo(leadsTo("wan", "192.0.2.1", 1500));
    assertThat(way(BLUE, "192.0.2.77")).isEqualTo(leadsTo("wan", "192.0.2.77", 1500));
    assertThat(way(BLUE, "2620::1")).isEqualTo(leadsTo("wan", "2001:db8::1", 1500));
    assertThat(way(BLUE, "10.1.1.1"))
        .contains(leadsTo("wan", "192.0.2.1", 1500) + "=", leadsTo("wan", "192.0.2.2", 1500) + "=");
    assertThat(way(RED, "8.8.8.8")).isEqualTo("unresolved");
    assertThat(daemon.neighbourhood.wanted).hasSize(4);
    dev.heddle.table.Uplink uplink = daemon.tables().underlay().uplink(index("wan"));
    assertThat(uplink.outside().vrf()).isEqualTo(new Lookup(daemon.tables()).vrf(BLUE).index());
    assertThat(uplink.isOnLink4(0xc000_02fe)).isTrue();
    assertThat(uplink.isOnLink4(0xc000_020a)).isFalse();
    assertThat(uplink.isOnLink4(0xc000_0301)).isFalse();
    assertThat(uplink.isOnLink6(0x2001_0db8L << 32, -1)).isTrue();
    assertThat(uplink.isOnLink6(0x2001_0db8L << 32, 0x10)).isFalse();
    assertThat(uplink.isOnLink6(0x2001_0db8L << 32 | 1, 1)).isFalse();
    assertThat(uplink.neighbours().getAddress4(0xc000_0201))
        .isEqualTo(new Lookup(daemon.tables()).neighbour(BLUE, "8.8.8.8"));
  }

  @Test
  void shouldFollowTheUplinkWhenItComesChangesAndGoes() {
    daemon.client.apply(
        upsertRoute("blue", "0.0.0.0/0", toGateway("192.0.2.1")),
        upsertRoute("blue", "10.0.0.0/8", toGateway("198.51.100.1"), toEndpoint("blue-a")),
        upsertRoute("blue", "198.51.100.0/24", toGateway("192.0.2.1")));
    assertThat(way(BLUE, "8.8.8.8")).isEqualTo("unresolved");
    assertThat(way(BLUE, "10.1.1.1")).endsWith("0002 mtu 1500");

    daemon.client.apply(upsert(outside("wan", "blue", "192.0.2.10/24")));
    String first = leadsTo("wan", "192.0.2.1", 1500);
    assertThat(way(BLUE, "8.8.8.8")).isEqualTo(first);
    assertThat(way(BLUE, "198.51.100.9")).isEqualTo(first);
    assertThat(way(BLUE, "10.1.1.1")).contains(first + "=");

    daemon.client.apply(
        upsert(outside("wan", "blue", "192.0.2.10/24").toBuilder().setMtu(1280).build()),
        upsert(outside("lan", "blue", "198.51.100.10/24")));
    assertThat(way(BLUE, "8.8.8.8")).isEqualTo(leadsTo("wan", "192.0.2.1", 1280));
    assertThat(way(BLUE, "10.1.1.1")).contains(leadsTo("lan", "198.51.100.1", 1500) + "=");
    assertThat(daemon.neighbourhood.wanted).hasSize(2);

    daemon.client.apply(deleteUplink("wan"));
    assertThat(way(BLUE, "8.8.8.8")).isEqualTo("unresolved");
    assertThat(daemon.neighbourhood.wanted).hasSize(1);
    daemon.client.apply(deleteUplink("lan"));
    assertThat(way(BLUE, "10.1.1.1")).endsWith("0002 mtu 1500");
    assertThat(daemon.neighbourhood.wanted).isEmpty();
  }

  @Test
  void shouldWantGatewaysNoLongerThanRoutesNameThem() {
    daemon.client.apply(upsert(outside("wan", "blue", "192.0.2.10/24")));
    for (int round = 0; round < 5; round++) {
      for (int i = 1; i < 6; i++) {
        String gateway = "192.0.2." + (20 * round + i);
        daemon.client.apply(upsertRoute("blue", "10." + i + ".0.0/16", toGateway(gateway)));
        assertThat(way(BLUE, "10." + i + ".0.1")).isEqualTo(leadsTo("wan", gateway, 1500));
      }
      assertThat(daemon.neighbourhood.wanted).hasSize(5);
    }
    assertThat(daemon.neighbourhood.wanted)
        .allMatch(wanted -> wanted.index() < 20 && wanted.index() < Neighbours.CAPACITY);
    for (int i = 1; i < 6; i++) {
      daemon.client.apply(deleteRoute("blue", "10." + i + ".0.0/16"));
    }
    assertThat(daemon.neighbourhood.wanted).isEmpty();
  }

  @Test
  void shouldKeepTunnelsApartWhenThereAreBothKindsOfUplinks() {
    daemon.client.apply(
        upsert(daemon.uplink("", "10.9.0.1/24")),
        upsert(outside("wan", "blue", "192.0.2.10/24")),
        upsert(node("east", "10.9.0.2")),
        upsertRoute("blue", "172.19.1.0/24", toNode("east")),
        upsertRoute("blue", "0.0.0.0/0", toGateway("192.0.2.1")));

    assertThat(way(BLUE, "172.19.1.1")).startsWith("node at 10.9.0.2 from 10.9.0.1");
    assertThat(way(BLUE, "8.8.8.8")).isEqualTo(leadsTo("wan", "192.0.2.1", 1500));
    dev.heddle.table.Uplink wan = daemon.tables().underlay().uplink(index("wan"));
    assertThat(wan.vrfs().get(BLUE)).isNegative();
    assertThat(wan.nodes().getAddress4(0x0a09_0002)).isNegative();
    assertThat(daemon.tables().underlay().uplink(index("")).outside()).isNull();
    daemon.client.apply(deleteUplink("wan"), upsert(node("west", "10.9.0.3")));
    assertThat(way(BLUE, "172.19.1.1")).startsWith("node at 10.9.0.2 from 10.9.0.1");
    assertThat(way(BLUE, "8.8.8.8")).isEqualTo("unresolved");
  }
}
