package dev.heddle.port.memif.channel;

import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** DPDK's testpmd with one memif port, driven through its command line. It has no hugepages. */
final class Testpmd implements AutoCloseable {
  private static final AtomicInteger COUNT = new AtomicInteger();

  private final Process process;
  private final PrintStream commands;
  private final Path output;

  private Testpmd(Process process, Path output) {
    this.process = process;
    this.commands = new PrintStream(process.getOutputStream(), true, StandardCharsets.US_ASCII);
    this.output = output;
  }

  /**
   * Starts it; its port is up soon after, and it forwards nothing before {@code start}.
   *
   * @param device the device's arguments, such as {@code role=client,id=1}
   * @param queues receive and transmit queues of the port
   * @param launcher a command that runs it, such as {@code nsenter}, or nothing
   */
  static Testpmd start(Path directory, String device, int queues, String... launcher) {
    String name = "heddle-" + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet();
    Path output = directory.resolve(name + ".log");
    List<String> command = new ArrayList<>(List.of(launcher));
    command.addAll(List.of("dpdk-testpmd", "-l", "0,1", "--no-huge", "-m", "128", "--no-pci"));
    command.addAll(List.of("--no-telemetry", "--single-file-segments", "--file-prefix=" + name));
    command.addAll(List.of("--vdev=net_memif0," + device));
    command.addAll(List.of("--", "-i", "--no-mlockall", "--total-num-mbufs=4096"));
    command.addAll(List.of("--rxq=" + queues, "--txq=" + queues));
    File log = output.toFile();
    try {
      Process process =
          new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log).start();
      return new Testpmd(process, output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void command(String line) {
    commands.println(line);
  }

  String output() {
    try {
      return Files.readString(output, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As with SIGKILL: it tells nobody. */
  void kill() {
    process.destroyForcibly();
    process.onExit().join();
  }

  @Override
  public void close() {
    kill();
  }
}
