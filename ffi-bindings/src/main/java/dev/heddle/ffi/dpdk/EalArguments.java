package dev.heddle.ffi.dpdk;

import dev.heddle.ffi.linux.Cpu;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The arguments that DPDK is started with where nobody gave any. */
public final class EalArguments {
  /** Memory for packet buffers where there are no huge pages; only what is used is taken. */
  public static final int SMALL_PAGE_MEMORY_MIB = 512;

  /** Below this, huge pages would not hold the buffers of some uplinks. */
  private static final long LEAST_HUGE_BYTES = 64L << 20;

  private static final Path HUGE_PAGES = Path.of("/sys/kernel/mm/hugepages");
  private static final Pattern PAGE_SIZE = Pattern.compile("hugepages-([0-9]+)kB");

  /** An address that no network device has: DPDK takes PCI devices only when it is told to. */
  private static final String NO_PCI_DEVICE = "0000:00:00.0";

  private EalArguments() {}

  /** Whether this machine has enough free huge pages at present. */
  public static boolean hasHugePages() {
    return freeHugeBytes(HUGE_PAGES) >= LEAST_HUGE_BYTES;
  }

  /**
   * Arguments for one thread that may run on all of this process's processors, no PCI device taken
   * unasked, and nothing left in the file system.
   */
  public static List<String> defaults(boolean hugePages) {
    List<String> arguments = new ArrayList<>();
    arguments.add("--lcores=0@(" + processors() + ")");
    arguments.add("--no-telemetry");
    arguments.add("--allow=" + NO_PCI_DEVICE);
    if (hugePages) {
      arguments.add("--in-memory");
    } else {
      arguments.add("--no-huge");
      arguments.add("--no-shconf");
      arguments.add("-m");
      arguments.add(String.valueOf(SMALL_PAGE_MEMORY_MIB));
    }
    return arguments;
  }

  private static String processors() {
    return Cpu.affinity().stream().mapToObj(String::valueOf).collect(Collectors.joining(","));
  }

  static long freeHugeBytes(Path directory) {
    if (!Files.isDirectory(directory)) {
      return 0;
    }
    long bytes = 0;
    try (DirectoryStream<Path> sizes = Files.newDirectoryStream(directory)) {
      for (Path size : sizes) {
        Matcher matcher = PAGE_SIZE.matcher(size.getFileName().toString());
        if (matcher.matches()) {
          long pages = Long.parseLong(Files.readString(size.resolve("free_hugepages")).trim());
          bytes += pages * Long.parseLong(matcher.group(1)) << 10;
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes;
  }
}
