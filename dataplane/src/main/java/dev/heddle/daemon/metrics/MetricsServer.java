package dev.heddle.daemon.metrics;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.heddle.api.stats.CountersFileReader;
import dev.heddle.api.stats.Snapshot;
import dev.heddle.control.Inventory;
import dev.heddle.control.LastKnown;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * Serves {@code /metrics} to Prometheus, {@code /livez} and {@code /readyz} to whoever decides
 * whether the daemon is to be restarted and whether it may get traffic. Anybody who reaches the
 * address may ask; nothing can be changed here.
 *
 * <p>Each request has a virtual thread, so that one who sends or takes slowly keeps nobody waiting.
 */
public final class MetricsServer implements AutoCloseable {
  private static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";
  private static final int OK = 200;
  private static final int NOT_FOUND = 404;
  private static final int METHOD_NOT_ALLOWED = 405;
  private static final int UNAVAILABLE = 503;
  private static final int NO_BODY = -1;
  private static final long PATIENCE_MS = 500;

  static {
    // Somebody who is slow, or opens many connections, must not keep others out. The server reads
    // these when it is loaded.
    System.setProperty("sun.net.httpserver.maxReqTime", "10");
    System.setProperty("sun.net.httpserver.maxRspTime", "30");
    System.setProperty("jdk.httpserver.maxConnections", "64");
  }

  private record Answer(int status, String text) {}

  private final HttpServer server;
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("metrics-", 0).factory());
  private final CountersFileReader counters;
  private final LastKnown<Inventory> inventory;
  private final Health health;

  private MetricsServer(
      HttpServer server, Path countersFile, Supplier<Inventory> inventory, Health health) {
    this.server = server;
    this.counters = CountersFileReader.open(countersFile);
    this.inventory = new LastKnown<>("metrics-inventory", inventory, Inventory.EMPTY, PATIENCE_MS);
    this.health = health;
  }

  /**
   * Starts to serve.
   *
   * @param inventory what there is; may block
   * @throws UncheckedIOException if it cannot listen there
   */
  public static MetricsServer start(
      InetSocketAddress address, Path countersFile, Supplier<Inventory> inventory, Health health) {
    try {
      HttpServer http = HttpServer.create(address, 0);
      MetricsServer server = new MetricsServer(http, countersFile, inventory, health);
      http.setExecutor(server.threads);
      http.createContext("/", server::answer);
      http.start();
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(
          "--metrics "
              + address.getAddress().getHostAddress()
              + ":"
              + address.getPort()
              + ": cannot listen: "
              + e.getMessage()
              + "; give an address of this host and a free port",
          e);
    }
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return server.getAddress();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      boolean isHead = exchange.getRequestMethod().equals("HEAD");
      Answer answer =
          isHead || exchange.getRequestMethod().equals("GET")
              ? answer(exchange.getRequestURI().getPath())
              : new Answer(METHOD_NOT_ALLOWED, "only GET and HEAD\n");
      byte[] body = answer.text().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", CONTENT_TYPE);
      exchange.sendResponseHeaders(answer.status(), isHead ? NO_BODY : body.length);
      if (!isHead) {
        exchange.getResponseBody().write(body);
      }
    }
  }

  private Answer answer(String path) {
    return switch (path) {
      case "/metrics" -> new Answer(OK, new Metrics(snapshot(), inventory.get(), health).text());
      case "/livez" -> answer(health.reasonsToRestart());
      case "/readyz" -> answer(health.missing());
      default -> new Answer(NOT_FOUND, "there are /metrics, /livez and /readyz\n");
    };
  }

  private static Answer answer(List<String> wrong) {
    return wrong.isEmpty()
        ? new Answer(OK, "ok\n")
        : new Answer(UNAVAILABLE, String.join("\n", wrong) + "\n");
  }

  private Snapshot snapshot() {
    synchronized (counters) {
      return counters.snapshot();
    }
  }

  /** Lets go of the port; answers under way are cut off. */
  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
    try {
      // The file is unmapped below: nobody may read it then.
      threads.awaitTermination(Long.MAX_VALUE, java.util.concurrent.TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    inventory.close();
    counters.close();
  }
}
