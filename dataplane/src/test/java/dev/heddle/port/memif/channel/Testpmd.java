package dev.heddle.port.memif.channel;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** DPDK's testpmd with one memif port, driven through its command line. It has no hugepages. */
public final class Testpmd implements AutoCloseable {
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
    return start(directory, device, queues, List.of(), List.of(launcher));
  }

  /** The same with further options of testpmd's own. */
  public static Testpmd start(
      Path directory, String device, int queues, List<String> options, List<String> launcher) {
    String name = "heddle-" + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet();
    Path output = directory.resolve(name + ".log");
    List<String> command = new ArrayList<>(launcher);
    // Into a file it would otherwise write only when some 4 KiB have come together.
    command.addAll(
        List.of(
            "stdbuf", "-oL", "dpdk-testpmd", "-l", "0,1", "--no-huge", "-m", "128", "--no-pci"));
    command.addAll(List.of("--no-telemetry", "--single-file-segments", "--file-prefix=" + name));
    command.addAll(List.of("--vdev=net_memif0," + device));
    command.addAll(List.of("--", "-i", "--no-mlockall", "--total-num-mbufs=4096"));
    command.addAll(List.of("--rxq=" + queues, "--txq=" + queues));
    command.addAll(options);
    File log = output.toFile();
    try {
      Process process =
          new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log).start();
      return new Testpmd(process, output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public void command(String line) {
    commands.println(line);
  }

  String output() {
    try {
      return Files.readString(output, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Types a command and waits for its answer.
   *
   * @return the first match in what it printed since
   */
  public MatchResult ask(String line, Pattern answer) {
    int before = output().length();
    command(line);
    RecordingOwner.until(
        "testpmd's answer to " + line,
        () -> !process.isAlive() || answer.matcher(output().substring(before)).find());
    Matcher matcher = answer.matcher(output().substring(before));
    assertThat(matcher.find()).as(output()).isTrue();
    return matcher.toMatchResult();
  }

  /** As with SIGKILL: it tells nobody. */
  public void kill() {
    process.destroyForcibly();
    process.onExit().join();
  }

  @Override
  public void close() {
    kill();
  }
}
