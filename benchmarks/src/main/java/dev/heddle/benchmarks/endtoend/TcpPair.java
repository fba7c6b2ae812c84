package dev.heddle.benchmarks.endtoend;

import dev.heddle.benchmarks.machine.Cores;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Two network namespaces that a veth pair joins, and iperf3 from the first to the second. */
final class TcpPair implements AutoCloseable {
  static final String OVER_HEDDLE4 = address4(1);
  static final String OVER_HEDDLE6 = address6(1);
  static final String OVER_VETH = "10.99.0.2";

  private static final int SECONDS = 3;
  private static final int TRIES = 100;
  private static final long RETRY_NS = 50_000_000;
  private static final Pattern RECEIVED =
      Pattern.compile("\"sum_received\":\\s*\\{[^}]*\"bits_per_second\":\\s*([0-9.e+]+)");

  private final List<String> names = new ArrayList<>();

  private TcpPair() {}

  static TcpPair create() {
    TcpPair pair = new TcpPair();
    try {
      for (int pod = 0; pod < 2; pod++) {
        String name = "heddle-bench-%d-%d".formatted(ProcessHandle.current().pid(), pod);
        run("ip", "netns", "add", name);
        pair.names.add(name);
      }
      String one = pair.names.getFirst();
      String two = pair.names.getLast();
      run(
          "ip", "link", "add", "veth0", "netns", one, "type", "veth", "peer", "veth0", "netns",
          two);
      for (int pod = 0; pod < 2; pod++) {
        String name = pair.names.get(pod);
        run("ip", "-n", name, "address", "add", "10.99.0.%d/24".formatted(pod + 1), "dev", "veth0");
        run("ip", "-n", name, "link", "set", "veth0", "up");
      }
      return pair;
    } catch (RuntimeException e) {
      pair.close();
      throw e;
    }
  }

  static String address4(int pod) {
    return "172.19.0." + (pod + 10);
  }

  static String address6(int pod) {
    return "fd00:19::" + (pod + 10);
  }

  /** The file of a pod's namespace. */
  Path namespace(int pod) {
    return Path.of("/run/netns", names.get(pod));
  }

  /**
   * Sends for a while from the first namespace to an address of the second; what arrived a second.
   */
  double gigabits(String address) {
    Process server = start(1, "--server", "--one-off");
    try {
      for (int i = 0; i < TRIES; i++) {
        Output client = finish(start(0, "--client", address, "--time", "" + SECONDS, "--json"));
        Matcher matcher = RECEIVED.matcher(client.text());
        if (client.status() == 0 && matcher.find()) {
          server.waitFor();
          return Double.parseDouble(matcher.group(1)) / 1e9;
        }
        if (!client.text().contains("unable to connect")) {
          throw new IllegalStateException("iperf3 failed: " + client.text());
        }
        // The server does not listen yet.
        LockSupport.parkNanos(RETRY_NS);
      }
      throw new IllegalStateException("iperf3 found no server at " + address);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } finally {
      server.destroyForcibly();
    }
  }

  private Process start(int pod, String... arguments) {
    List<String> command = new ArrayList<>();
    command.addAll(List.of("ip", "netns", "exec", names.get(pod)));
    command.addAll(List.of("taskset", "--cpu-list", Cores.BOTH, "iperf3"));
    command.addAll(List.of(arguments));
    try {
      ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
      if (pod == 1) {
        builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
      }
      return builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private record Output(int status, String text) {}

  private static Output finish(Process process) throws InterruptedException {
    try {
      byte[] text = process.getInputStream().readAllBytes();
      return new Output(process.waitFor(), new String(text, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void run(String... command) {
    try {
      Output output = finish(new ProcessBuilder(command).redirectErrorStream(true).start());
      if (output.status() != 0) {
        throw new IllegalStateException(String.join(" ", command) + ": " + output.text().strip());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    names.forEach(name -> run("ip", "netns", "delete", name));
    names.clear();
  }
}
