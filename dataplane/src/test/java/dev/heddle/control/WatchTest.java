package dev.heddle.control;

import static dev.heddle.api.Operations.deleteEndpoint;
import static dev.heddle.api.Operations.deleteRoute;
import static dev.heddle.api.Operations.drop;
import static dev.heddle.api.Operations.toEndpoint;
import static dev.heddle.api.Operations.upsert;
import static dev.heddle.api.Operations.upsertRoute;
import static dev.heddle.control.ControlFixture.network;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import com.google.rpc.ErrorInfo;
import dev.heddle.api.HeddleClient;
import dev.heddle.api.Watch;
import dev.heddle.api.v1.Network;
import dev.heddle.api.v1.Observed;
import dev.heddle.api.v1.Operation;
import dev.heddle.api.v1.Prefix;
import dev.heddle.api.v1.Routes;
import dev.heddle.api.v1.WatchReply;
import dev.heddle.api.v1.WatchRequest;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What those who watch are told. */
class WatchTest {
  private static final Network BLUE = network("blue", 56, "172.19.0.0/16");

  private ControlFixture daemon;

  @BeforeEach
  void start(@TempDir Path directory) throws IOException {
    daemon = new ControlFixture(directory);
  }

  @AfterEach
  void stop() throws IOException {
    daemon.close();
  }

  private static WatchRequest since(long revision) {
    return WatchRequest.newBuilder().setSinceRevision(revision).build();
  }

  /** The next reply that tells changes. */
  private static WatchReply nextChange(Watch watch, long after) throws InterruptedException {
    WatchReply reply = watch.next();
    while (reply.getRevision() == after) {
      reply = watch.next();
    }
    return reply;
  }

  private static Observed nextObserved(Watch watch) throws InterruptedException {
    WatchReply reply = watch.next();
    while (reply.getObservedCount() == 0) {
      reply = watch.next();
    }
    return reply.getObserved(0);
  }

  private String reason(WatchRequest request, Code code) {
    try (Watch watch = daemon.client.watch(request)) {
      return reason(catchThrowableOfType(StatusRuntimeException.class, watch::next), code);
    }
  }

