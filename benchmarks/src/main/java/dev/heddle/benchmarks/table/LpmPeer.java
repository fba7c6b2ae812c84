package dev.heddle.benchmarks.table;

import dev.heddle.benchmarks.machine.Cores;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * DPDK's lookup structures in a process of their own, with the routes and destinations of a {@link
 * RouteSet}: the program {@code lpm_peer.c}, compiled here for this machine. Needs huge pages.
 */
final class LpmPeer implements AutoCloseable {
  /** Huge pages of 2 MiB that it takes. */
  static final int HUGE_PAGES = 2600;

  private static final String SOURCE = "benchmarks/src/main/c/lpm_peer.c";

  private final Process process;
  private final BufferedReader answers;
  private final Path directory;

  private LpmPeer(Process process, Path directory) {
    this.process = process;
    this.answers = process.inputReader();
    this.directory = directory;
  }

  /** Compiles the program and returns its path. */
  static Path compile(Path root, Path directory) {
    List<String> command = new ArrayList<>();
    command.addAll(List.of("gcc", "-O3", "-march=native", "-DALLOW_EXPERIMENTAL_API"));
    command.addAll(pkgConfig("--cflags"));
    Path program = directory.resolve("lpm_peer");
    command.addAll(List.of(root.resolve(SOURCE).toString(), "-o", program.toString()));
    command.addAll(pkgConfig("--libs"));
    run(command);
    return program;
  }

  /** Starts the program on the tested core. */
  static LpmPeer start(Path program, Path directory, RouteSet routes, long[] destinations) {
    Path routesFile = directory.resolve("routes");
    Path destinationsFile = directory.resolve("destinations");
    try {
      ByteBuffer buffer = buffer(routes.size() * 24);
      routes.write(buffer);
      Files.write(routesFile, written(buffer));
      buffer = buffer(destinations.length * 8);
      for (int i = 0; i < destinations.length; i += 2) {
        RouteSet.putAddress(buffer, routes.addressBits(), destinations[i], destinations[i + 1]);
      }
      Files.write(destinationsFile, written(buffer));
      String family = routes.addressBits() == 32 ? "4" : "6";
      ProcessBuilder builder =
          new ProcessBuilder(
              program.toString(),
              family,
              Integer.toString(Cores.TESTED),
              routesFile.toString(),
              destinationsFile.toString());
      builder.redirectError(ProcessBuilder.Redirect.INHERIT);
      return new LpmPeer(builder.start(), directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Nanoseconds for some passes over all destinations. */
  long run(String structure, int passes) {
    return Long.parseLong(ask("run %s %d".formatted(structure, passes)));
  }

  /** The next hops that a structure finds for all destinations. */
  int[] nextHops(String structure) {
    Path file = directory.resolve("found");
    ask("check %s %s".formatted(structure, file));
    try {
      int[] found = new int[RouteSet.DESTINATIONS];
      ByteBuffer.wrap(Files.readAllBytes(file))
          .order(ByteOrder.LITTLE_ENDIAN)
          .asIntBuffer()
          .get(found);
      return found;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private String ask(String command) {
    try {
      process.outputWriter().write(command + "\n");
      process.outputWriter().flush();
      String answer = answers.readLine();
      if (answer == null) {
        throw new PeerEndedException("lpm_peer ended at: " + command);
      }
      return answer;
    } catch (IOException e) {
      throw new UncheckedIOException("lpm_peer, at: " + command, e);
    }
  }

  private static List<String> pkgConfig(String what) {
    return List.of(run(List.of("pkg-config", what, "libdpdk")).strip().split("\\s+"));
  }

  private static String run(List<String> command) {
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      String output = new String(process.getInputStream().readAllBytes());
      if (process.waitFor() != 0) {
        throw new IllegalStateException("failed: " + String.join(" ", command));
      }
      return output;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static byte[] written(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.position()];
    buffer.get(0, bytes);
    return bytes;
  }

  /** The other program ended because it could not do what it was asked. */
  static final class PeerEndedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    PeerEndedException(String message) {
      super(message);
    }
  }
}
