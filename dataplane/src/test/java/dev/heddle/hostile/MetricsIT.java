package dev.heddle.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.heddle.api.Addresses;
import dev.heddle.api.Operations;
import dev.heddle.api.v1.Endpoint;
import dev.heddle.api.v1.Memif;
import dev.heddle.api.v1.NeighbourStatus;
import dev.heddle.api.v1.NetworkStatus;
import dev.heddle.api.v1.Uplink;
import dev.heddle.api.v1.WorkerStatus;
import dev.heddle.daemon.TestDaemon;
import dev.heddle.daemon.metrics.Families;
import dev.heddle.daemon.metrics.Family;
import dev.heddle.ffi.linux.UnixAddress;
import dev.heddle.observe.DropReason;
import dev.heddle.observe.WorkerCounter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole daemon with pods and traffic, asked over HTTP. */
class MetricsIT {
  private static final Frames.Address ALICE = Frames.Address.ofPod(2);
  private static final Frames.Address BOB = Frames.Address.ofPod(3);

  @TempDir Path directory;
  private final HttpClient http = HttpClient.newHttpClient();
  private InetSocketAddress address;
  private TestDaemon daemon;

  @BeforeEach
  void start() throws IOException {
    address = freePort();
    daemon = new TestDaemon(directory, 2, address);
    daemon.apply(Operations.upsert(Scene.network("blue", 56)));
  }

  @AfterEach
  void stop() {
    http.close();
    daemon.close();
  }

  private static InetSocketAddress freePort() throws IOException {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try (ServerSocket socket = new ServerSocket(0, 1, loopback)) {
      return new InetSocketAddress(loopback, socket.getLocalPort());
    }
  }

