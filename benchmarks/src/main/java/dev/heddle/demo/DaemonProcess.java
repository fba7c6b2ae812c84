package dev.heddle.demo;

import dev.heddle.api.HeddleClient;
import dev.heddle.api.v1.ServerInfo;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A daemon as everybody starts it, {@code bin/heddled}, with a directory of its own. */
final class DaemonProcess implements AutoCloseable {
  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(30);

  /** A daemon trains its code first, which takes long where processors are busy. */
  private static final Duration START_PATIENCE = Duration.ofMinutes(2);

  private final Process process;
  private final Path log;
  private final Path socket;

  private DaemonProcess(Process process, Path log, Path socket) {
    this.process = process;
    this.log = log;
    this.socket = socket;
  }

  /**
   * Starts it.
   *
   * @param root the project's directory
   * @param directory where its socket, counters and log go
   * @param namespace where it lives; null if in this process's namespace
   */
  static DaemonProcess start(Path root, Path directory, Namespace namespace) {
    Path log = directory.resolve("heddled.log");
    Path socket = directory.resolve("heddle.sock");
    String[] command = {
      root.resolve("bin/heddled").toString(),
      "--socket=" + socket,
      "--counters=" + directory.resolve("counters")
    };
    ProcessBuilder builder =
        new ProcessBuilder(namespace == null ? List.of(command) : namespace.inside(command));
    builder.redirectErrorStream(true).redirectOutput(log.toFile());
    try {
      return new DaemonProcess(builder.start(), log, socket);
    } catch (IOException e) {
      throw new DemoException("cannot start the daemon: " + e.getMessage(), e);
    }
  }

  /** A client of its API. */
  HeddleClient connect() {
    return HeddleClient.connect(socket, CALL_TIMEOUT);
  }

  /** Waits until it answers, and returns what it says of itself. */
  ServerInfo awaitReady(HeddleClient client) {
    ServerInfo[] info = new ServerInfo[1];
    boolean ready =
        Commands.await(
            () -> {
              info[0] = Files.exists(socket) ? serverInfo(client) : null;
              return info[0] != null || !process.isAlive();
            },
            START_PATIENCE);
    if (!ready || info[0] == null) {
      throw new DemoException("the daemon does not answer; its log says:\n" + log());
    }
    return info[0];
  }

  @Override
  public void close() {
    Commands.end(process);
  }

  private static ServerInfo serverInfo(HeddleClient client) {
    try {
      return client.serverInfo();
    } catch (StatusRuntimeException _) {
      return null;
    }
  }

  private String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
