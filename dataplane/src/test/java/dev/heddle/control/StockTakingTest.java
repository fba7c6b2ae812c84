package dev.heddle.control;

import static dev.heddle.api.Operations.deleteNetwork;
import static dev.heddle.api.Operations.drop;
import static dev.heddle.api.Operations.upsert;
import static dev.heddle.api.Operations.upsertRoute;
import static dev.heddle.control.ControlFixture.network;
import static dev.heddle.control.ControlFixture.node;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.api.v1.NetworkStatus;
import dev.heddle.api.v1.Operation;
import dev.heddle.control.Inventory.OfNetwork;
import dev.heddle.model.IpAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is told of what there is. */
class StockTakingTest {
  /** More than are looked at at once. */
  private static final int NETWORKS = 600;

  private ControlFixture daemon;

  @BeforeEach
  void start(@TempDir Path directory) throws IOException {
    daemon = new ControlFixture(directory);
  }

  @AfterEach
  void stop() throws IOException {
    daemon.close();
  }

  private static OfNetwork of(NetworkStatus status) {
    return new OfNetwork(
        status.getNetwork().getName(),
        Integer.toString(status.getVrfIndex()),
        status.getRouteCount(),
        status.getEndpointCount(),
        status.getMtu());
  }

  @Test
  void shouldTellEachOfManyNetworksOnce() {
    List<Operation> all = new ArrayList<>();
    for (int i = 0; i < NETWORKS; i++) {
      all.add(upsert(network("n" + i, i + 1, "172.19.0.0/16")));
    }
    all.add(upsert(daemon.endpoint("a", "n7", "172.19.0.10")));
    all.add(upsert(daemon.endpoint("b", "n599", "172.19.0.10")));
    all.add(upsertRoute("n599", "10.0.0.0/8", drop()));
    daemon.client.apply(all);
    daemon.client.apply(deleteNetwork("n8"));

    Inventory inventory = daemon.plane.inventory();
    assertThat(inventory.networks())
        .hasSize(NETWORKS - 1)
        .containsExactlyElementsOf(
            daemon.client.networks().stream().map(StockTakingTest::of).toList())
        .contains(new OfNetwork("n599", "599", 1, 1, 1500));
    assertThat(inventory.interfaces().values())
        .extracting(InterfaceIdentity::name)
        .containsExactlyInAnyOrder("a", "b");
  }

  @Test
  void shouldTellTunnelsAndNeighboursOfEachUplink() {
    daemon.client.apply(
        upsert(daemon.uplink("", "192.0.2.1/24")),
        upsert(daemon.uplink("lab", "198.51.100.1/24")),
        upsert(node("east", "192.0.2.2")),
        upsert(node("west", "192.0.2.3")));
    int first = daemon.client.uplinks().getFirst().getInterfaceIndex();
    daemon.neighbourhood.known =
        List.of(
            known(first, 2, KnownNeighbour.State.REACHABLE),
            known(first, 3, KnownNeighbour.State.INCOMPLETE));
    int east =
        daemon.neighbourhood.wanted.stream()
            .filter(each -> each.address().low() == 0xc000_0202L)
            .findFirst()
            .orElseThrow()
            .index();
    daemon.tables().underlay().neighbours().set(east, 0x0200_0000_0002L);

    Inventory inventory = daemon.plane.inventory();
    assertThat(inventory.nodes()).isEqualTo(2);
    assertThat(inventory.uplinks())
        .containsExactly(
            new Inventory.OfUplink(
                "uplink",
                1500,
                1,
                1,
                Map.of(KnownNeighbour.State.REACHABLE, 1L, KnownNeighbour.State.INCOMPLETE, 1L)),
            new Inventory.OfUplink("uplink:lab", 1500, 0, 0, Map.of()));
  }

  private static KnownNeighbour known(int uplink, int last, KnownNeighbour.State state) {
    IpAddress address = new IpAddress(false, 0, 0xc000_0200L + last);
    return new KnownNeighbour(uplink, address, 0, state, 0);
  }
}
