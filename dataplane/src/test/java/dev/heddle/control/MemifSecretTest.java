package dev.heddle.control;

import static dev.heddle.api.Operations.deleteEndpoint;
import static dev.heddle.api.Operations.upsert;
import static io.grpc.Status.Code.FAILED_PRECONDITION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import dev.heddle.api.Watch;
import dev.heddle.api.v1.Endpoint;
import dev.heddle.api.v1.Memif;
import dev.heddle.api.v1.MemifStatus;
import dev.heddle.api.v1.Operation;
import dev.heddle.api.v1.Uplink;
import dev.heddle.api.v1.WatchReply;
import dev.heddle.api.v1.WatchRequest;
import dev.heddle.control.journal.Journal;
import dev.heddle.control.journal.JournalEntry;
import dev.heddle.table.Tables;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Secrets of memifs: never told, kept by who says that they are set. */
class MemifSecretTest extends RefusalFixture {
  private static final String SECRET = "open sesame";

  private long revision;

  @BeforeEach
  void createSecrets() {
    revision =
        daemon.client.apply(guarded(m -> m.setSecret(SECRET)), uplink(m -> m.setSecret(SECRET)));
  }

  /** An endpoint with a memif as it is told. */
  private Operation guarded(UnaryOperator<Memif.Builder> memif) {
    return guarded(0, memif);
  }

  private Operation guarded(int mtuBytes, UnaryOperator<Memif.Builder> memif) {
    Endpoint.Builder endpoint =
        daemon.endpoint("guarded", "blue", "172.19.0.20").toBuilder().setMtu(mtuBytes);
    return upsert(endpoint.setMemif(memif.apply(endpoint.getMemif().toBuilder())).build());
  }

  private Operation uplink(UnaryOperator<Memif.Builder> memif) {
    Uplink.Builder uplink = daemon.uplink("", "192.0.2.1/24").toBuilder();
    return upsert(uplink.setMemif(memif.apply(uplink.getMemif().toBuilder())).build());
  }

  /** Everything that is told, as operations that make it. */
  private List<Operation> told() {
    List<Operation> told = new ArrayList<>();
    daemon.client.uplinks().forEach(status -> told.add(upsert(status.getUplink())));
    daemon.client.networks().forEach(status -> told.add(upsert(status.getNetwork())));
    daemon.client.endpoints().forEach(status -> told.add(upsert(status.getEndpoint())));
    daemon
        .client
        .routes("")
        .forEachRemaining(
            routes -> told.add(upsert(routes.toBuilder().clearPackets().clearBytes().build())));
    return told;
  }

  /** Objects that have this secret cannot change it, so this is refused if they have another. */
  private void assertSecretIs(String secret) {
    assertThat(
            daemon.client.apply(
                guarded(m -> m.setSecret(secret)), uplink(m -> m.setSecret(secret))))
        .isEqualTo(revision);
  }

  @Test
  void shouldTellThatThereIsASecretAndNeverWhich() throws InterruptedException {
    assertThat(daemon.client.endpoints())
        .allSatisfy(status -> {
          Endpoint endpoint = status.getEndpoint();
          assertThat(endpoint.getMemif().getSecretSet())
              .isEqualTo(endpoint.getName().equals("guarded"));
        });
    assertThat(daemon.client.uplinks().getFirst().getUplink().getMemif().getSecretSet()).isTrue();
    assertThat(daemon.client.memifs())
        .extracting(MemifStatus::getMemif)
        .filteredOn(Memif::getSecretSet)
        .hasSize(2);
    try (Watch watch =
        daemon.client.watch(WatchRequest.newBuilder().setSinceRevision(revision - 1).build())) {
      WatchReply reply = watch.next();
      while (reply.getChangesCount() == 0) {
        reply = watch.next();
      }
      assertThat(reply.getChangesList())
          .hasSize(2)
          .allMatch(change ->
              change.getUpsertEndpoint().getMemif().getSecretSet()
                  || change.getUpsertUplink().getMemif().getSecretSet());
      assertThat(reply.toString()).doesNotContain(SECRET);
    }
    assertThat(daemon.client.plan(List.of(guarded(1400, m -> m.setSecretSet(true))), false))
        .asString()
        .contains("secret_set: true")
        .doesNotContain(SECRET);
    assertThat(told().toString() + daemon.client.memifs()).doesNotContain(SECRET);
  }

  @Test
  void shouldTouchNothingWhenTheStateIsReplacedByWhatIsTold() throws IOException {
    Tables tables = daemon.tables();
    long journalBytes = Files.size(daemon.directory.resolve("journal"));

    assertThat(daemon.client.plan(told(), true).getChangesList()).isEmpty();
    assertThat(daemon.client.replace(told())).isEqualTo(revision);
    assertThat(daemon.client.apply(told())).isEqualTo(revision);

    assertThat(daemon.tables()).isSameAs(tables);
    assertThat(Files.size(daemon.directory.resolve("journal"))).isEqualTo(journalBytes);
    assertSecretIs(SECRET);
  }

