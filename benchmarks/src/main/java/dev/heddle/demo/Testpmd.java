package dev.heddle.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * One {@code dpdk-testpmd}, told what to do through its prompt. It forwards between pairs of ports:
 * 0 and 1, 2 and 3, and so on.
 *
 * <p>A single process holds all pods, since each of its forwarding cores polls without a pause.
 */
final class Testpmd implements AutoCloseable {
  private static final int MEMORY_MIB = 128;
  private static final int BUFFERS = 16_384;

  private static final Pattern LINK =
      Pattern.compile("^\\d+ +[0-9A-F:]{17} \\S+ +\\S+ +(up|down) ", Pattern.MULTILINE);
  private static final Pattern STOPPED = Pattern.compile("\\+{60}\\R\\RDone\\.");

  private final Process process;
  private final Writer prompt;
  private final int ports;
  private final StringBuilder output = new StringBuilder();

  private Testpmd(Process process, int ports) {
    this.process = process;
    this.ports = ports;
    prompt = process.outputWriter(StandardCharsets.US_ASCII);
    Thread.ofPlatform().daemon().name("testpmd output").start(this::readOutput);
  }

  /**
   * Starts it with these virtual devices.
   *
   * @param directory where it keeps its own files
   * @param ownNamespace whether it gets a network namespace of its own, so that its taps disturb
   *     nobody; takes root rights
   */
  static Testpmd start(Path directory, boolean ownNamespace, List<String> devices) {
    List<String> command = new ArrayList<>();
    if (ownNamespace) {
      command.addAll(List.of("unshare", "--net"));
    }
    // Into a pipe it would otherwise write only when some 4 KiB have come together.
    command.addAll(List.of("stdbuf", "-oL", "dpdk-testpmd"));
    command.add("--lcores=0@%1$d,1@%1$d".formatted(firstCore()));
    command.addAll(List.of("--no-huge", "--no-pci", "--no-telemetry", "-m", "" + MEMORY_MIB));
    command.add("--file-prefix=demo");
    devices.forEach(device -> command.add("--vdev=" + device));
    command.addAll(List.of("--", "-i", "--no-flush-rx", "--total-num-mbufs=" + BUFFERS));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("RUNTIME_DIRECTORY", directory.toString());
    try {
      return new Testpmd(builder.start(), devices.size());
    } catch (IOException e) {
      throw new DemoException("cannot start dpdk-testpmd: " + e.getMessage(), e);
    }
  }

  /** The processor core that it may use up: the first one this process may use. */
  private static int firstCore() {
    try (Stream<String> status = Files.lines(Path.of("/proc/self/status"))) {
      String list =
          status.filter(line -> line.startsWith("Cpus_allowed_list:")).findFirst().orElseThrow();
      return Integer.parseInt(list.replaceFirst("\\D+", "").replaceFirst("\\D.*", ""));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  long pid() {
    return process.pid();
  }

  /** Waits until every port has its link. */
  void awaitLinks() {
    // What is typed before the prompt is there is read then.
    boolean up =
        Commands.await(() -> {
          String answer = ask("show port summary all", LINK, ports);
          return LINK.matcher(answer).results().noneMatch(row -> row.group(1).equals("down"));
        });
    if (!up) {
      throw new DemoException(
          "testpmd's ports got no link:\n" + ask("show port summary all", LINK, ports));
    }
  }

  /**
   * Starts forwarding. A memif client offers buffers only when it polls, so every memif port, the
   * second one of each pair, is polled before the first packet goes.
   */
  void startForwarding() {
    type("set portlist " + portList(1, 2));
    type("set fwd rxonly");
    type("start");
    stopForwarding();
    type("set portlist " + portList(0, 1));
    type("set fwd io");
    type("start");
  }

  /** Stops it; what lies in the rings then stays there. */
  void stopForwarding() {
    ask("stop", STOPPED, 1);
  }

  /** What it counted so far, by port number. */
  List<PortStatistics> statistics() {
    return PortStatistics.parse(ask("show port stats all", PortStatistics.BLOCK, ports));
  }

  @Override
  public void close() {
    Commands.end(process);
  }

  private String portList(int first, int step) {
    return IntStream.iterate(first, port -> port < ports, port -> port + step)
        .mapToObj(Integer::toString)
        .collect(Collectors.joining(","));
  }

  /** Types a command and returns what it printed, which the pattern matches so many times. */
  private String ask(String command, Pattern answer, int matches) {
    int start;
    synchronized (output) {
      start = output.length();
    }
    type(command);
    boolean answered = Commands.await(() -> !process.isAlive() || count(answer, start) >= matches);
    String printed = printedSince(start);
    if (!answered || !process.isAlive()) {
      throw new DemoException(
          "testpmd "
              + (process.isAlive() ? "did not answer" : "ended at")
              + " '"
              + command
              + "':\n"
              + printedSince(0));
    }
    return printed;
  }

  private void type(String command) {
    try {
      prompt.write(command + "\n");
      prompt.flush();
    } catch (IOException e) {
      throw new DemoException("testpmd ended:\n" + printedSince(0), e);
    }
  }

  private long count(Pattern pattern, int start) {
    Matcher matcher = pattern.matcher(printedSince(start));
    return matcher.results().count();
  }

  private String printedSince(int start) {
    synchronized (output) {
      return output.substring(start);
    }
  }

  private void readOutput() {
    try (var reader = process.inputReader(StandardCharsets.US_ASCII)) {
      char[] chunk = new char[4096];
      for (int length = reader.read(chunk); length >= 0; length = reader.read(chunk)) {
        synchronized (output) {
          output.append(chunk, 0, length);
        }
      }
    } catch (IOException _) {
      // Ending a process closes its output here, whatever is still in it.
    }
  }
}
