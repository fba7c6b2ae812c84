package dev.heddle.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.api.HeddleClient;
import dev.heddle.api.v1.Operation;
import dev.heddle.daemon.HeddleDaemon;
import dev.heddle.observe.JavaProcess;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A daemon in a process of its own that is killed and started again, with a client. */
final class DaemonProcess {
  private final Path directory;
  private Process process;
  private HeddleClient client;

  /**
   * @param directory where its socket, its counters and its journal are
   */
  DaemonProcess(Path directory) {
    this.directory = directory;
  }

  /** How it is started. */
  ProcessBuilder command() {
    return JavaProcess.builder(
        HeddleDaemon.class,
        "--socket=" + socket(),
        "--counters=" + directory.resolve("counters"),
        "--log-level=warn");
  }

  Path socket() {
    return directory.resolve("api");
  }

  Path journal() {
    return directory.resolve("api.journal");
  }

  /** Starts it and waits until it serves. */
  void start() throws IOException {
    start(command());
  }

  void start(ProcessBuilder command) throws IOException {
    process = command.redirectErrorStream(true).redirectOutput(output().toFile()).start();
    client = connect();
    Await.until("the daemon serves", this::serves);
  }

  private HeddleClient connect() {
    return HeddleClient.connect(socket(), Duration.ofMinutes(1));
  }

  private Path output() {
    return directory.resolve("output");
  }

  private boolean serves() {
    assertThat(process.isAlive()).as(() -> text(output())).isTrue();
    try {
      return client.serverInfo().getWorkers() == 1;
    } catch (StatusRuntimeException e) {
      client.close();
      client = connect();
      return false;
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Of the run that was started last. */
  HeddleClient client() {
    return client;
  }

  void apply(Operation... operations) {
    client.apply(operations);
  }

  Process process() {
    return process;
  }

  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
    client.close();
  }

  /** Ends it, however often, if it was started. */
  void stop() throws InterruptedException {
    if (client != null) {
      client.close();
    }
    if (process != null) {
      process.destroyForcibly().waitFor();
    }
  }
}