  @Test
  void shouldWriteTheKeptSecretDownWhenSomethingElseChanges() throws IOException {
    revision = daemon.client.apply(guarded(1400, m -> m.setSecretSet(true)));
    assertThat(daemon.client.apply(guarded(1400, m -> m.setSecret(SECRET)))).isEqualTo(revision);
    assertThat(daemon.client.apply(guarded(1400, m -> m.setSecret(SECRET).setSecretSet(true))))
        .isEqualTo(revision);

    daemon.close();
    List<JournalEntry> entries = new ArrayList<>();
    try (Journal journal = Journal.open(daemon.directory.resolve("journal"))) {
      for (JournalEntry entry = journal.next(); entry != null; entry = journal.next()) {
        entries.add(entry);
      }
    }
    Endpoint written = entries.getLast().chunks().getFirst().getOperations(0).getUpsertEndpoint();
    assertThat(written.getMtu()).isEqualTo(1400);
    assertThat(written.getMemif().getSecret()).isEqualTo(SECRET);

    daemon = new ControlFixture(daemon.directory);
    assertThat(daemon.client.apply(guarded(1400, m -> m.setSecret(SECRET)))).isEqualTo(revision);
  }

  @Test
  void shouldRefuseToKeepASecretWhenThereIsNone() throws IOException {
    String remedy =
        "memif.secret_set true: there is no secret to keep, since it is not there or has none; give"
            + " the secret, or leave secret_set out";
    refused(
        FAILED_PRECONDITION, "endpoint blue-c: " + remedy, blueCMemif(m -> m.setSecretSet(true)));
    Endpoint.Builder plain = daemon.endpoint("blue-a", "blue", "172.19.0.10").toBuilder();
    plain.getMemifBuilder().setSecretSet(true);
    refused(FAILED_PRECONDITION, "endpoint blue-a: " + remedy, upsert(plain.build()));
    Uplink.Builder slow = daemon.uplink("slow", "198.51.100.1/24").toBuilder();
    slow.getMemifBuilder().setSecretSet(true);
    refused(FAILED_PRECONDITION, "uplink slow: " + remedy, upsert(slow.build()));
    // Nor is one kept across a deletion.
    daemon.client.apply(deleteEndpoint("guarded"));
    refused(FAILED_PRECONDITION, "endpoint guarded: " + remedy, guarded(m -> m.setSecretSet(true)));

    StatusRuntimeException refusal =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () -> daemon.client.replace(List.of(guarded(m -> m.setSecretSet(true)))));
    com.google.rpc.Status details = StatusProto.fromThrowable(refusal);
    assertThat(details.getDetails(0).unpack(BadRequest.class).getFieldViolations(0).getField())
        .isEqualTo("operations[0].upsert_endpoint.memif.secret_set");
    ErrorInfo info = details.getDetails(1).unpack(ErrorInfo.class);
    assertThat(info.getReason()).isEqualTo("FAILED_PRECONDITION");
    assertThat(info.getMetadataMap())
        .containsEntry("object", "endpoint guarded")
        .containsEntry("field", "memif.secret_set")
        .containsEntry("value", "true")
        .containsEntry(
            "remedy",
            "there is no secret to keep, since it is not there or has none; give the secret, or leave"
                + " secret_set out");
  }

  @Test
  void shouldRefuseOtherSecretsWithoutShowingThem() {
    String remedy = ", or delete what has it, then create it anew";
    refused(
        FAILED_PRECONDITION,
        "endpoint guarded: memif.secret (not shown): cannot change; give secret_set alone to keep it"
            + remedy,
        guarded(m -> m.setSecret("open barley").setSecretSet(true)));
    refused(
        FAILED_PRECONDITION,
        "endpoint guarded: memif.secret (absent): cannot change; give secret_set alone to keep it"
            + remedy,
        guarded(m -> m));
    refused(
        FAILED_PRECONDITION,
        "uplink (default): memif.secret (absent): cannot change; give secret_set alone to keep it"
            + remedy,
        uplink(m -> m));
    refused(
        FAILED_PRECONDITION,
        "endpoint blue-a: memif.secret (not shown): cannot change; leave it out" + remedy,
        withSecret(daemon.endpoint("blue-a", "blue", "172.19.0.10")));
    assertSecretIs(SECRET);
  }

  private static Operation withSecret(Endpoint endpoint) {
    return upsert(
        endpoint.toBuilder().setMemif(endpoint.getMemif().toBuilder().setSecret(SECRET)).build());
  }
}
