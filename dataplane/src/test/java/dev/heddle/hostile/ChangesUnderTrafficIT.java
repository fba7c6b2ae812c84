package dev.heddle.hostile;

import static dev.heddle.api.Operations.deleteEndpoint;
import static dev.heddle.api.Operations.deleteNetwork;
import static dev.heddle.api.Operations.deleteRoute;
import static dev.heddle.api.Operations.deleteRoutes;
import static dev.heddle.api.Operations.drop;
import static dev.heddle.api.Operations.toEndpoint;
import static dev.heddle.api.Operations.toGateway;
import static dev.heddle.api.Operations.upsert;
import static dev.heddle.api.Operations.upsertRoute;
import static dev.heddle.api.Operations.weighted;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.heddle.api.HeddleClient;
import dev.heddle.api.v1.NextHop;
import dev.heddle.api.v1.Operation;
import dev.heddle.api.v1.Prefix;
import dev.heddle.api.v1.Routes;
import io.grpc.StatusRuntimeException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Networks, endpoints and routes change all the while that two workers look packets up: each packet
 * meets the tables before a transaction or after it, and none is lost.
 */
class ChangesUnderTrafficIT {
  private static final int WORKERS = 2;
  private static final int NETWORK_ROUNDS = 60;
  private static final int ROUTE_ROUNDS = 300;
  private static final int NETWORKS = 2_000;
  private static final int ROUTES = 1_000_000;
  private static final int SINGLE_CHANGES = 200;

  /** Behind a route to erin, and not her own address. */
  private static final Frames.Address BEHIND_ERIN =
      new Frames.Address(0x0a01_0005, Scene.ERIN.mac());

  private Scene scene;
  private HeddleClient client;

  /** They depend on a route that changes; those of the scene on an endpoint that does not. */
  private VictimTraffic routed;

  @BeforeEach
  void start() {
    scene = new Scene(false, WORKERS);
    client = scene.client();
    client.apply(upsertRoute("blue", "10.1.0.0/16", toEndpoint("erin")));
    routed =
        new VictimTraffic(scene.dave(), Scene.DAVE, scene.erin(), BEHIND_ERIN, scene.routerMac());
  }

  @AfterEach
  void stop() {
    try {
      routed.close();
    } finally {
      scene.close();
    }
  }

  private void awaitTraffic() {
    routed.awaitMore(20);
    scene.victims().awaitMore(20);
  }

  private void assertNothingLost() {
    awaitTraffic();
    routed.close();
    scene.assertOthersUnharmed();
    assertThat(scene.dropsOfAll()).isZero();
  }

  @Test
  void shouldServeNewNetworksAtOnceAndLoseNothingWhenNetworksComeAndGo() {
    long revision = client.serverInfo().getRevision();
    for (int round = 1; round <= NETWORK_ROUNDS; round++) {
      // The victims' own addresses, in another network each time, in tables that are used again.
      String network = "net-" + round % 7;
      assertThat(
              client.apply(
                  upsert(Scene.network(network, 1000 + round)),
                  upsert(scene.endpoint("one", network, false, Scene.ALICE)),
                  upsert(scene.endpoint("other", network, false, Scene.BOB)),
                  upsertRoute(network, "10.1.0.0/16", drop())))
          .isEqualTo(++revision);
      try (Pod one = scene.join("one");
          Pod other = scene.join("other")) {
        assertThat(Gateway.resolve(one, Scene.ALICE)).isEqualTo(scene.routerMac());
        assertThat(Gateway.resolve(other, Scene.BOB)).isEqualTo(scene.routerMac());
        for (int number = 0; number < 10; number++) {
          byte[] frame = Frames.udp(scene.routerMac(), Scene.ALICE, Scene.BOB, number, 100);
          assertThat(one.send(frame)).isTrue();
          assertThat(other.awaitFrame())
              .isEqualTo(Frames.routed(frame, scene.routerMac(), Scene.BOB));
        }
        assertThat(
                client.apply(
                    deleteNetwork(network),
                    deleteEndpoint("one"),
                    deleteEndpoint("other"),
                    deleteRoute(network, "10.1.0.0/16")))
            .isEqualTo(++revision);
        one.control().awaitEnd();
        other.control().awaitEnd();
      }
    }
    assertNothingLost();
  }

