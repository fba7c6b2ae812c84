package dev.heddle.hostile;

import static dev.heddle.api.Operations.toEndpoint;
import static dev.heddle.api.Operations.upsert;
import static dev.heddle.api.Operations.upsertRoute;
import static dev.heddle.api.Operations.weighted;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.api.Addresses;
import dev.heddle.api.v1.Routes;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A network that counts its routes tells what took each of them, whoever carried the packets. */
class RouteCountIT {
  private static final int WORKERS = 2;
  private static final int FRAME_BYTES = 114;
  private static final int PACKET_BYTES = FRAME_BYTES - Frames.ETHERNET_BYTES;
  private static final int ROUNDS = 500;

  private Scene scene;

  @BeforeEach
  void start() {
    scene = new Scene(false, WORKERS);
    scene
        .client()
        .apply(
            upsert(Scene.network("counted", 99).toBuilder().setCountRoutes(true).build()),
            upsert(scene.endpoint("one", "counted", false, Scene.MALLORY, Scene.MALLORY_ALSO)),
            upsert(scene.endpoint("two", "counted", false, Scene.BOB)),
            upsertRoute("counted", "10.1.0.0/16", toEndpoint("two")),
            upsertRoute("counted", "10.1.1.0/24", weighted(toEndpoint("two"), 2)),
            upsertRoute("counted", "10.2.0.0/16", toEndpoint("one"), toEndpoint("two")),
            upsertRoute("counted", "10.3.0.0/16", toEndpoint("two")));
  }

  @AfterEach
  void stop() {
    scene.close();
  }

  @Test
  void shouldTellPacketsAndBytesOfEachRouteWhenPacketsTookIt() {
    try (Pod one = scene.join("one");
        Pod two = scene.join("two")) {
      Pod[] pods = {one, two};
      for (int round = 0; round < ROUNDS; round++) {
        send(one, Scene.MALLORY, 0x0a01_0005, pods);
        // The slow path counts as well: a source that is not the first one.
        send(one, Scene.MALLORY_ALSO, 0x0a01_0105, pods);
        send(two, Scene.BOB, 0x0a01_0106, pods);
        send(two, Scene.BOB, 0x0a02_0000 + round, pods);
      }
    }
    assertThat(counted())
        .isEqualTo(
            Map.of(
                "10.1.0.0/16",
                (long) ROUNDS,
                "10.1.1.0/24",
                2 * (long) ROUNDS,
                "10.2.0.0/16",
                (long) ROUNDS,
                "10.3.0.0/16",
                0L));
    scene.client().apply(upsertRoute("counted", "10.1.1.0/24", toEndpoint("one")));
    assertThat(counted())
        .containsEntry("10.1.1.0/24", 0L)
        .containsEntry("10.1.0.0/16", (long) ROUNDS);
    scene.assertOthersUnharmed();
  }

  private void send(Pod from, Frames.Address source, int destination, Pod[] receivers) {
    Frames.Address to = new Frames.Address(destination, null);
    assertThat(from.send(Frames.udp(scene.routerMac(), source, to, 1, FRAME_BYTES))).isTrue();
    Await.until(
        "the packet arrives",
        () -> {
          for (Pod receiver : receivers) {
            if (receiver.receive() != null) {
              return true;
            }
          }
          return false;
        });
  }

  /** Packets by prefix; bytes are checked to agree. */
  private Map<String, Long> counted() {
    Map<String, Long> counted = new TreeMap<>();
    scene
        .client()
        .routes("counted")
        .forEachRemaining(routes -> {
          for (int i = 0; i < routes.getPrefixesCount(); i++) {
            counted.put(Addresses.format(routes.getPrefixes(i)), packets(routes, i));
          }
        });
    return counted;
  }

  private static long packets(Routes routes, int index) {
    long packets = routes.getPackets(index);
    assertThat(routes.getBytes(index)).isEqualTo(packets * PACKET_BYTES);
    return packets;
  }
}