  private static String reason(StatusRuntimeException refusal, Code code) {
    assertThat(refusal.getStatus().getCode()).isEqualTo(code);
    assertThat(refusal.getStatus().getDescription()).startsWith("watch: ");
    try {
      return StatusProto.fromThrowable(refusal).getDetails(0).unpack(ErrorInfo.class).getReason();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void shouldTellChangesAsTheyAreAppliedAndNothingElse() throws InterruptedException {
    daemon.client.apply(upsert(BLUE));
    try (Watch watch = daemon.client.watch(WatchRequest.getDefaultInstance())) {
      assertThat(watch.next().getRevision()).isEqualTo(1);

      daemon.client.apply(
          upsert(BLUE),
          upsert(daemon.endpoint("a", "blue", "172.19.0.10")),
          upsertRoute("blue", "10.0.0.0/8", toEndpoint("a")),
          upsertRoute("blue", "11.0.0.0/8", drop()));
      daemon.client.apply(
          upsertRoute("blue", "10.0.0.0/8", drop()),
          upsertRoute("blue", "11.0.0.0/8", drop()),
          deleteEndpoint("a"));

      WatchReply first = nextChange(watch, 1);
      assertThat(first.getRevision()).isEqualTo(2);
      assertThat(first.getChangesList())
          .extracting(Operation::getChangeCase)
          .containsExactlyInAnyOrder(
              Operation.ChangeCase.UPSERT_ENDPOINT,
              Operation.ChangeCase.UPSERT_ROUTES,
              Operation.ChangeCase.UPSERT_ROUTES);
      WatchReply second = nextChange(watch, 2);
      assertThat(second.getRevision()).isEqualTo(3);
      assertThat(second.getChangesList())
          .containsExactlyInAnyOrder(
              upsertRoute("blue", "10.0.0.0/8", drop().toBuilder().setWeight(1).build()),
              deleteEndpoint("a"));
    }
  }

  @Test
  void shouldTellOnlyWhatAReplacementChanged() throws InterruptedException {
    List<Operation> state =
        List.of(
            upsert(BLUE),
            upsertRoute("blue", "10.0.0.0/8", drop()),
            upsertRoute("blue", "11.0.0.0/8", drop()));
    daemon.client.apply(state);
    try (Watch watch = daemon.client.watch(since(1))) {
      daemon.client.replace(state.subList(0, 2));

      assertThat(nextChange(watch, 1).getChangesList())
          .containsExactly(deleteRoute("blue", "11.0.0.0/8"));
    }
  }

  @Test
  void shouldResumeFromARevision() throws InterruptedException {
    for (int i = 1; i <= 5; i++) {
      daemon.client.apply(upsert(network("n" + i, i, "172.19.0.0/16")));
    }
    try (Watch watch = daemon.client.watch(since(3))) {
      assertThat(watch.next().getRevision()).isEqualTo(3);
      assertThat(nextChange(watch, 3).getChanges(0).getUpsertNetwork().getName()).isEqualTo("n4");
      assertThat(nextChange(watch, 4).getChanges(0).getUpsertNetwork().getName()).isEqualTo("n5");
    }
  }

  @Test
  void shouldTellThatTheDaemonEnds(@TempDir Path own) throws IOException, InterruptedException {
    ControlFixture ending = new ControlFixture(own);
    try (HeddleClient client = HeddleClient.connect(ending.socket, Duration.ofMinutes(1));
        Watch watch = client.watch(WatchRequest.getDefaultInstance())) {
      assertThat(watch.next()).isNotNull();
      ending.close();
      assertThat(
              reason(
                  catchThrowableOfType(StatusRuntimeException.class, watch::next),
                  Code.UNAVAILABLE))
          .isEqualTo("ENDING");
    }
  }

  @Test
  void shouldRefuseRevisionsThatItCannotResumeFrom() {
    for (int i = 0; i <= ChangeHistory.MAX_REVISIONS; i++) {
      daemon.plane.history().record(i + 1, new ChangeLog());
    }
    assertThat(reason(since(0), Code.OUT_OF_RANGE)).isEqualTo("REVISION_TOO_OLD");
    assertThat(reason(since(1_000_000), Code.OUT_OF_RANGE)).isEqualTo("REVISION_UNKNOWN");
    assertThat(
            reason(since(5).toBuilder().setInstanceId("another").build(), Code.FAILED_PRECONDITION))
        .isEqualTo("INSTANCE_CHANGED");
    WatchRequest own = since(5).toBuilder().setInstanceId(ControlFixture.INSTANCE).build();
    try (Watch watch = daemon.client.watch(own)) {
      assertThat(watch.next().getRevision()).isEqualTo(5);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void shouldTellThatMoreChangedThanOneMessageTells() throws InterruptedException {
    daemon.client.apply(upsert(BLUE));
    try (Watch watch = daemon.client.watch(since(1))) {
      daemon.client.apply(routes(0));

      WatchReply reply = nextChange(watch, 1);
      assertThat(reply.getTooLarge()).isTrue();
      assertThat(reply.getChangesList()).isEmpty();
    }
  }

  private static Operation routes(int from) {
    List<Prefix> prefixes = new ArrayList<>();
    for (int i = 0; i < 120_000; i++) {
      prefixes.add(prefix(from + i));
    }
    return upsert(
        Routes.newBuilder()
            .setNetwork("blue")
            .addAllPrefixes(prefixes)
            .addNextHops(drop())
            .build());
  }

  private static Prefix prefix(int index) {
    return Prefix.newBuilder()
        .setAddress(ByteString.copyFrom(ByteBuffer.allocate(4).putInt(index << 4).flip()))
        .setLength(28)
        .build();
  }

  @Test
  void shouldDropAWatcherThatDoesNotReadWithANamedStatus() throws InterruptedException {
    daemon.client.apply(upsert(BLUE));
    try (Watch slow = daemon.client.watch(since(1))) {
      // It is told what it asked for, and only reads later what comes then.
      slow.next();
      ChangeLog large = new ChangeLog();
      large.beginDeletes("blue");
      for (int i = 0; i < 30_000; i++) {
        large.route(prefix(i));
      }
      large.endRoutes();
      assertThat(large.isTooLarge()).isFalse();
      for (int i = 0; i < 100; i++) {
        daemon.plane.history().record(i + 2, large);
      }
      StatusRuntimeException end =
          catchThrowableOfType(
              StatusRuntimeException.class,
              () -> {
                while (slow.next() != null) {
                  // Until the daemon ends the call.
                }
              });
      assertThat(reason(end, Code.RESOURCE_EXHAUSTED)).isEqualTo("WATCH_TOO_SLOW");
    }
  }

  @Test
  void shouldTellWhatIsObservedFirstAndThenWhenItChanges() throws InterruptedException {
    daemon.client.apply(
        upsert(BLUE),
        upsert(daemon.uplink("", "192.0.2.1/24")),
        upsert(daemon.endpoint("a", "blue", "172.19.0.10")));
    try (Watch watch = daemon.client.watch(WatchRequest.getDefaultInstance())) {
      assertThat(watch.next().getObservedList())
          .containsExactlyInAnyOrder(
              Observed.newBuilder().setEndpoint("a").setState(Observed.State.STATE_DOWN).build(),
              Observed.newBuilder().setUplink("").setState(Observed.State.STATE_DOWN).build(),
              Observed.newBuilder().setWorker(0).setState(Observed.State.STATE_UP).build());

      daemon.stalls.stalled = true;
      assertThat(nextObserved(watch))
          .isEqualTo(
              Observed.newBuilder().setWorker(0).setState(Observed.State.STATE_DOWN).build());

      daemon.client.apply(deleteEndpoint("a"));
      assertThat(nextObserved(watch))
          .isEqualTo(
              Observed.newBuilder().setEndpoint("a").setState(Observed.State.STATE_GONE).build());
    }
  }
}