  @Test
  void shouldLoseNothingWhenThousandsOfNetworksComeAndGo() {
    for (int round = 0; round < 3; round++) {
      List<Operation> creations = new ArrayList<>();
      List<Operation> deletions = new ArrayList<>();
      for (int i = 0; i < NETWORKS; i++) {
        creations.add(upsert(Scene.network("many-" + i, 10_000 + i)));
        creations.add(upsertRoute("many-" + i, "10.1.0.0/16", drop()));
        deletions.add(deleteNetwork("many-" + i));
        deletions.add(deleteRoute("many-" + i, "10.1.0.0/16"));
      }
      client.apply(creations);
      awaitTraffic();
      assertThat(client.networks()).hasSize(NETWORKS + 2);
      client.apply(deletions);
      awaitTraffic();
      assertThat(client.networks()).hasSize(2);
    }
    assertNothingLost();
  }

  @Test
  void shouldLoseNothingWhenTheRoutesOfThePacketsChange() {
    List<NextHop[]> waysToErin =
        List.of(
            new NextHop[] {toEndpoint("erin")},
            new NextHop[] {toGateway(Scene.ERIN.toString())},
            new NextHop[] {
              weighted(toEndpoint("erin"), 3), weighted(toGateway(Scene.ERIN.toString()), 5)
            });
    for (int round = 0; round < ROUTE_ROUNDS; round++) {
      NextHop[] way = waysToErin.get(round % waysToErin.size());
      // Longer prefixes that cover the packets come and go while shorter ones change below them.
      String longer = "10.1.0.0/" + (17 + round % 16);
      String covering = BEHIND_ERIN + "/32";
      client.apply(
          upsertRoute("blue", round % 2 == 0 ? longer : covering, way),
          upsertRoute("red", "10.1.0.0/16", drop()),
          upsertRoute("blue", "10.2.0.0/16", drop()));
      client.apply(upsertRoute("blue", "10.1.0.0/16", way));
      changeErin(round);
      client.apply(deleteRoute("blue", round % 2 == 0 ? longer : covering));
      assertThatThrownBy(() ->
              client.apply(upsertRoute("blue", "10.1.0.0/16", drop()), deleteNetwork("no such")))
          .isInstanceOf(StatusRuntimeException.class);
      routed.awaitMore(1);
    }
    assertNothingLost();
  }

  /** Another address besides her own, and another MTU. */
  private void changeErin(int round) {
    client.apply(
        upsert(
            scene
                .endpoint("erin", "blue", false, Scene.ERIN, Frames.Address.ofPod(200 + round % 3))
                .toBuilder()
                .setMtu(1460 + round % 40)
                .build()));
  }

  @Test
  void shouldLoseNothingWhenAMillionRoutesComeAndChangeAndGo() {
    List<Prefix> prefixes = IntStream.range(0, ROUTES).mapToObj(this::prefix).toList();
    Operation load =
        upsert(
            Routes.newBuilder()
                .setNetwork("blue")
                .addAllPrefixes(prefixes)
                .addNextHops(toEndpoint("erin"))
                .build());
    client.apply(load);
    client.apply(deleteRoutes("blue", prefixes));
    awaitTraffic();
    scene.holdMemory();
    client.apply(load);
    awaitTraffic();
    for (int change = 0; change < SINGLE_CHANGES; change++) {
      Prefix one = prefixes.get(change * 4999);
      client.apply(
          upsert(
              Routes.newBuilder()
                  .setNetwork("blue")
                  .addPrefixes(one)
                  .addNextHops(toGateway(Scene.ERIN.toString()))
                  .build()));
      routed.awaitMore(1);
    }
    client.apply(deleteRoutes("blue", prefixes));
    assertNothingLost();
  }

  /** A /26, a different one for each index; among them those around the packets' destination. */
  private Prefix prefix(int index) {
    int address = 0x0a00_0000 + (index << 6);
    return Prefix.newBuilder()
        .setAddress(ByteString.copyFrom(ByteBuffer.allocate(4).putInt(address).flip()))
        .setLength(26)
        .build();
  }
}
