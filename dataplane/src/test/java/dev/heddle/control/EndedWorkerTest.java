package dev.heddle.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.daemon.metrics.Health;
import dev.heddle.daemon.metrics.MetricsServer;
import dev.heddle.observe.CountersFile;
import dev.heddle.worker.IdleMode;
import dev.heddle.worker.StallWatch;
import dev.heddle.worker.WorkerGroup;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said of workers whose threads are gone. */
class EndedWorkerTest {
  @Test
  void shouldDemandARestartWhenWorkersHaveEnded(@TempDir Path directory) throws Exception {
    InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    Path file = directory.resolve("worker-counters");
    try (ControlFixture control = new ControlFixture(directory);
        CountersFile counters = CountersFile.create(file, 2, 4, List.of())) {
      WorkerGroup workers = WorkerGroup.start(List.of(-1, -1), IdleMode.ADAPTIVE, counters);
      StallWatch stalls = workers.stallWatch();
      Health health = new Health(workers, stalls, control.plane);
      try (MetricsServer server =
          MetricsServer.start(anyPort, file, control.plane::inventory, health)) {
        assertThat(ask(server, "/livez")).isEqualTo("200 ok");
        workers.close();
        stalls.look();
        assertThat(ask(server, "/livez")).isEqualTo("503 worker-0 has ended\nworker-1 has ended");
        assertThat(ask(server, "/readyz"))
            .isEqualTo("503 worker-0 stands still\nworker-1 stands still");
      }
    }
  }

  private static String ask(MetricsServer server, String path) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> response =
          client.send(
              HttpRequest.newBuilder(
                      URI.create("http://127.0.0.1:" + server.address().getPort() + path))
                  .build(),
              BodyHandlers.ofString());
      return response.statusCode() + " " + response.body().strip();
    }
  }
}
