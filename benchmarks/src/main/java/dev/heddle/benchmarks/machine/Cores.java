package dev.heddle.benchmarks.machine;

import dev.heddle.ffi.linux.Cpu;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Pins threads to cores. */
public final class Cores {
  /** The core of generator, sink and everything that is not under test. */
  public static final int HARNESS = 0;

  /** The core that the system under test has to itself. */
  public static final int TESTED = 1;

  /** Both, as taskset has it. */
  public static final String BOTH = HARNESS + "," + TESTED;

  private Cores() {}

  /** Sets the calling thread's nice value. */
  public static void setNice(int nice) {
    require("renice", "-n", Integer.toString(nice), "-p", Integer.toString(Cpu.threadId()));
  }

  /**
   * Puts all threads of a process on the harness's core, and those whose names begin with {@code
   * tested} on the tested one. Threads that start later inherit the core.
   */
  public static void pinProcess(long pid, String tested) {
    require("taskset", "--all-tasks", "--cpu-list", "--pid", "" + HARNESS, Long.toString(pid));
    try (Stream<Path> threads = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
      for (Path thread : threads.toList()) {
        if (Files.readString(thread.resolve("comm")).startsWith(tested)) {
          require("taskset", "--cpu-list", "--pid", "" + TESTED, thread.getFileName().toString());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Lets all threads of a process run on either core. */
  public static void spreadProcess(long pid) {
    require("taskset", "--all-tasks", "--cpu-list", "--pid", BOTH, Long.toString(pid));
  }

  private static void require(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IllegalStateException(output.strip());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Starts a thread on a core. */
  public static Thread start(int core, String name, Runnable task) {
    return Thread.ofPlatform()
        .name(name)
        .daemon()
        .start(() -> {
          Cpu.pinTo(core);
          task.run();
        });
  }
}
