package dev.heddle.benchmarks.peer;

import dev.heddle.benchmarks.Benchmark.Context;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** JVMs of ours with the very options that the daemon has. */
public final class DaemonJvm {
  private DaemonJvm() {}

  /** The beginning of a command: the JVM, the daemon's options, our class path, a main class. */
  public static List<String> command(Context context, Class<?> main) {
    return new ArrayList<>(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "@" + context.root().resolve("dataplane/target/heddle/heddled.options"),
            "-cp",
            System.getProperty("java.class.path"),
            main.getName()));
  }

  /** Runs a main class on all cores to its end and returns what it printed. */
  public static List<String> run(Context context, Class<?> main, String... arguments)
      throws IOException, InterruptedException {
    // This thread is pinned, and children inherit that.
    List<String> command = new ArrayList<>(List.of("taskset", "0xffffffff"));
    command.addAll(command(context, main));
    command.addAll(Arrays.asList(arguments));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IllegalStateException(main.getSimpleName() + " failed: " + output);
    }
    return output.lines().toList();
  }
}
