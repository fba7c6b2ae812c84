package dev.heddle.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A network namespace as a pod has, with nothing in it but a loopback interface; needs root. */
public final class PodNamespace implements AutoCloseable {
  private static final AtomicInteger NEXT = new AtomicInteger();

  private final String name =
      "heddle-pod-" + ProcessHandle.current().pid() + "-" + NEXT.incrementAndGet();

  /** Those that the kernel itself makes in every namespace, such as lo. */
  private final List<String> ownLinks;

  private boolean isDeleted;

  public PodNamespace() {
    run("ip", "netns", "add", name);
    ip("link", "set", "lo", "up");
    ownLinks = allLinks();
  }

  /** The file that leads to it. */
  public Path file() {
    return Path.of("/run/netns", name);
  }

  /** What ip(8) says in it. */
  public String ip(String... arguments) {
    List<String> command = new ArrayList<>(List.of("ip", "-netns", name));
    command.addAll(List.of(arguments));
    return run(command.toArray(String[]::new));
  }

  /** The lines of what ip(8) says in it, on one line an object. */
  List<String> lines(String... arguments) {
    List<String> oneline = new ArrayList<>(List.of("-oneline"));
    oneline.addAll(List.of(arguments));
    return ip(oneline.toArray(String[]::new)).lines().map(String::strip).toList();
  }

  /** Names of the interfaces that have come into it since. */
  List<String> links() {
    return allLinks().stream().filter(name -> !ownLinks.contains(name)).toList();
  }

  private List<String> allLinks() {
    return lines("link").stream().map(line -> line.split("[: @]+")[1]).toList();
  }

  /** Runs a command in it and answers its output. */
  public String in(String... command) {
    return run(inside(command));
  }

  private String[] inside(String... command) {
    List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", name));
    all.addAll(List.of(command));
    return all.toArray(String[]::new);
  }

  /**
   * Whether so many echo requests are all answered, with as many bytes and not to be fragmented.
   * One after the other, since ping waits for the last answer of several no longer than two round
   * trips.
   */
  public void ping(String destination, int count, int bytes) {
    String one = "ping -c 1 -W 60 -M do -s " + bytes + " -q " + destination;
    in("sh", "-c", "for i in $(seq " + count + "); do " + one + " || exit 1; done");
  }

  static String run(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).as("%s: %s", Arrays.asList(command), output).isZero();
      return output;
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Deletes it, as when the pod ends. */
  void delete() {
    isDeleted = true;
    run("ip", "netns", "delete", name);
  }

  @Override
  public void close() {
    if (!isDeleted) {
      delete();
    }
  }
}