  private Pod add(String name, Frames.Address address, String namespace, String pod) {
    UnixAddress socket = UnixAddress.ofPath(directory.resolve(name));
    daemon.apply(
        Operations.upsert(
            Endpoint.newBuilder()
                .setName(name)
                .setNetwork("blue")
                .setNamespace(namespace)
                .setPod(pod)
                .setMac(ByteString.copyFrom(address.mac()))
                .addAddresses(Addresses.parse(address.toString()))
                .setMemif(
                    Memif.newBuilder()
                        .setRole(Memif.Role.ROLE_SERVER)
                        .setSocket(socket.toString())
                        .setLog2RingSize(PodMemory.LOG2_RING_SIZE))
                .build()));
    return ClientPod.connect(socket, 0);
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + address.getPort() + path);
  }

  private HttpResponse<String> get(String path) throws Exception {
    return http.send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofString());
  }

  private List<String> metrics() throws Exception {
    HttpResponse<String> reply = get("/metrics");
    assertThat(reply.statusCode()).isEqualTo(200);
    assertThat(reply.headers().firstValue("Content-Type"))
        .contains("text/plain; version=0.0.4; charset=utf-8");
    return reply.body().lines().toList();
  }

  /** The sum over all workers of an interface's samples that have these labels. */
  private static long sum(List<String> lines, String metric, String... labels) {
    return lines.stream()
        .filter(line -> line.startsWith(metric + "{"))
        .filter(line -> Arrays.stream(labels).allMatch(line::contains))
        .mapToLong(line -> Long.parseLong(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  @Test
  void shouldTellOfEveryInterfaceWhoseItIsAndWhatItCounted() throws Exception {
    try (Pod alice = add("a", ALICE, "default", "alice-0");
        Pod bob = add("b", BOB, "", "")) {
      byte[] router = Gateway.resolve(alice, ALICE);
      Gateway.resolve(bob, BOB);
      for (int i = 0; i < 5; i++) {
        assertThat(alice.send(Frames.udp(router, ALICE, BOB, i, 100))).isTrue();
      }
      for (int i = 0; i < 3; i++) {
        assertThat(alice.send(Frames.udp(router, BOB, ALICE, i, 100))).isTrue();
      }
      Await.until(
          "all was dropped", () -> daemon.counted("a", DropReason.SPOOFED_SOURCE.label()) == 3);
      Await.until("all arrived", () -> daemon.counted("b", "tx-packets") == 6);

      List<String> lines = metrics();
      String vrf = "vrf=\"" + daemon.client().networks().getFirst().getVrfIndex() + "\"";
      String ofAlice =
          "interface=\"a\",network=\"blue\"," + vrf + ",namespace=\"default\",pod=\"alice-0\"";
      String ofBob = "interface=\"b\",network=\"blue\"," + vrf + ",namespace=\"\",pod=\"\"";
      assertThat(sum(lines, "heddle_interface_rx_packets_total", ofAlice)).isEqualTo(9);
      assertThat(sum(lines, "heddle_interface_tx_packets_total", ofBob)).isEqualTo(6);
      assertThat(sum(lines, "heddle_interface_drops_total")).isEqualTo(3);
      assertThat(sum(lines, "heddle_interface_drops_total", ofAlice, "reason=\"spoofed-source\""))
          .isEqualTo(3);
      assertThat(sum(lines, "heddle_worker_batch_packets_sum")).isEqualTo(10);
      assertThat(lines)
          .contains(
              "heddle_interface_up{" + ofAlice + "} 1",
              "heddle_interface_events_total{" + ofAlice + ",event=\"memif-connects\"} 1",
              "heddle_revision 3",
              "heddle_worker_revision{worker=\"1\"} 3");
    }
  }

  private static String ofNetwork(String metric, NetworkStatus network, long value) {
    return "%s{network=\"%s\",vrf=\"%d\"} %d"
        .formatted(metric, network.getNetwork().getName(), network.getVrfIndex(), value);
  }

  @Test
  void shouldTellWhatEachNetworkHas() throws Exception {
    daemon.apply(
        Operations.upsert(Scene.network("red", 57).toBuilder().setMtu(1400).build()),
        Operations.upsertRoute("red", "10.0.0.0/8", Operations.drop()),
        Operations.upsertRoute("red", "fd02::/48", Operations.drop()),
        Operations.upsertRoute("red", "11.0.0.0/8", Operations.drop()));
    try (Pod _ = add("a", ALICE, "", "");
        Pod _ = add("b", BOB, "", "")) {
      daemon.apply(
          Operations.upsertRoute("blue", "10.0.0.0/8", Operations.toEndpoint("a")),
          Operations.deleteRoute("red", "11.0.0.0/8"));
      NetworkStatus blue = daemon.client().networks("blue").getFirst();
      NetworkStatus red = daemon.client().networks("red").getFirst();
      assertThat(metrics())
          .contains(
              "heddle_networks 2",
              ofNetwork("heddle_routes", blue, 1),
              ofNetwork("heddle_routes", red, 2),
              ofNetwork("heddle_endpoints", blue, 2),
              ofNetwork("heddle_endpoints", red, 0),
              ofNetwork("heddle_network_mtu_bytes", blue, 1500),
              ofNetwork("heddle_network_mtu_bytes", red, 1400));
    }
    daemon.apply(
        Operations.deleteRoute("red", "10.0.0.0/8"),
        Operations.deleteRoute("red", "fd02::/48"),
        Operations.deleteNetwork("red"));
    assertThat(metrics()).noneMatch(line -> line.contains("network=\"red\""));
  }

  private double seconds(String metric, int worker) {
    try {
      String sample = metric + "{worker=\"" + worker + "\"} ";
      return metrics().stream()
          .filter(line -> line.startsWith(sample))
          .mapToDouble(line -> Double.parseDouble(line.substring(sample.length())))
          .sum();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void shouldTellTheTimeOfAWorkerThatSleeps() {
    Await.until(
        "it sleeps",
        () -> daemon.client().workers().getFirst().getState() == WorkerStatus.State.STATE_ASLEEP);
    double idle = seconds("heddle_worker_idle_seconds_total", 0);
    double busy = seconds("heddle_worker_busy_seconds_total", 0);
    long sleeps = daemon.snapshot().workers().getFirst().value(WorkerCounter.SLEEPS.label());
    Await.until("time passes", () -> seconds("heddle_worker_idle_seconds_total", 0) > idle + 0.1);
    assertThat(daemon.snapshot().workers().getFirst().value(WorkerCounter.SLEEPS.label()))
        .isEqualTo(sleeps);
    assertThat(seconds("heddle_worker_busy_seconds_total", 0)).isEqualTo(busy);
  }

  @Test
  void shouldTellWhichNodesItKnowsAndReaches() throws Exception {
    assertThat(metrics())
        .contains("heddle_nodes 0")
        .noneMatch(line -> line.startsWith("heddle_tunnels{"));
    try (NodeScene east = new NodeScene(directory, "east", false, BOB)) {
      east.daemon().apply(east.uplink("192.0.2.2"), NodeScene.node("west", "192.0.2.1"));
      daemon.apply(
          Operations.upsert(
              Uplink.newBuilder()
                  .setAddress4(Addresses.parse("192.0.2.1"))
                  .setPrefixLength4(24)
                  .setMtu(1600)
                  .setMemif(
                      Memif.newBuilder()
                          .setRole(Memif.Role.ROLE_SERVER)
                          .setSocket(directory.resolve("underlay.sock").toString()))
                  .build()),
          NodeScene.node("east", "192.0.2.2"),
          NodeScene.node("nowhere", "192.0.2.77"));
      east.awaitNeighbours();
      Await.until(
          "the other node answers",
          () ->
              daemon.client().neighbours().stream()
                  .anyMatch(each -> each.getState() == NeighbourStatus.State.STATE_REACHABLE));
      NetworkStatus blue = daemon.client().networks("blue").getFirst();
      assertThat(metrics())
          .contains(
              "heddle_nodes 2",
              "heddle_uplink_mtu_bytes{interface=\"uplink\"} 1600",
              "heddle_tunnels{interface=\"uplink\",state=\"resolved\"} 1",
              "heddle_tunnels{interface=\"uplink\",state=\"unresolved\"} 1",
              "heddle_neighbours{interface=\"uplink\",state=\"incomplete\"} 1",
              "heddle_neighbours{interface=\"uplink\",state=\"reachable\"} 1",
              "heddle_neighbours{interface=\"uplink\",state=\"probe\"} 0",
              ofNetwork("heddle_network_mtu_bytes", blue, 1550));
    }
  }

  @Test
  void shouldExportEveryFamilyOnceWithSamplesThatAreItsOwn() throws Exception {
    List<String> lines = metrics();
    String type = "# TYPE ";
    assertThat(lines.stream().filter(line -> line.startsWith(type)).map(line -> line.split(" ")[2]))
        .containsExactlyElementsOf(Families.all().stream().map(Family::name).toList());
    Set<String> series = new HashSet<>();
    String family = "";
    for (String line : lines) {
      if (line.startsWith(type)) {
        family = line.split(" ")[2];
      } else if (!line.startsWith("#")) {
        assertThat(line)
            .startsWith(family)
            .matches("[a-z_]+(\\{[a-z]+=\"[^\"]*\"(,[a-z]+=\"[^\"]*\")*})? [-+0-9.Ee]+");
        assertThat(series.add(line.substring(0, line.lastIndexOf(' ')))).as(line).isTrue();
      }
    }
  }
}
