package dev.heddle.benchmarks.machine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the figures were measured on. */
public final class Machine {
  private static final Path CPUINFO = Path.of("/proc/cpuinfo");
  private static final double TICKS_PER_NS = readTicksPerNs();

  private Machine() {}

  /** Ticks of the time stamp counter in a nanosecond. */
  public static double ticksPerNs() {
    return TICKS_PER_NS;
  }

  /** Processor, core count, kernel and JDK in one line without commas. */
  public static String description() {
    String text =
        "%s %d cores %.2f GHz TSC; Linux %s; JDK %s"
            .formatted(
                cpuinfo("model name"),
                cores(),
                TICKS_PER_NS,
                System.getProperty("os.version"),
                Runtime.version());
    return text.replace(',', ' ');
  }

  /** The commit under test, with a mark where the work tree differs from it. */
  public static String commit() {
    String head = output("git", "rev-parse", "--short=12", "HEAD");
    String changes = output("git", "status", "--porcelain", "--untracked-files=no", "--", ":!docs");
    return head.isEmpty() ? "unknown" : head + (changes.isEmpty() ? "" : "+changes");
  }

  private static double readTicksPerNs() {
    // BogoMIPS is twice the counter's rate as the kernel calibrated or was told it, to 5 digits.
    return Double.parseDouble(cpuinfo("bogomips")) / 2 / 1000;
  }

  /** Of the machine; the JVM only knows those that its first thread was pinned to. */
  private static long cores() {
    try (Stream<String> lines = Files.lines(CPUINFO)) {
      return lines.filter(line -> line.startsWith("processor")).count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String cpuinfo(String key) {
    try {
      Matcher line =
          Pattern.compile("(?m)^" + key + "\\s*: (.*)$").matcher(Files.readString(CPUINFO));
      return line.find() ? line.group(1).trim() : "unknown";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String output(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(false).start();
      String text =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0 ? text : "";
    } catch (IOException e) {
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }
}
