package dev.heddle.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** A {@code tcpdump} that writes down what an interface receives, and what its kernel sends. */
final class Capture implements AutoCloseable {
  /** Takes thousands of frames, each of which gets as much room as the largest one needs. */
  private static final String BUFFER_KIB = "16384";

  private static final String LARGEST_FRAME = "2048";

  private final Process process;
  private final Path file;

  private Capture(Process process, Path file) {
    this.process = process;
    this.file = file;
  }

  /** Starts it; it misses nothing from the return on. */
  static Capture start(Namespace namespace, String device, Path file) {
    List<String> command = namespace.inside("tcpdump", "-i", device, "-w", file.toString());
    // Root goes on writing where only root may; every packet is written as it comes.
    command.addAll(List.of("-Z", "root", "-n", "-U", "--immediate-mode"));
    command.addAll(List.of("-B", BUFFER_KIB, "-s", LARGEST_FRAME));
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      Capture capture = new Capture(process, file);
      BufferedReader words = process.inputReader(StandardCharsets.UTF_8);
      StringBuilder said = new StringBuilder();
      String line = words.readLine();
      while (line != null && !line.contains("listening on")) {
        said.append(line).append('\n');
        line = words.readLine();
      }
      if (line == null) {
        throw new DemoException("tcpdump does not listen: " + said);
      }
      return capture;
    } catch (IOException e) {
      throw new DemoException("cannot start tcpdump: " + e.getMessage(), e);
    }
  }

  /** Ends it and returns the frames, in their order. */
  List<byte[]> stop() {
    close();
    return soFar();
  }

  /** The frames that were written until now. */
  List<byte[]> soFar() {
    return CaptureFile.read(file);
  }

  /** The file's packets in tcpdump's own words: a line each, and one more for what is inside. */
  List<String> words() {
    String text = Commands.require("tcpdump", "-n", "-t", "-r", file.toString());
    return text.lines().filter(line -> !line.startsWith("reading from")).toList();
  }

  @Override
  public void close() {
    Commands.end(process);
  }
}
