package dev.heddle.benchmarks.peer;

import dev.heddle.benchmarks.machine.Cores;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * DPDK's testpmd, forwarding between two memif servers without looking at a packet: the peer that
 * the daemon is measured against. Needs hugepages, see {@link HugePages}.
 */
public final class Testpmd implements Peer {
  private static final long WARM_UP_NS = 1_000_000_000L;

  private final Process process;
  private final Path directory;
  private final List<String> command;

  private Testpmd(Process process, Path directory, List<String> command) {
    this.process = process;
    this.directory = directory;
    this.command = command;
  }

  /** Starts it, forwarding lcore on the tested core, and waits for both sockets. */
  public static Testpmd start(Path directory, int burst, int log2RingSize, int bufferBytes) {
    List<String> command = new ArrayList<>();
    command.addAll(List.of("dpdk-testpmd", "-l", Cores.HARNESS + "-" + Cores.TESTED));
    command.addAll(List.of("--main-lcore=" + Cores.HARNESS, "--no-pci", "--no-telemetry"));
    command.addAll(List.of("--in-memory", "-m", "256"));
    for (int port = 0; port < 2; port++) {
      command.add(
          "--vdev=net_memif%d,role=server,socket=%s,socket-abstract=no,id=0,rsize=%d,bsize=%d"
              .formatted(port, socket(directory, port), log2RingSize, bufferBytes));
    }
    command.addAll(List.of("--", "--forward-mode=io", "--burst=" + burst, "--auto-start"));
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(directory.resolve("testpmd.log").toFile())
              .start();
      Testpmd testpmd = new Testpmd(process, directory, command);
      testpmd.awaitSockets();
      return testpmd;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String name() {
    return "testpmd";
  }

  @Override
  public long pid() {
    return process.pid();
  }

  /** It changes nothing. */
  @Override
  public byte[] expected(byte[] sent) {
    return sent.clone();
  }

  /** It tells its counts only when it ends, see {@link #finalCounts()}. */
  @Override
  public Counts counts() {
    return Counts.UNKNOWN;
  }

  @Override
  public long warmUpNs() {
    return WARM_UP_NS;
  }

  @Override
  public Path socket(int port) {
    return socket(directory, port);
  }

  public String command() {
    return String.join(" ", command);
  }

  /** What it says at its end; only after {@link #close()}. */
  public Counts finalCounts() {
    try {
      String log = Files.readString(directory.resolve("testpmd.log"));
      String sums = log.substring(log.lastIndexOf("Accumulated forward statistics"));
      return new Counts(
          true, count(sums, "RX-packets"), count(sums, "TX-packets"), drops(sums), 0, 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long drops(String sums) {
    return count(sums, "TX-dropped") + count(sums, "RX-dropped");
  }

  private static long count(String sums, String name) {
    Matcher matcher = Pattern.compile(name + ": *(\\d+)").matcher(sums);
    if (!matcher.find()) {
      throw new IllegalStateException("testpmd told no " + name);
    }
    return Long.parseLong(matcher.group(1));
  }

  /** Ends it; its own statistics are in testpmd.log then. */
  @Override
  public void close() {
    try {
      process.outputWriter().write("\n");
      process.outputWriter().close();
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (IOException e) {
      process.destroyForcibly();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private static Path socket(Path directory, int port) {
    return directory.resolve("testpmd%d.sock".formatted(port));
  }

  private void awaitSockets() throws IOException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!Files.exists(socket(0)) || !Files.exists(socket(1))) {
      if (!process.isAlive() || System.nanoTime() > deadline) {
        process.destroyForcibly();
        throw new IllegalStateException(
            "testpmd did not start: " + Files.readString(directory.resolve("testpmd.log")));
      }
      Thread.onSpinWait();
    }
  }
}
