package dev.heddle.control;

import static dev.heddle.api.Operations.deleteNetwork;
import static dev.heddle.api.Operations.drop;
import static dev.heddle.api.Operations.toEndpoint;
import static dev.heddle.api.Operations.toGateway;
import static dev.heddle.api.Operations.toNode;
import static dev.heddle.api.Operations.upsert;
import static dev.heddle.api.Operations.upsertRoute;
import static dev.heddle.control.ControlFixture.network;
import static dev.heddle.control.ControlFixture.node;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import dev.heddle.api.Addresses;
import dev.heddle.api.v1.Operation;
import dev.heddle.api.v1.Routes;
import dev.heddle.table.Tables;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole state replaced: what is not told goes, what is told already stays as it is. */
class ReplaceTest {
  private ControlFixture daemon;

  @BeforeEach
  void start(@TempDir Path directory) throws IOException {
    daemon = new ControlFixture(directory);
  }

  @AfterEach
  void stop() throws IOException {
    daemon.close();
  }

  private List<Operation> state() {
    return List.of(
        upsert(daemon.uplink("", "192.0.2.1/24")),
        upsert(node("east", "192.0.2.3")),
        upsert(network("blue", 56, "172.19.0.0/16", "fd00:19::/64")),
        upsert(network("red", 57, "172.19.0.0/16")),
        upsert(daemon.endpoint("blue-a", "blue", "172.19.0.10", "fd00:19::10")),
        upsert(daemon.endpoint("red-a", "red", "172.19.0.10")),
        upsertRoute("blue", "10.0.0.0/8", toEndpoint("blue-a")),
        upsertRoute("blue", "10.1.0.0/16", toEndpoint("blue-a"), toGateway("172.19.0.77")),
        upsertRoute("blue", "172.19.0.99/32", drop()),
        upsertRoute("blue", "0.0.0.0/0", toEndpoint("blue-a")),
        upsertRoute("blue", "fd00:77::/64", toEndpoint("blue-a")),
        upsertRoute("red", "20.0.0.0/8", toNode("east")));
  }

  private List<String> routes(String network) {
    List<String> texts = new ArrayList<>();
    for (Iterator<Routes> all = daemon.client.routes(network); all.hasNext(); ) {
      all.next().getPrefixesList().forEach(prefix -> texts.add(Addresses.format(prefix)));
    }
    return texts;
  }

  private StatusRuntimeException refusal(Operation... operations) {
    return catchThrowableOfType(
        StatusRuntimeException.class, () -> daemon.client.replace(List.of(operations)));
  }

  @Test
  void shouldTouchNoTableWhenNothingDiffers() {
    daemon.client.apply(state());
    Tables before = daemon.tables();
    int published = daemon.publications();

    List<Operation> shuffled = new ArrayList<>(state());
    Collections.shuffle(shuffled, new Random(1));
    long revision = daemon.client.replace(shuffled);

    assertThat(revision).isEqualTo(1);
    assertThat(daemon.publications()).isEqualTo(published);
    assertThat(daemon.tables()).isSameAs(before);
    assertThat(daemon.client.serverInfo().getRevision()).isEqualTo(1);
  }

  @Test
  void shouldTouchOnlyTheOtherNetworksTablesWhenOneRouteIsGone() {
    daemon.client.apply(state());
    Tables before = daemon.tables();
    int index = daemon.client.networks().getLast().getVrfIndex();

    List<Operation> without = state().stream().filter(each -> !isRouteOf(each, "red")).toList();
    assertThat(daemon.client.replace(without)).isEqualTo(2);

    Tables after = daemon.tables();
    assertThat(daemon.publications()).isEqualTo(2);
    assertThat(routes("red")).isEmpty();
    assertThat(routes("blue"))
        .containsExactly(
            "0.0.0.0/0", "10.0.0.0/8", "10.1.0.0/16", "172.19.0.99/32", "fd00:77::/64");
    assertThat(after.attachments()).isSameAs(before.attachments());
    for (int vrf = 0; vrf < after.vrfs().length; vrf++) {
      if (vrf != index) {
        assertThat(after.vrfs()[vrf]).isSameAs(before.vrfs()[vrf]);
      }
    }
  }

