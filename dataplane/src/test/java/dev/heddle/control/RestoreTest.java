package dev.heddle.control;

import static dev.heddle.api.Operations.deleteRoute;
import static dev.heddle.api.Operations.drop;
import static dev.heddle.api.Operations.toEndpoint;
import static dev.heddle.api.Operations.toGateway;
import static dev.heddle.api.Operations.toNode;
import static dev.heddle.api.Operations.upsert;
import static dev.heddle.api.Operations.upsertRoute;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.heddle.api.v1.Endpoint;
import dev.heddle.api.v1.Operation;
import dev.heddle.api.v1.Transaction;
import dev.heddle.api.v1.Uplink;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the next run of a daemon begins with. */
class RestoreTest {
  /** So many that the journal begins again with the whole state. */
  private static final int MANY_TRANSACTIONS = 2_100;

  /** More than the state takes and what follows it, and much less than all transactions. */
  private static final long MOST_BYTES = 30_000;

  private static final String SECRET = "open sesame";

  @TempDir Path directory;

  /** One of each kind at least, and whatever they may have. */
  private static Operation[] everything(ControlFixture daemon) {
    return new Operation[] {
      secretUplink(daemon),
      upsert(ControlFixture.node("east", "192.0.2.2", "2001:db8::2")),
      upsert(
          ControlFixture.network("blue", 56, "172.19.0.0/16", "fd00:19::/64").toBuilder()
              .setCountRoutes(true)
              .build()),
      upsert(ControlFixture.network("red", 57, "172.19.0.0/16")),
      secretEndpoint(daemon),
      upsert(daemon.endpoint("b", "red", "172.19.0.10")),
      upsert(
          daemon.endpoint("c", "blue", "172.19.0.12").toBuilder()
              .putLabels("app", "web")
              .putLabels("example.com/tier", "front")
              .setNamespace("shop")
              .setPod("web-0")
              .setInterface("net1")
              .addProfiles("all")
              .build()),
      upsert(PolicyMessages.tier("security", 10)),
      upsert(PolicyMessages.everything("web", "security", "blue")),
      upsert(PolicyMessages.profile("all")),
      upsert(PolicyMessages.nets("blue", "clients", "172.19.7.0/24", "fd00:19::7:0/112")),
      upsert(PolicyMessages.services("blue", "http", "172.19.0.12", 6, 8080)),
      upsertRoute("blue", "10.0.0.0/8", toEndpoint("a")),
      upsertRoute("blue", "11.0.0.0/8", drop()),
      upsertRoute("blue", "fd01::/48", toGateway("fd00:19::a")),
      upsertRoute("red", "172.19.3.0/24", toNode("east"), toEndpoint("b")),
    };
  }

  private static Operation secretUplink(ControlFixture daemon) {
    Uplink.Builder uplink = daemon.uplink("", "192.0.2.1/24", "2001:db8::1/64").toBuilder();
    uplink.getMemifBuilder().setSecret(SECRET);
    return upsert(uplink.build());
  }

  private static Operation secretEndpoint(ControlFixture daemon) {
    Endpoint.Builder endpoint =
        daemon.endpoint("a", "blue", "172.19.0.10", "fd00:19::a").toBuilder();
    endpoint.getMemifBuilder().setSecret(SECRET);
    return upsert(endpoint.build());
  }

  private static List<Message> all(ControlFixture daemon) {
    List<Message> all = new ArrayList<>();
    all.addAll(daemon.client.uplinks());
    all.addAll(daemon.client.nodes());
    daemon.client.networks().forEach(status -> all.add(status.getNetwork()));
    daemon.client.endpoints().forEach(status -> all.add(status.getEndpoint()));
    all.addAll(daemon.client.tiers());
    all.addAll(daemon.client.policies());
    all.addAll(daemon.client.profiles());
    all.addAll(daemon.client.ipSets());
    daemon.client.ruleHits("").forEach(all::add);
    daemon.client.routes("").forEachRemaining(all::add);
    return all;
  }

  @Test
  void shouldBeginWithWhatWasAcknowledgedLast() throws IOException {
    List<Message> before;
    try (ControlFixture daemon = new ControlFixture(directory)) {
      daemon.client.apply(everything(daemon));
      daemon.client.apply(
          deleteRoute("blue", "11.0.0.0/8"), upsertRoute("red", "0.0.0.0/0", drop()));
      assertThatThrownBy(() ->
              daemon.client.apply(
                  upsertRoute("red", "12.0.0.0/8", drop()),
                  upsertRoute("green", "13.0.0.0/8", drop())))
          .isInstanceOf(StatusRuntimeException.class);
      before = all(daemon);
    }
    try (ControlFixture daemon = new ControlFixture(directory)) {
      assertThat(all(daemon)).isEqualTo(before).hasSizeGreaterThan(8);
      assertThat(daemon.client.serverInfo().getRevision()).isEqualTo(2);
      assertThat(daemon.tables().revision()).isEqualTo(2);
      assertThat(daemon.client.apply(upsertRoute("red", "14.0.0.0/8", drop()))).isEqualTo(3);
    }
    try (ControlFixture daemon = new ControlFixture(directory)) {
      assertThat(daemon.client.serverInfo().getRevision()).isEqualTo(3);
      assertThat(all(daemon)).hasSameSizeAs(before).isNotEqualTo(before);
    }
  }

  @Test
  void shouldBeginWithTheWholeStateWhenTheJournalHasBecomeLong() throws Exception {
    List<Message> before;
    try (ControlFixture daemon = new ControlFixture(directory)) {
      daemon.client.apply(everything(daemon));
      for (int i = 0; i < MANY_TRANSACTIONS; i++) {
        Operation change = upsertRoute("red", "0.0.0.0/0", i % 2 == 0 ? drop() : toEndpoint("b"));
        daemon.plane.apply(List.of(Transaction.newBuilder().addOperations(change).build()));
      }
      before = all(daemon);
      // The new beginning is written while transactions go on.
      while (Files.size(directory.resolve("journal")) > MOST_BYTES) {
        Thread.onSpinWait();
      }
    }
    try (ControlFixture daemon = new ControlFixture(directory)) {
      assertThat(daemon.publications()).isLessThan(MANY_TRANSACTIONS / 10);
      assertThat(all(daemon)).isEqualTo(before);
      // Secrets are not told: that they are the same is seen by telling them to it.
      assertThat(daemon.client.apply(secretUplink(daemon), secretEndpoint(daemon)))
          .isEqualTo(MANY_TRANSACTIONS + 1);
    }
  }

  /** A kind of object that the whole state does not tell would be lost when the journal is cut. */
  @Test
  void shouldTellEveryKindOfObjectThatThereIs() throws IOException {
    try (ControlFixture daemon = new ControlFixture(directory)) {
      Stream<String> told =
          Arrays.stream(everything(daemon)).map(operation -> operation.getChangeCase().name());
      assertThat(told.distinct())
          .containsExactlyInAnyOrderElementsOf(
              Operation.getDescriptor().getFields().stream()
                  .map(FieldDescriptor::getName)
                  .filter(name -> name.startsWith("upsert_"))
                  .map(name -> name.toUpperCase(java.util.Locale.ROOT))
                  .toList());
    }
  }
}
