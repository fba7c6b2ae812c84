package dev.heddle.worker;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.heddle.daemon.metrics.MetricsServer;
import dev.heddle.observe.CountersFile;
import dev.heddle.observe.WorkerCounter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.agrona.concurrent.BusySpinIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Whether a worker that stands still is told from one that works, and from one that sleeps. */
class StallWatchTest {
  /** Stands still when it is told to. */
  private static final class Holding implements IdleStrategy {
    private volatile boolean hold;
    private volatile boolean held;
    private volatile CountDownLatch release = new CountDownLatch(1);

    @Override
    public void idle(int work) {
      if (hold) {
        held = true;
        try {
          release.await();
        } catch (InterruptedException e) {
          throw new AssertionError(e);
        }
      }
    }

    @Override
    public void idle() {}

    @Override
    public void reset() {}
  }

  @Test
  void shouldTellAStalledWorkerUntilItGoesOn(@TempDir Path directory) throws Exception {
    Holding holding = new Holding();
    try (CountersFile counters =
            CountersFile.create(directory.resolve("counters"), 2, 4, List.of());
        WorkerGroup group =
            WorkerGroup.start(
                List.of(-1, -1),
                worker ->
                    worker.roleName().equals("worker-1") ? holding : BusySpinIdleStrategy.INSTANCE,
                counters)) {
      StallWatch watch = group.stallWatch();
      assertThat(watch.workers()).isEqualTo(2);
      ListAppender<ILoggingEvent> log = new ListAppender<>();
      log.start();
      Logger logger = (Logger) LoggerFactory.getLogger(StallWatch.class);
      logger.addAppender(log);

      holding.hold = true;
      Pods.await(() -> holding.held);
      watch.look();
      long before = counters.worker(0).get(WorkerCounter.IDLE_CYCLES);
      Pods.await(() -> counters.worker(0).get(WorkerCounter.IDLE_CYCLES) > before);
      watch.look();
      assertThat(watch.isStalled(0)).isFalse();
      assertThat(watch.isStalled(1)).isTrue();
      assertThat(watch.anyEnded()).isFalse();
      assertThat(readiness(directory, watch)).isEqualTo("503 a worker stands still");
      watch.look();
      assertThat(counters.worker(0).get(WorkerCounter.STALLS)).isZero();
      assertThat(counters.worker(1).get(WorkerCounter.STALLS)).isEqualTo(1);
      logger.detachAppender(log);
      assertThat(log.list)
          .singleElement()
          .satisfies(line -> assertThat(line.getMessage()).isEqualTo("a worker stands still"))
          .satisfies(line ->
              assertThat(line.getKeyValuePairs())
                  .extracting(Object::toString)
                  .containsExactly("worker=\"worker-1\"", "stalls=\"1\""));

      holding.hold = false;
      holding.release.countDown();
      // The other one may have had no processor between two looks that come so soon.
      Pods.await(() -> {
        watch.look();
        return !watch.anyStalled();
      });
      assertThat(readiness(directory, watch)).isEqualTo("200 ok");
    }
  }

  /** What is said to whoever decides whether there may be traffic. */
  private static String readiness(Path directory, StallWatch watch) throws Exception {
    InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try (MetricsServer server =
            MetricsServer.start(anyPort, directory.resolve("counters"), Map::of, watch);
        HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> response =
          client.send(
              HttpRequest.newBuilder(
                      URI.create("http://127.0.0.1:" + server.address().getPort() + "/readyz"))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      return response.statusCode() + " " + response.body().strip();
    }
  }

  @Test
  void shouldNotTakeSleepForAStall(@TempDir Path directory) {
    try (CountersFile counters =
            CountersFile.create(directory.resolve("counters"), 1, 4, List.of());
        WorkerGroup group = WorkerGroup.start(List.of(-1), IdleMode.ADAPTIVE, counters)) {
      StallWatch watch = group.stallWatch();
      Pods.await(() -> counters.worker(0).get(WorkerCounter.SLEEPS) > 0);
      watch.look();
      watch.look();
      assertThat(watch.isStalled(0)).isFalse();
    }
  }
}