  private static boolean isRouteOf(Operation operation, String network) {
    return operation.hasUpsertRoutes() && operation.getUpsertRoutes().getNetwork().equals(network);
  }

  @Test
  void shouldDeleteEverythingThatIsNotTold() {
    daemon.client.apply(state());
    Path socket = daemon.directory.resolve("red-a.sock");
    assertThat(socket).exists();

    assertThat(daemon.client.replace(List.of(upsert(network("green", 58, "10.0.0.0/8")))))
        .isEqualTo(2);

    assertThat(daemon.client.networks())
        .extracting(status -> status.getNetwork().getName())
        .containsExactly("green");
    assertThat(daemon.client.endpoints()).isEmpty();
    assertThat(daemon.client.nodes()).isEmpty();
    assertThat(daemon.client.uplinks()).isEmpty();
    assertThat(socket).doesNotExist();
    assertThat(daemon.client.replace(List.of())).isEqualTo(3);
    assertThat(daemon.client.networks()).isEmpty();
  }

  @Test
  void shouldGiveNamesAddressesAndPrefixesToOthersAtOnce() {
    daemon.client.apply(
        upsert(network("blue", 60, "172.19.0.0/16")),
        upsert(network("old", 56, "172.19.0.0/16")),
        upsert(daemon.endpoint("blue-b", "blue", "172.19.0.10")),
        upsert(daemon.endpoint("old-b", "old", "172.19.0.10")),
        upsertRoute("blue", "10.0.0.0/8", toEndpoint("blue-b")),
        upsertRoute("blue", "172.19.0.20/32", drop()),
        upsertRoute("blue", "50.0.0.0/8", toEndpoint("blue-b")),
        upsertRoute("old", "50.0.0.0/8", toEndpoint("old-b")));

    daemon.client.replace(
        Stream.concat(
                state().stream(),
                Stream.of(upsert(daemon.endpoint("blue-c", "blue", "172.19.0.20"))))
            .toList());

    assertThat(daemon.client.networks())
        .extracting(status -> status.getNetwork().getName(), status -> status.getNetwork().getVni())
        .containsExactly(tuple("blue", 56), tuple("red", 57));
    assertThat(daemon.client.endpoints())
        .extracting(status -> status.getEndpoint().getName())
        .containsExactly("blue-a", "blue-c", "red-a");
    assertThat(routes("blue"))
        .containsExactly(
            "0.0.0.0/0", "10.0.0.0/8", "10.1.0.0/16", "172.19.0.99/32", "fd00:77::/64");
    Lookup lookup = new Lookup(daemon.tables());
    assertThat(lookup.way(56, "50.0.0.1")).isEqualTo(lookup.way(56, "9.9.9.9"));
    assertThat(lookup.way(56, "172.19.0.20")).isNotEqualTo(lookup.way(56, "9.9.9.9"));
  }

  @Test
  void shouldChangeNothingWhenAnythingIsRefused() {
    daemon.client.apply(state());
    int published = daemon.publications();

    StatusRuntimeException deletion =
        refusal(upsert(network("green", 58, "10.0.0.0/8")), deleteNetwork("blue"));
    StatusRuntimeException dangling = refusal(upsertRoute("blue", "10.0.0.0/8", drop()));
    StatusRuntimeException endpoint =
        refusal(
            upsert(network("blue", 56, "172.19.0.0/16", "fd00:19::/64")),
            upsertRoute("blue", "10.0.0.0/8", toEndpoint("blue-a")));

    assertThat(deletion.getStatus().getCode()).isEqualTo(Code.INVALID_ARGUMENT);
    assertThat(deletion.getStatus().getDescription())
        .isEqualTo(
            "operation 1: change delete_network: a replacement tells only what there shall be;"
                + " leave it out");
    assertThat(dangling.getStatus().getDescription())
        .startsWith("routes of network blue: network blue: no such network");
    assertThat(endpoint.getStatus().getDescription()).contains("blue-a").contains("no such");
    assertThat(daemon.publications()).isEqualTo(published);
    assertThat(daemon.client.replace(state())).isEqualTo(1);
  }
}
