package dev.heddle.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.heddle.api.HeddleClient;
import dev.heddle.api.v1.GetServerInfoRequest;
import dev.heddle.api.v1.HeddleGrpc;
import dev.heddle.api.v1.ServerInfo;
import io.grpc.ManagedChannel;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.BlockingClientCall;
import io.grpc.stub.StreamObserver;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The doors of the control interface: who may come in, and who may not. */
class ApiServerTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final String NOBODY = "65534";

  @TempDir private Path directory;
  private Certificates certificates;

  @BeforeEach
  void makeCertificates() {
    certificates = new Certificates(directory);
  }

  private static List<ServerServiceDefinition> services() {
    return List.of(
        new HeddleGrpc.HeddleImplBase() {
          @Override
          public void getServerInfo(
              GetServerInfoRequest request, StreamObserver<ServerInfo> reply) {
            reply.onNext(ServerInfo.newBuilder().setPid(7).build());
            reply.onCompleted();
          }
        }.bindService());
  }

  private Path socket() {
    return directory.resolve("api.sock");
  }

  private ApiServer serveTcp(String... clientNames) throws IOException {
    return ApiServer.start(
        new ApiDoors(
            socket(),
            List.of(),
            List.of(),
            new ApiDoors.Tcp(
                new InetSocketAddress("127.0.0.1", 0),
                certificates.certificate("daemon"),
                certificates.key("daemon"),
                certificates.certificate("clients"),
                List.of(clientNames))),
        services());
  }

  /** Calls with the certificate of this name, or with none, and returns what the daemon says. */
  private long call(int port, String certificate) throws IOException {
    SslContextBuilder tls =
        GrpcSslContexts.forClient().trustManager(certificates.certificate("daemons").toFile());
    if (certificate != null) {
      tls.keyManager(
          certificates.certificate(certificate).toFile(), certificates.key(certificate).toFile());
    }
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", port)
            .overrideAuthority("daemon")
            .sslContext(tls.build())
            .build();
    try {
      return HeddleGrpc.newBlockingStub(channel)
          .withDeadlineAfter(TIMEOUT.toSeconds(), TimeUnit.SECONDS)
          .getServerInfo(GetServerInfoRequest.getDefaultInstance())
          .getPid();
    } finally {
      channel.shutdownNow();
    }
  }

  private Code refusal(int port, String certificate) {
    return catchThrowableOfType(StatusRuntimeException.class, () -> call(port, certificate))
        .getStatus()
        .getCode();
  }

  @Test
  void shouldLetInOnlyClientsWithACertificateOfTheRightAuthority() throws IOException {
    certificates.authority("daemons");
    certificates.signed("daemon", "daemons");
    certificates.authority("clients");
    certificates.signed("agent", "clients");
    certificates.authority("others");
    certificates.signed("stranger", "others");
    try (ApiServer server = serveTcp()) {
      assertThat(call(server.tcpPort(), "agent")).isEqualTo(7);
      assertThat(refusal(server.tcpPort(), null)).isEqualTo(Code.UNAVAILABLE);
      assertThat(refusal(server.tcpPort(), "stranger")).isEqualTo(Code.UNAVAILABLE);
      assertThatThrownBy(
              () -> {
                ManagedChannel plain =
                    NettyChannelBuilder.forAddress("127.0.0.1", server.tcpPort())
                        .usePlaintext()
                        .build();
                try {
                  HeddleGrpc.newBlockingStub(plain)
                      .withDeadlineAfter(TIMEOUT.toSeconds(), TimeUnit.SECONDS)
                      .getServerInfo(GetServerInfoRequest.getDefaultInstance());
                } finally {
                  plain.shutdownNow();
                }
              })
          .hasMessageContaining("UNAVAILABLE");
    }
  }

  @Test
  void shouldLetInOnlyClientsWithOneOfTheNames() throws IOException {
    certificates.authority("daemons");
    certificates.signed("daemon", "daemons");
    certificates.authority("clients");
    certificates.signed("agent", "clients");
    certificates.signed("guest", "clients");
    try (ApiServer server = serveTcp("agent", "another")) {
      assertThat(call(server.tcpPort(), "agent")).isEqualTo(7);
      assertThatThrownBy(() -> call(server.tcpPort(), "guest"))
          .hasMessage(
              "PERMISSION_DENIED: client certificate: names guest: none of them may call; use"
                  + " another or allow one by --tls-client-name");
    }
  }

  @Test
  void shouldNotStartWithoutItsFiles() {
    assertThatThrownBy(this::serveTcp)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("daemon.pem: is not there or not to be read; give another");
    assertThat(socket()).doesNotExist();
  }

  @Test
  void shouldNotStartWithAKeyThatIsNone() throws IOException {
    certificates.authority("daemons");
    certificates.signed("daemon", "daemons");
    certificates.authority("clients");
    Files.writeString(certificates.key("daemon"), "no key");
    assertThatThrownBy(this::serveTcp)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("give certificates in PEM, and the key in PKCS #8");
    assertThat(socket()).doesNotExist();
  }

  private long callLocally() {
    try (HeddleClient client = HeddleClient.connect(socket(), TIMEOUT)) {
      return client.serverInfo().getPid();
    }
  }

  @Test
  void shouldLetInTheOwnUserAndNobodyElseByDefault() throws IOException {
    try (ApiServer server = ApiServer.start(ApiDoors.at(socket()), services())) {
      assertThat(server.tcpPort()).isEqualTo(-1);
      assertThat(callLocally()).isEqualTo(7);
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket())))
          .isEqualTo("rw-------");
    }
    assertThat(socket()).doesNotExist();
  }

  @Test
  void shouldRefuseUsersThatAreUnknown() {
    ApiDoors doors = new ApiDoors(socket(), List.of("no-such-user"), List.of(), null);
    assertThatThrownBy(() -> ApiServer.start(doors, services()))
        .hasMessage("API user no-such-user: no such user; give the name or number of one");
    assertThat(socket()).doesNotExist();
  }

  @Test
  void shouldOpenTheSocketToOthersWhenSomeAreAllowed() throws IOException {
    ApiDoors doors = new ApiDoors(socket(), List.of(NOBODY), List.of(NOBODY), null);
    try (ApiServer server = ApiServer.start(doors, services())) {
      assertThat(callLocally()).isEqualTo(7);
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket())))
          .isEqualTo("rw-rw-rw-");
      assertThat(server).isNotNull();
    }
  }

  @Test
  void shouldCloseConnectionsAboveWhatAClientMayHave() throws IOException {
    List<HeddleClient> clients = new ArrayList<>();
    try (ApiServer server = ApiServer.start(ApiDoors.at(socket()), services())) {
      assertThat(server).isNotNull();
      for (int i = 0; i < ApiLimits.CONNECTIONS_PER_CLIENT; i++) {
        clients.add(HeddleClient.connect(socket(), TIMEOUT));
        assertThat(clients.getLast().serverInfo().getPid()).isEqualTo(7);
      }
      assertThat(
              catchThrowableOfType(StatusRuntimeException.class, this::callLocally)
                  .getStatus()
                  .getCode())
          .isEqualTo(Code.UNAVAILABLE);
      clients.getFirst().close();
      clients.removeFirst();
      awaitServed();
    } finally {
      clients.forEach(HeddleClient::close);
    }
  }

  private void awaitServed() {
    while (true) {
      try {
        assertThat(callLocally()).isEqualTo(7);
        return;
      } catch (StatusRuntimeException e) {
        assertThat(e.getStatus().getCode()).isEqualTo(Code.UNAVAILABLE);
      }
    }
  }

  @Test
  void shouldTellHealthAndWhatItServes() throws Exception {
    certificates.authority("daemons");
    certificates.signed("daemon", "daemons");
    certificates.authority("clients");
    certificates.signed("agent", "clients");
    try (ApiServer server = serveTcp()) {
      ManagedChannel channel =
          NettyChannelBuilder.forAddress("127.0.0.1", server.tcpPort())
              .overrideAuthority("daemon")
              .sslContext(
                  GrpcSslContexts.forClient()
                      .trustManager(certificates.certificate("daemons").toFile())
                      .keyManager(
                          certificates.certificate("agent").toFile(),
                          certificates.key("agent").toFile())
                      .build())
              .build();
      try {
        assertThat(health(channel, "")).isEqualTo(ServingStatus.SERVING);
        assertThat(health(channel, "heddle.v1.Heddle")).isEqualTo(ServingStatus.SERVING);
        server.setReady(false);
        assertThat(health(channel, "heddle.v1.Heddle")).isEqualTo(ServingStatus.NOT_SERVING);
        assertThat(health(channel, "")).isEqualTo(ServingStatus.SERVING);

        BlockingClientCall<ServerReflectionRequest, ServerReflectionResponse> reflection =
            ServerReflectionGrpc.newBlockingV2Stub(channel).serverReflectionInfo();
        reflection.write(ServerReflectionRequest.newBuilder().setListServices("").build());
        assertThat(reflection.read().getListServicesResponse().getServiceList())
            .extracting(service -> service.getName())
            .contains("heddle.v1.Heddle", "grpc.health.v1.Health");
        reflection.halfClose();
      } finally {
        channel.shutdownNow();
      }
    }
  }

  private static ServingStatus health(ManagedChannel channel, String service) {
    return HealthGrpc.newBlockingStub(channel)
        .withDeadlineAfter(TIMEOUT.toSeconds(), TimeUnit.SECONDS)
        .check(HealthCheckRequest.newBuilder().setService(service).build())
        .getStatus();
  }
}
