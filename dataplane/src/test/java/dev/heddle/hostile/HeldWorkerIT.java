package dev.heddle.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.heddle.api.Addresses;
import dev.heddle.api.HeddleClient;
import dev.heddle.api.Operations;
import dev.heddle.api.Watch;
import dev.heddle.api.v1.Endpoint;
import dev.heddle.api.v1.Memif;
import dev.heddle.api.v1.Observed;
import dev.heddle.api.v1.Operation;
import dev.heddle.api.v1.WatchReply;
import dev.heddle.api.v1.WatchRequest;
import dev.heddle.api.v1.WorkerStatus;
import dev.heddle.daemon.HeddleDaemon;
import dev.heddle.ffi.linux.UnixAddress;
import dev.heddle.observe.JavaProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A daemon's process whose second worker is held by somebody. Alice and Carol are polled by the
 * first one; Bob, who says nothing, by the second.
 */
class HeldWorkerIT {
  private static final Duration TIMEOUT = Duration.ofMinutes(1);
  private static final Frames.Address ALICE = Frames.Address.ofPod(2);
  private static final Frames.Address BOB = Frames.Address.ofPod(3);
  private static final Frames.Address CAROL = Frames.Address.ofPod(4);
  private static final int HELD = 1;
  private static final int FRAMES = 100;

  @TempDir Path directory;
  private final HttpClient http = HttpClient.newHttpClient();
  private Process daemon;
  private HeddleClient client;
  private int port;

