package dev.heddle.daemon.metrics;

import static dev.heddle.api.Operations.upsert;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.api.Addresses;
import dev.heddle.api.v1.Endpoint;
import dev.heddle.api.v1.KernelInterface;
import dev.heddle.api.v1.Memif;
import dev.heddle.api.v1.Network;
import dev.heddle.api.v1.Transaction;
import dev.heddle.control.journal.Journal;
import dev.heddle.control.journal.JournalEntry;
import dev.heddle.daemon.StartException;
import dev.heddle.daemon.TestDaemon;
import dev.heddle.hostile.Await;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole daemon's metrics. */
class MetricsServerIT {
  private static final int SLOW_CLIENTS = 20;
  private static final String MADE_AGAIN = "the last run's state is not made again yet";

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
              "heddle_endpoints{network=\"blue\",vrf=\"0\"} 1",
              "heddle_nodes 0",
              "heddle_revision 1",
              "heddle_interface_up{interface=\"cart\",network=\"blue\",vrf=\"0\","
                  + "namespace=\"shop\",pod=\"cart-1\"} 0",
              "heddle_interface_tx_bytes_total{interface=\"cart\",network=\"blue\",vrf=\"0\","
                  + "namespace=\"shop\",pod=\"cart-1\",worker=\"0\"} 0");
      assertThat(metrics.body())
          .containsPattern("jvm_memory_used_bytes\\{area=\"heap\"} [1-9]")
          .containsPattern("jvm_gc_collections_total\\{gc=\"[^\"]+\"} [0-9]+\n")
          .containsPattern("jvm_gc_collection_seconds_total\\{gc=\"[^\"]+\"} [0-9.]+\n");
      assertThat(ask(address, "GET", "/livez").body()).isEqualTo("ok\n");
      assertThat(ask(address, "GET", "/readyz").statusCode()).isIn(200, 503);
      assertThat(ask(address, "HEAD", "/metrics").body()).isEmpty();
      assertThat(ask(address, "GET", "/").statusCode()).isEqualTo(404);
      assertThat(ask(address, "POST", "/metrics").statusCode()).isEqualTo(405);
    }
  }

  /** A journal whose endpoint's pod keeps the daemon waiting. */
  private void writeJournal(Path namespace) {
    Transaction transaction =
        Transaction.newBuilder()
            .addOperations(
                upsert(
                    Network.newBuilder()
                        .setName("blue")
                        .setVni(56)
                        .setRange4(Addresses.parsePrefix("172.19.0.0/16"))
                        .build()))
            .addOperations(
                upsert(
                    Endpoint.newBuilder()
                        .setName("cart")
                        .setNetwork("blue")
                        .addAddresses(Addresses.parse("172.19.0.10"))
                        .setMac(Addresses.parseMac("02:00:00:00:00:0a"))
                        .setKernel(
                            KernelInterface.newBuilder()
                                .setNetns(namespace.toString())
                                .setName("eth0"))
                        .build()))
            .build();
    try (Journal journal = Journal.open(directory.resolve("journal"))) {
      assertThat(journal.next()).isNull();
      journal.append(new JournalEntry(1, false, List.of(transaction)));
    }
  }

  @Test
  void shouldNotBeReadyBeforeTheLastRunsStateIsMadeAgain() throws Exception {
    InetSocketAddress address = freePort();
    Path namespace = directory.resolve("fifo");
    assertThat(new ProcessBuilder("mkfifo", namespace.toString()).start().waitFor()).isZero();
    writeJournal(namespace);
    try (ExecutorService starter = Executors.newSingleThreadExecutor()) {
      Future<TestDaemon> starting = starter.submit(() -> new TestDaemon(directory, 1, address));
      Await.until("it says what is missing", () -> answers(address, MADE_AGAIN));
      assertThat(ask(address, "GET", "/readyz").statusCode()).isEqualTo(503);
      assertThat(ask(address, "GET", "/livez").body()).isEqualTo("ok\n");
      assertThat(ask(address, "GET", "/metrics").body()).contains("\nheddle_revision 0\n");
      // Who opens the other end of a pipe lets the one who waits at this end go on.
      Files.newOutputStream(namespace).close();
      try (TestDaemon daemon = starting.get()) {
        assertThat(daemon.client().serverInfo().getRevision()).isEqualTo(1);
        Await.until("it is ready", () -> answers(address, "ok"));
      }
    }
  }

  private static boolean answers(InetSocketAddress address, String readiness) {
    try {
      return ask(address, "GET", "/readyz").body().lines().toList().contains(readiness);
    } catch (ConnectException e) {
      return false;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void shouldAnswerOthersWhileClientsAreSlowOrTalkNonsense() throws Exception {
    InetSocketAddress address = freePort();
    List<Socket> slow = new ArrayList<>();
    try (TestDaemon _ = new TestDaemon(directory, 1, address);
        Socket nonsense = client(address, "\0\1\2 \r\n\r\n")) {
      for (int i = 0; i < SLOW_CLIENTS; i++) {
        slow.add(client(address, "GET /metrics HTTP/1.1\r\nHost: x\r\nX"));
      }
      assertThat(ask(address, "GET", "/livez").body()).isEqualTo("ok\n");
      assertThat(nonsense.isConnected()).isTrue();
      for (Socket each : slow) {
        // It is still waited for: nobody had to be cut off before the one above was answered.
        each.setSoTimeout(1);
        assertThatThrownBy(() -> each.getInputStream().read())
            .isInstanceOf(SocketTimeoutException.class);
      }
    } finally {
      for (Socket each : slow) {
        each.close();
      }
    }
  }

  private static Socket client(InetSocketAddress address, String request) throws IOException {
    Socket socket = new Socket(address.getAddress(), address.getPort());
    socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
    socket.getOutputStream().flush();
    return socket;
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
