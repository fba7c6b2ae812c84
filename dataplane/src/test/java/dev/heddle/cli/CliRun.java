package dev.heddle.cli;

import dev.heddle.observe.JavaProcess;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * What {@code heddle} did, run as a process of its own.
 *
 * @param status exit status
 * @param out standard output
 * @param err standard error
 */
record CliRun(int status, String out, String err) {
  /** Runs it in a terminal of 80 characters. */
  static CliRun of(String... arguments) throws Exception {
    return of(List.of(), arguments);
  }

  /** The same with further JVM options. */
  static CliRun of(List<String> jvmOptions, String... arguments) throws Exception {
    ProcessBuilder builder = JavaProcess.builder(jvmOptions, HeddleCli.class, arguments);
    builder.environment().put("COLUMNS", "80");
    Process process = builder.start();
    process.getOutputStream().close();
    CompletableFuture<String> err =
        CompletableFuture.supplyAsync(() -> read(process.errorReader()));
    String out = read(process.inputReader(StandardCharsets.UTF_8));
    return new CliRun(process.waitFor(), out, err.join());
  }

  private static String read(java.io.BufferedReader reader) {
    StringBuilder text = new StringBuilder();
    reader.lines().forEach(line -> text.append(line).append('\n'));
    return text.toString();
  }
}
