package dev.heddle.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Foreign programs: short ones that are waited for, and the end of those that run on. */
final class Commands {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration GRACE = Duration.ofSeconds(5);
  private static final long POLL_NS = TimeUnit.MILLISECONDS.toNanos(10);

  /** How a program ended and what it said on both its streams. */
  record Result(int exitStatus, String output) {}

  private Commands() {}

  /** Runs a program to its end. */
  static Result run(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Result(process.waitFor(), output);
    } catch (IOException e) {
      throw new DemoException("cannot run " + String.join(" ", command) + ": " + e.getMessage(), e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /** Runs a program that must succeed. */
  static String require(String... command) {
    Result result = run(command);
    if (result.exitStatus() != 0) {
      throw new DemoException(String.join(" ", command) + " failed: " + result.output().strip());
    }
    return result.output();
  }

  /** Ends a child: asks it first, and kills it if it does not go. */
  static void end(Process process) {
    process.destroy();
    try {
      if (!process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      throw interrupted(e);
    }
  }

  /** Waits until the condition holds; false if it did not within a generous time. */
  static boolean await(BooleanSupplier condition) {
    return await(condition, PATIENCE);
  }

  /** The same with another patience. */
  static boolean await(BooleanSupplier condition, Duration patience) {
    long deadlineNs = System.nanoTime() + patience.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadlineNs > 0) {
        return false;
      }
      LockSupport.parkNanos(POLL_NS);
    }
    return true;
  }

  /** Whether a program of this name is on the path. */
  static boolean available(String program) {
    return List.of(System.getenv().getOrDefault("PATH", "").split(":")).stream()
        .anyMatch(directory ->
            java.nio.file.Files.isExecutable(java.nio.file.Path.of(directory, program)));
  }

  private static DemoException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new DemoException("interrupted", e);
  }
}