  @BeforeEach
  void start() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    Path socket = directory.resolve("api.sock");
    daemon =
        JavaProcess.builder(
                HeddleDaemon.class,
                "--socket=" + socket,
                "--counters=" + directory.resolve("counters"),
                "--workers=2",
                "--metrics=127.0.0.1:" + port)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("log").toFile())
            .start();
    Await.until(
        "the daemon serves",
        () -> {
          assertThat(daemon.isAlive()).isTrue();
          return Files.exists(socket);
        });
    client = HeddleClient.connect(socket, TIMEOUT);
    client.apply(
        Operations.upsert(Scene.network("blue", 56)),
        endpoint("alice", ALICE),
        endpoint("bob", BOB),
        endpoint("carol", CAROL));
  }

  @AfterEach
  void stop() throws InterruptedException {
    client.close();
    http.close();
    daemon.destroyForcibly().waitFor();
  }

  private UnixAddress socket(String pod) {
    return UnixAddress.ofPath(directory.resolve(pod));
  }

  private Operation endpoint(String name, Frames.Address address) {
    return Operations.upsert(
        Endpoint.newBuilder()
            .setName(name)
            .setNetwork("blue")
            .setMac(ByteString.copyFrom(address.mac()))
            .addAddresses(Addresses.parse(address.toString()))
            .setMemif(
                Memif.newBuilder()
                    .setRole(Memif.Role.ROLE_SERVER)
                    .setSocket(socket(name).toString())
                    .setLog2RingSize(PodMemory.LOG2_RING_SIZE))
            .build());
  }

  private HttpResponse<String> get(String path) {
    try {
      return http.send(
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
          BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private long metric(String name, int worker) {
    String sample = name + "{worker=\"" + worker + "\"} ";
    return get("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith(sample))
        .mapToLong(line -> Long.parseLong(line.substring(sample.length())))
        .sum();
  }

  private void awaitAllRest() {
    Await.until(
        "all workers sleep and are ready",
        () ->
            client.workers().stream()
                    .allMatch(each -> each.getState() == WorkerStatus.State.STATE_ASLEEP)
                && get("/readyz").statusCode() == 200);
  }

  /** The daemon waits for the held worker, and says so to everybody but who applied it. */
  private void awaitStuck(Watch watch) throws InterruptedException {
    awaitTold(watch, Observed.State.STATE_DOWN);
    Await.until(
        "the revision is missed",
        () ->
            get("/readyz")
                .body()
                .lines()
                .anyMatch(
                    line -> line.matches("worker-1 runs revision 1; 2 was published \\d+ ms ago")));
    assertThat(client.serverInfo().getRevision()).isEqualTo(1);
    Await.until("it is not alive", () -> get("/livez").statusCode() == 503);
    assertThat(get("/livez").body())
        .matches("the control side has been stuck for \\d+ s: not every worker runs revision 2\n");
  }

  private static void awaitTold(Watch watch, Observed.State state) throws InterruptedException {
    Observed wanted = Observed.newBuilder().setWorker(HELD).setState(state).build();
    WatchReply reply = watch.next();
    while (!reply.getObservedList().contains(wanted)) {
      reply = watch.next();
    }
  }

  private static void exchange(Pod from, Pod to, byte[] router) {
    for (int i = 0; i < FRAMES; i++) {
      byte[] frame = Frames.udp(router, ALICE, CAROL, i, 100);
      from.awaitSend(frame);
      byte[][] received = new byte[1][];
      Await.until("the frame arrives", () -> (received[0] = to.receive()) != null);
      assertThat(received[0]).isEqualTo(Frames.routed(frame, router, CAROL));
    }
  }

  @Test
  void shouldTellEverybodyWhichWorkerIsHeldWhileTheOtherGoesOn() throws Exception {
    try (Pod alice = ClientPod.connect(socket("alice"), 0);
        Pod carol = ClientPod.connect(socket("carol"), 0);
        Watch watch = client.watch(WatchRequest.getDefaultInstance())) {
      byte[] router = Gateway.resolve(alice, ALICE);
      Gateway.resolve(carol, CAROL);
      awaitAllRest();
      long stallsBefore = metric("heddle_worker_stalls_total", HELD);
      try (HeldThread _ = HeldThread.of(daemon, "worker-" + HELD)) {
        Await.until("it is not ready", () -> get("/readyz").statusCode() == 503);
        assertThat(get("/readyz").body().lines()).contains("worker-1 stands still");
        assertThat(get("/livez").body()).isEqualTo("ok\n");
        assertThat(metric("heddle_worker_stalls_total", HELD)).isEqualTo(stallsBefore + 1);
        assertThat(metric("heddle_worker_stalled", HELD)).isEqualTo(1);
        assertThat(client.workers().get(HELD).getState())
            .isEqualTo(WorkerStatus.State.STATE_STALLED);
        awaitTold(watch, Observed.State.STATE_DOWN);
        exchange(alice, carol, router);
        assertThat(metric("heddle_worker_stalled", HELD)).isEqualTo(1);
        assertThat(metric("heddle_worker_stalls_total", HELD)).isEqualTo(stallsBefore + 1);
      }
      awaitTold(watch, Observed.State.STATE_UP);
      awaitAllRest();
      assertThat(get("/readyz").body()).isEqualTo("ok\n");
      assertThat(metric("heddle_worker_stalled", HELD)).isZero();
    }
  }

  @Test
  void shouldTellThatATransactionWaitsForTheHeldWorker() throws Exception {
    try (Watch watch = client.watch(WatchRequest.getDefaultInstance());
        ExecutorService agent = Executors.newSingleThreadExecutor()) {
      awaitTold(watch, Observed.State.STATE_UP);
      awaitAllRest();
      Future<Long> revision;
      try (HeldThread _ = HeldThread.of(daemon, "worker-" + HELD)) {
        revision = agent.submit(() -> client.apply(endpoint("dave", Frames.Address.ofPod(5))));
        awaitStuck(watch);
        assertThat(revision.isDone()).isFalse();
      }
      assertThat(revision.get()).isEqualTo(2);
      awaitTold(watch, Observed.State.STATE_UP);
      awaitAllRest();
      assertThat(get("/livez").body()).isEqualTo("ok\n");
      assertThat(client.serverInfo().getRevision()).isEqualTo(2);
    }
  }
}
