package dev.heddle.daemon.metrics;

import static dev.heddle.api.Operations.upsert;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.api.Addresses;
import dev.heddle.api.v1.Endpoint;
import dev.heddle.api.v1.Memif;
import dev.heddle.api.v1.Network;
import dev.heddle.daemon.StartException;
import dev.heddle.daemon.TestDaemon;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole daemon's metrics. */
class MetricsServerTest {
  @TempDir Path directory;

  private static InetSocketAddress freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return new InetSocketAddress(InetAddress.getLoopbackAddress(), socket.getLocalPort());
    }
  }

  private static HttpResponse<String> ask(InetSocketAddress address, String method, String path)
      throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + address.getPort() + path))
              .method(method, BodyPublishers.noBody())
              .build(),
          BodyHandlers.ofString());
    }
  }

  @Test
  void shouldServeMetricsAndWhetherItLives() throws Exception {
    InetSocketAddress address = freePort();
    try (TestDaemon daemon = new TestDaemon(directory, 1, address)) {
      daemon.apply(
          upsert(
              Network.newBuilder()
                  .setName("blue")
                  .setVni(56)
                  .setRange4(Addresses.parsePrefix("172.19.0.0/16"))
                  .build()),
          upsert(
              Endpoint.newBuilder()
                  .setName("cart")
                  .setNetwork("blue")
                  .setNamespace("shop")
                  .setPod("cart-1")
                  .addAddresses(Addresses.parse("172.19.0.10"))
                  .setMac(Addresses.parseMac("02:00:00:00:00:0a"))
                  .setMemif(
                      Memif.newBuilder()
                          .setRole(Memif.Role.ROLE_SERVER)
                          .setSocket(directory.resolve("a").toString()))
                  .build()));
      HttpResponse<String> metrics = ask(address, "GET", "/metrics");
      assertThat(metrics.statusCode()).isEqualTo(200);
      assertThat(metrics.headers().firstValue("Content-Type"))
          .contains("text/plain; version=0.0.4; charset=utf-8");
      assertThat(metrics.body().lines())
          .contains(
              "heddle_endpoints 1",
              "heddle_revision 1",
              "heddle_interface_up{interface=\"cart\",network=\"blue\",vrf=\"0\","
                  + "namespace=\"shop\",pod=\"cart-1\"} 0",
              "heddle_interface_tx_bytes_total{interface=\"cart\",network=\"blue\",vrf=\"0\","
                  + "namespace=\"shop\",pod=\"cart-1\",worker=\"0\"} 0");
      assertThat(ask(address, "GET", "/livez").body()).isEqualTo("ok\n");
      assertThat(ask(address, "GET", "/readyz").statusCode()).isIn(200, 503);
      assertThat(ask(address, "HEAD", "/metrics").body()).isEmpty();
      assertThat(ask(address, "GET", "/").statusCode()).isEqualTo(404);
      assertThat(ask(address, "POST", "/metrics").statusCode()).isEqualTo(405);
    }
  }

  @Test
  void shouldNotStartWhereThePortIsTaken() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      InetSocketAddress address =
          new InetSocketAddress(InetAddress.getLoopbackAddress(), taken.getLocalPort());
      assertThatThrownBy(() -> new TestDaemon(directory, 1, address))
          .isInstanceOf(StartException.class)
          .hasMessage(
              "--metrics 127.0.0.1:%d: cannot listen: Address already in use; give an address of"
                      .formatted(taken.getLocalPort())
                  + " this host and a free port");
    }
  }
}
