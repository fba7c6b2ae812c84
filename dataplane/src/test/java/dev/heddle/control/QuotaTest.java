package dev.heddle.control;

import static dev.heddle.api.Operations.deleteNetwork;
import static dev.heddle.api.Operations.deleteRoute;
import static dev.heddle.api.Operations.drop;
import static dev.heddle.api.Operations.upsert;
import static dev.heddle.api.Operations.upsertRoute;
import static dev.heddle.control.ControlFixture.network;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.QuotaFailure;
import com.google.rpc.ResourceInfo;
import dev.heddle.api.v1.Network;
import dev.heddle.api.v1.Operation;
import dev.heddle.api.v1.ServerInfo;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How much a network may take, and what a program can read of a refusal. */
class QuotaTest {
  private static final Network BLUE =
      network("blue", 56, "172.19.0.0/16").toBuilder().setMaxRoutes(2).setMaxEndpoints(1).build();

  private ControlFixture daemon;

  @BeforeEach
  void start(@TempDir Path directory) throws IOException {
    daemon = new ControlFixture(directory);
    daemon.client.apply(
        upsert(BLUE),
        upsert(daemon.endpoint("a", "blue", "172.19.0.10")),
        upsertRoute("blue", "10.0.0.0/8", drop()),
        upsertRoute("blue", "11.0.0.0/8", drop()));
  }

  @AfterEach
  void stop() throws IOException {
    daemon.close();
  }

  private StatusRuntimeException refusal(Operation... operations) {
    return catchThrowableOfType(
        StatusRuntimeException.class, () -> daemon.client.apply(operations));
  }

  private void assertExhausted(String text, Operation... operations) {
    StatusRuntimeException refusal = refusal(operations);
    assertThat(refusal.getStatus().getCode()).isEqualTo(Code.RESOURCE_EXHAUSTED);
    assertThat(refusal.getStatus().getDescription()).isEqualTo(text);
    assertThat(daemon.client.serverInfo().getRevision()).isEqualTo(1);
  }

  @Test
  void shouldRefuseRoutesAboveTheQuota() {
    assertExhausted(
        "routes of network blue: network blue: network blue would have 3 routes, above its quota"
            + " max_routes 2; delete others or raise it",
        upsertRoute("blue", "12.0.0.0/8", drop()));
    assertThat(
            daemon.client.apply(
                deleteRoute("blue", "11.0.0.0/8"), upsertRoute("blue", "12.0.0.0/8", drop())))
        .isEqualTo(2);
  }

  @Test
  void shouldRefuseEndpointsAboveTheQuota() {
    assertExhausted(
        "endpoint b: network blue: network blue would have 2 endpoints, above its quota"
            + " max_endpoints 1; delete others or raise it",
        upsert(daemon.endpoint("b", "blue", "172.19.0.11")));
  }

  @Test
  void shouldRefuseAQuotaBelowWhatThereIs() {
    assertExhausted(
        "network blue: max_routes 1: network blue would have 2 routes, above its quota max_routes"
            + " 1; delete others or raise it",
        upsert(BLUE.toBuilder().setMaxRoutes(1).build()));
    assertThat(daemon.client.apply(upsert(BLUE.toBuilder().setMaxRoutes(0).build()))).isEqualTo(2);
    assertThat(daemon.client.networks().getFirst().getNetwork().getMaxEndpoints()).isEqualTo(1);
  }

  @Test
  void shouldTellProgramsWhatIsWrong() throws IOException {
    com.google.rpc.Status quota =
        StatusProto.fromThrowable(refusal(upsertRoute("blue", "12.0.0.0/8", drop())));
    assertThat(quota.getDetails(0).unpack(BadRequest.class).getFieldViolations(0).getField())
        .isEqualTo("operations[0].upsert_routes.network");
    assertThat(quota.getDetails(1).unpack(ErrorInfo.class))
        .isEqualTo(
            ErrorInfo.newBuilder()
                .setDomain("heddle.v1")
                .setReason("RESOURCE_EXHAUSTED")
                .putMetadata("object", "routes of network blue")
                .putMetadata("field", "network")
                .putMetadata("value", "blue")
                .putMetadata(
                    "remedy",
                    "network blue would have 3 routes, above its quota max_routes 2; delete others"
                        + " or raise it")
                .build());
    assertThat(quota.getDetails(2).unpack(QuotaFailure.class).getViolations(0).getSubject())
        .isEqualTo("routes of network blue");

    com.google.rpc.Status dangling =
        StatusProto.fromThrowable(refusal(upsertRoute("red", "12.0.0.0/8", drop())));
    assertThat(dangling.getDetails(2).unpack(ResourceInfo.class))
        .isEqualTo(
            ResourceInfo.newBuilder().setResourceType("network").setResourceName("red").build());

    com.google.rpc.Status unknown = StatusProto.fromThrowable(refusal(deleteNetwork("red")));
    assertThat(unknown.getDetails(2).unpack(ResourceInfo.class))
        .isEqualTo(
            ResourceInfo.newBuilder().setResourceType("network").setResourceName("red").build());
  }

  @Test
  void shouldTellWhichDaemonItIsAndWhatItTakes() {
    ServerInfo info = daemon.client.serverInfo();
    assertThat(info.getInstanceId()).isEqualTo(ControlFixture.INSTANCE);
    assertThat(info.getCapabilitiesList()).contains("replace", "watch", "network-quotas", "views");
    assertThat(info.getLimits().getTransactionBytes()).isEqualTo(ControlFixture.ROOM_BYTES);
    assertThat(info.getLimits().getEndpoints()).isEqualTo(ControlFixture.MAX_ENDPOINTS);
  }
}
