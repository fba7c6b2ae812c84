package dev.heddle.control;

import static dev.heddle.api.Operations.drop;
import static dev.heddle.api.Operations.toEndpoint;
import static dev.heddle.api.Operations.upsert;
import static dev.heddle.api.Operations.upsertRoute;
import static dev.heddle.control.ControlFixture.network;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.heddle.api.v1.Endpoint;
import dev.heddle.api.v1.Memif;
import dev.heddle.api.v1.Network;
import dev.heddle.api.v1.Operation;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A daemon with two networks, three endpoints and two routes, and how it refuses. */
abstract class RefusalFixture {
  ControlFixture daemon;

  @BeforeEach
  void start(@TempDir Path directory) throws IOException {
    daemon = new ControlFixture(directory);
    daemon.client.apply(
        upsert(network("blue", 56, "172.19.0.0/16", "fd00:19::/64")),
        upsert(network("red", 57, "172.19.0.0/16")),
        upsert(daemon.endpoint("blue-a", "blue", "172.19.0.10")),
        upsert(daemon.endpoint("blue-b", "blue", "172.19.0.11")),
        upsert(daemon.endpoint("red-a", "red", "172.19.0.10")),
        upsertRoute("blue", "10.0.0.0/8", toEndpoint("blue-a")),
        upsertRoute("red", "10.0.0.0/8", drop()));
  }

  @AfterEach
  void stop() throws IOException {
    daemon.close();
  }

  /** The operations are refused in these words and have changed nothing. */
  void refused(Status.Code code, String text, Operation... operations) {
    Object tables = daemon.tables();
    List<?> networks = daemon.client.networks();
    List<?> endpoints = daemon.client.endpoints();
    List<?> underlay = List.of(daemon.client.uplinks(), daemon.client.nodes());
    List<Operation> all = new ArrayList<>(List.of(operations));
    all.add(upsert(network("good", 99, "10.0.0.0/8")));
    all.add(upsert(daemon.endpoint("good-a", "good", "10.0.0.10")));
    all.add(upsertRoute("blue", "77.0.0.0/8", toEndpoint("blue-b")));

    StatusRuntimeException refusal =
        catchThrowableOfType(StatusRuntimeException.class, () -> daemon.client.apply(all));

    assertThat(refusal.getStatus().getDescription()).isEqualTo(text);
    assertThat(refusal.getStatus().getCode()).isEqualTo(code);
    assertThat(daemon.tables()).isSameAs(tables);
    assertThat(daemon.client.networks()).isEqualTo(networks);
    assertThat(daemon.client.endpoints()).isEqualTo(endpoints);
    assertThat(List.of(daemon.client.uplinks(), daemon.client.nodes())).isEqualTo(underlay);
    assertThat(Files.exists(daemon.directory.resolve("good-a.sock"))).isFalse();
  }

  Operation green(UnaryOperator<Network.Builder> change) {
    return upsert(change.apply(network("green", 58, "10.1.0.0/16").toBuilder()).build());
  }

  Operation blueC(UnaryOperator<Endpoint.Builder> change) {
    return upsert(
        change.apply(daemon.endpoint("blue-c", "blue", "172.19.0.12").toBuilder()).build());
  }

  Operation blueCMemif(UnaryOperator<Memif.Builder> change) {
    return blueC(e -> e.setMemif(change.apply(e.getMemif().toBuilder())));
  }
}
