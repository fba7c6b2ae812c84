package dev.heddle.hostile;

import static dev.heddle.api.Operations.toEndpoint;
import static dev.heddle.api.Operations.upsert;
import static dev.heddle.api.Operations.upsertRoute;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.api.HeddleClient;
import dev.heddle.api.Watch;
import dev.heddle.api.v1.Observed;
import dev.heddle.api.v1.Operation;
import dev.heddle.api.v1.Routes;
import dev.heddle.api.v1.WatchReply;
import dev.heddle.api.v1.WatchRequest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The whole state replaced, again and again, while pods talk to each other. */
class ReplaceUnderTrafficIT {
  private static final int ROUNDS = 100;

  /** Behind a route to erin, and not her own address. */
  private static final Frames.Address BEHIND_ERIN =
      new Frames.Address(0x0a01_0005, Scene.ERIN.mac());

  private Scene scene;
  private HeddleClient client;
  private VictimTraffic routed;

  @BeforeEach
  void start() {
    scene = new Scene(false, 2);
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

  /** Everything that there is, as an agent reads it back. */
  private List<Operation> state() {
    List<Operation> state = new ArrayList<>();
    client.networks().forEach(each -> state.add(upsert(each.getNetwork())));
    client.endpoints().forEach(each -> state.add(upsert(each.getEndpoint())));
    for (Routes routes : client.listRoutes("blue").items()) {
      state.add(upsert(routes));
    }
    return state;
  }

  @Test
  void shouldLoseNoPacketOfWhatStaysWhenTheStateIsReplaced() {
    List<Operation> one = state();
    List<Operation> other = new ArrayList<>(one);
    other.add(upsert(Scene.network("green", 58)));
    other.add(upsert(scene.endpoint("olive", "green", false, Scene.ALICE)));
    other.add(upsertRoute("green", "10.1.0.0/16", toEndpoint("olive")));
    other.add(upsertRoute("blue", "10.2.0.0/16", toEndpoint("erin")));
    long revision = client.serverInfo().getRevision();

    assertThat(client.replace(one)).isEqualTo(revision);
    for (int round = 0; round < ROUNDS; round++) {
      assertThat(client.replace(other)).isEqualTo(++revision);
      assertThat(client.replace(other)).isEqualTo(revision);
      assertThat(client.replace(one)).isEqualTo(++revision);
    }

    routed.awaitMore(20);
    scene.victims().awaitMore(20);
    routed.close();
    scene.assertOthersUnharmed();
    assertThat(scene.dropsOfAll()).isZero();
  }

  @Test
  void shouldTellThoseWhoWatchWhenAPodComesAndGoes() throws InterruptedException {
    try (Watch watch = client.watch(WatchRequest.getDefaultInstance())) {
      assertThat(watch.next().getObservedList())
          .contains(observed("alice", Observed.State.STATE_UP))
          .contains(observed("mallory", Observed.State.STATE_DOWN))
          .contains(Observed.newBuilder().setWorker(1).setState(Observed.State.STATE_UP).build());
      try (Pod mallory = scene.join("mallory")) {
        assertThat(mallory).isNotNull();
        await(watch, observed("mallory", Observed.State.STATE_UP));
      }
      await(watch, observed("mallory", Observed.State.STATE_DOWN));
    }
  }

  private static Observed observed(String endpoint, Observed.State state) {
    return Observed.newBuilder().setEndpoint(endpoint).setState(state).build();
  }

  private static void await(Watch watch, Observed wanted) throws InterruptedException {
    WatchReply reply = watch.next();
    while (!reply.getObservedList().contains(wanted)) {
      reply = watch.next();
    }
  }
}
